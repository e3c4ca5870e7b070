@_spi(Package) import Bytes

/// What a file or a member of a container is, told from its first bytes before its text is looked at.
enum FileSignature {
    /// Text, perhaps in UTF-16 when it is XML.
    case text
    /// Text in UTF-16 with a byte-order mark that is no XML.
    case utf16(isBigEndian: Bool)
    /// Something else, compressed.
    case compressed(ChildProgram)
    case tar
    case zip
    /// It may hold requests, but this program cannot open it. The command does.
    case closed(what: String, command: String)
    /// A picture or program: no text and no requests.
    case skipped(SkipReason)

    /// - Parameter head: the first bytes, some thousand or all of them.
    init(head: ByteView) {
        // Directories hold millions of these, and no other file begins so.
        if head.first == UInt8(ascii: "<") {
            self = .text
        } else if let program = Self.compression(head) {
            self = .compressed(program)
        } else if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            self = Self.zip(head)
        } else if TarHeader(head) != nil {
            self = .tar
        } else if let file = Self.closedFiles.first(where: { head.starts(with: $0.magic) }) {
            self = .closed(what: file.what, command: file.command)
        } else if Self.isBSON(head) {
            self = .closed(what: "a BSON dump of MongoDB", command: "bsondump FILE > dump.json")
        } else if let skip = Self.skipped(head) {
            self = .skipped(skip)
        } else if Self.isUTF16Text(head) {
            self = .utf16(isBigEndian: head[0] == 0xFE)
        } else {
            self = .text
        }
    }

    /// Whether all that is needed to read it is its bytes.
    var isReadable: Bool {
        switch self {
        case .text, .utf16, .closed, .skipped: true
        case .compressed, .tar, .zip: false
        }
    }

    private static func compression(_ head: ByteView) -> ChildProgram? {
        func begins(_ bytes: UInt8...) -> Bool { head.starts(with: bytes) }
        if begins(0x1F, 0x8B) || begins(0x1F, 0x9D) { return .gzip }
        if begins(0x28, 0xB5, 0x2F, 0xFD) { return .zstd }
        if begins(0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00) { return .xz }
        return head.hasPrefix("BZh") && head.dropping(4).starts(with: [0x31, 0x41, 0x59]) ? .bzip2 : nil
    }

    /// Files that may hold requests, and how to get at them.
    private static let closedFiles: [(magic: [UInt8], what: String, command: String)] = [
        (Array("SQLite format 3\0".utf8), "an SQLite database", "sqlite3 FILE .dump > dump.sql"),
        (Array("PGDMP".utf8), "a dump in PostgreSQL's custom format", "pg_restore -f dump.sql FILE"),
        (
            Array("TAPE".utf8) + [0, 0], "a backup of SQL Server",
            "sqlcmd -Q \"RESTORE DATABASE crm FROM DISK = 'FILE'\" and export the table"
        ),
        (Array("PAR1".utf8), "a Parquet file", "duckdb -c \"COPY (FROM 'FILE') TO 'table.csv'\""),
        (Array("Obj\u{1}".utf8), "an Avro file", "avro-tools tojson FILE > table.ndjson"),
        (Array("ORC".utf8), "an ORC file", "orc-contents FILE > table.ndjson"),
        ([0x04, 0x22, 0x4D, 0x18], "compressed with lz4", "lz4 -d FILE file.txt"),
        (Array("LZIP".utf8), "compressed with lzip", "lzip -dk FILE"),
        (Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C], "a 7z archive", "7z x FILE"),
        (Array("Rar!\u{1A}\u{7}".utf8), "a RAR archive", "unrar x FILE"),
        (
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an old Office document",
            "soffice --headless --convert-to csv FILE"
        ),
        (Array("-----BEGIN PGP MESSAGE-----".utf8), "encrypted", "gpg -d FILE > file.txt"),
    ]

    /// Whether a document begins whose first member is the id that MongoDB gives: its length, a type, a name.
    private static func isBSON(_ head: ByteView) -> Bool {
        head.count > 9 && head[3] == 0 && head[4] == 7 && head.dropping(5).hasPrefix("_id\u{0}")
    }

    /// Bytes of the record at the end of a zip archive without a comment.
    static let zipEndSize = 22

    /// Whether the first bytes of a file may be those of a zip archive of which some are damaged: they have zeros, as most text has not.
    static func mayBeDamagedZip(head: ByteView) -> Bool { head.slice(0..<min(head.count, 30)).contains(0) }

    /// Whether the last bytes of a file are those of a zip archive, so that its members are found from there.
    static func endsZip(_ end: ByteView) -> Bool {
        end.dropping(max(end.count - zipEndSize, 0)).starts(with: [0x50, 0x4B, 0x05, 0x06])
    }

    /// A zip archive, or an Office document, which is one too.
    static func zip(_ head: ByteView) -> FileSignature {
        let isOffice =
            head.offset(of: "[Content_Types].xml") != nil
            || head.offset(of: "mimetypeapplication/vnd.oasis.opendocument") != nil
        return isOffice
            ? .closed(what: "an Office document", command: "soffice --headless --convert-to csv FILE") : .zip
    }

    private static func skipped(_ head: ByteView) -> SkipReason? {
        func begins(_ bytes: UInt8...) -> Bool { head.starts(with: bytes) }
        if begins(0x89, 0x50, 0x4E, 0x47) || begins(0xFF, 0xD8, 0xFF) || head.hasPrefix("GIF8")
            || begins(0x49, 0x49, 0x2A, 0x00) || begins(0x4D, 0x4D, 0x00, 0x2A) || begins(0x00, 0x00, 0x01, 0x00)
            || (head.hasPrefix("RIFF") && head.dropping(8).hasPrefix("WEBP"))
            || (head.hasPrefix("BM") && head.contains(0))
        {
            return .picture
        }
        return head.hasPrefix("%PDF") || begins(0x7F, 0x45, 0x4C, 0x46) ? .binary : nil
    }

    private static func isUTF16Text(_ head: ByteView) -> Bool {
        let isBig = head.starts(with: [0xFE, 0xFF])
        guard isBig || head.starts(with: [0xFF, 0xFE]) else { return false }
        var index = 2
        while index + 1 < head.count {
            let (high, low) = isBig ? (head[index], head[index + 1]) : (head[index + 1], head[index])
            if high != 0 { return true }
            if !low.isWhitespace { return low != UInt8(ascii: "<") }
            index += 2
        }
        return false
    }
}
