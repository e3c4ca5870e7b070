@_spi(Package) import Bytes
import JSONText

/// The line form of replies that come from one text.
extension V1Reply {
    /// Writes one line of NDJSON without its line feed: `{"source":"…","lead_id":"…","reply":"…"}`.
    ///
    /// - Parameters:
    ///   - source: the text the reply came from and its name in it, `FILE:NAME`.
    ///   - leadID: the lead that the reply is about; left out when it is not known.
    package func writeLine(source: String, leadID: String?, to writer: inout JSONWriter) {
        writer.beginDocument()
        writer.beginObject()
        writer.name("source")
        writer.string(source)
        if let leadID {
            writer.name("lead_id")
            writer.string(leadID)
        }
        writer.name("reply")
        if outcome == nil {
            // A reply passed through need not be UTF-8; a line has to be.
            writer.string(String(decoding: bytes, as: UTF8.self))
        } else {
            bytes.withByteView { writer.string($0) }
        }
        writer.endObject()
    }
}
