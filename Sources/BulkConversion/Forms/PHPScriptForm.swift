@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A script in PHP, which is not run; a value that `var_export` printed in it is an entry of its own.
    static let phpScript = ArchiveForm(
        name: "PHP script",
        sign: "`<?php`; what holds a request is a dead letter",
        sample: "php-script",
        mayBeginWith: { $0 == UInt8(ascii: "<") },
        begins: { start in
            // A file of nothing but a value that was printed is that value.
            guard PHPScript.begins(start.text), !PHPDump.begins(start.line) else { return nil }
            return .block { PHPScript.end(of: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            guard RequestMarks.isIn(text) else { return entry.skip(.otherText) }
            entry.refuse(
                .archiveEntry,
                "A PHP script holds signs of a request and is not run; export its data as JSON, CSV or SQL")
        })
}

enum PHPScript {
    /// Whether a script begins.
    static func begins(_ text: ByteView) -> Bool { text.hasPrefix("<?php") || text.hasPrefix("<?=") }

    /// Offset of a value printed in the script, of a call after the script, or of the end of the text.
    static func end(of text: ByteView, isWhole: Bool) -> Int? {
        var index = 0
        var isClosed = false
        while let feed = text.offset(of: 0x0A, from: index) {
            isClosed = text.slice(index..<feed).trimmingTrailingWhitespace().hasSuffix("?>")
            index = feed + 1
            guard let end = text.offset(of: 0x0A, from: index) ?? (isWhole ? text.count : nil) else { break }
            if PHPDump.begins(text.slice(index..<end).trimmingWhitespace()) { return index }
            if isClosed, EntryStart.isCall(at: index, in: text) { return index }
        }
        return isWhole ? text.count : nil
    }
}
