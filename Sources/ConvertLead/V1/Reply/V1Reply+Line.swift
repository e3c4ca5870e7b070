import JSONText

/// The line form of replies that come from one text.
extension V1Reply {
    /// Writes one line of NDJSON without its line feed: `{"source":"…","reply":"…"}`.
    ///
    /// - Parameter source: the text the reply came from and its name in it, `FILE:NAME`.
    package func writeLine(source: String, to writer: inout JSONWriter) {
        writer.beginDocument()
        writer.beginObject()
        writer.name("source")
        writer.string(source)
        writer.name("reply")
        // A reply passed through need not be UTF-8; a line has to be.
        writer.string(String(decoding: bytes, as: UTF8.self))
        writer.endObject()
    }
}
