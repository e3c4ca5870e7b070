@_spi(Package) import Bytes
import ConvertLead

/// What a file or a member of a container is, told from its first bytes before its text is looked at.
enum FileSignature {
    /// Text, perhaps in UTF-16 when it is XML.
    case text
    /// Text in UTF-16 that is no XML, and the length of its byte-order mark; 0 without one.
    case utf16(isBigEndian: Bool, markLength: Int)
    /// Something else, compressed.
    case compressed(ChildProgram)
    case tar
    case zip
    /// It may hold requests, but this program cannot open it. The command does.
    case closed(what: String, command: String)
    /// A picture or program: no text and no requests. What begins like one and has a mark of a request is text.
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
        } else if Self.isInnoDB(head) {
            self = .closed(what: "a table of InnoDB", command: "mysqldump DATABASE TABLE > dump.sql on its server")
        } else if let (what, command) = Self.encoded(head) {
            self = .closed(what: what, command: command)
        } else if let skip = Self.skipped(head), !RequestMarks.isIn(head) {
            self = .skipped(skip)
        } else if Self.isUTF32(head) {
            self = .closed(what: "text in UTF-32", command: "iconv -f UTF-32 -t UTF-8 FILE > file.txt")
        } else if Self.isUTF16Text(head) {
            self = .utf16(isBigEndian: head[0] == 0xFE, markLength: 2)
        } else if let isBigEndian = Self.unmarkedUTF16(head) {
            self = .utf16(isBigEndian: isBigEndian, markLength: 0)
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
        // LZMA without a container: its usual properties, and a size that is unknown or below 2^40.
        if begins(0x5D, 0x00, 0x00), head.count > 12,
            head[12] == 0 && head[11] == 0 && head[10] == 0 || head[12] == 0xFF
        {
            return .xz
        }
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
        (Array("MSCF".utf8) + [0, 0, 0, 0], "a cabinet archive", "cabextract FILE"),
        ([0xFF, 0x06, 0x00, 0x00] + Array("sNaPpY".utf8), "compressed with snappy", "snzip -dc FILE > file.txt"),
        ([0xFE] + Array("bin".utf8), "a binary log of MySQL", "mysqlbinlog FILE > log.sql"),
        ([0xD4, 0xC3, 0xB2, 0xA1], "a capture of network packets", Self.packetCommand),
        ([0xA1, 0xB2, 0xC3, 0xD4], "a capture of network packets", Self.packetCommand),
        ([0x4D, 0x3C, 0xB2, 0xA1], "a capture of network packets", Self.packetCommand),
        ([0x0A, 0x0D, 0x0D, 0x0A], "a capture of network packets", Self.packetCommand),
        (Array("LPKSHHRH".utf8), "a journal of systemd", "journalctl --file FILE -o json > journal.ndjson"),
        (Array("ElfFile\0".utf8), "an event log of Windows", "evtx_dump -o jsonl FILE > events.ndjson"),
        ([0, 1, 0, 0] + Array("Standard ".utf8), "an Access database", "mdb-export FILE TABLE > table.csv"),
        (Array("-----BEGIN PGP MESSAGE-----".utf8), "encrypted", "gpg -d FILE > file.txt"),
    ]

    private static let packetCommand =
        "tshark -r FILE -Y http.request -T fields -e http.request.full_uri -e http.file_data > calls.txt"

    /// Whether a document of BSON begins: its length, below 16 MiB, the type of its first member, and that member's name.
    private static func isBSON(_ head: ByteView) -> Bool {
        guard head.count > 9, head[3] == 0, (1...0x13).contains(head[4]),
            head[5].isASCIILetter || head[5] == UInt8(ascii: "_"),
            let end = head.offset(of: 0, from: 5), end < 64
        else { return false }
        let length = Int(head[0]) | Int(head[1]) << 8 | Int(head[2]) << 16
        return length > end && (length > head.count || head[length - 1] == 0)
    }

    /// What a file is that is no text before a command was run on it, and that command.
    private static func encoded(_ head: ByteView) -> (what: String, command: String)? {
        if head.hasPrefix("H4sI"), head.allSatisfy({ $0.isASCIILetter || $0.isDigit || $0.isOne(of: "+/=\r\n") }) {
            return ("compressed with gzip and in base64", "base64 -d FILE | gunzip > file.txt")
        }
        if head.hasPrefix("begin "), head.slice(6..<min(10, head.count)).prefix(3).allSatisfy(\.isDigit),
            let feed = head.offset(of: 0x0A), head.dropping(feed + 1).first == UInt8(ascii: "M")
        {
            return ("encoded by uuencode", "uudecode -o file.txt FILE")
        }
        if head.hasPrefix("0000000   "), head.offset(of: "\n0000020   ") != nil {
            return ("a dump of od", "bulk with the file that was dumped")
        }
        // The header of zlib is a multiple of 31, and what follows no text.
        if head.first == 0x78, head.count > 16, (0x7800 + Int(head[1])) % 31 == 0, !isText(head.slice(2..<16)) {
            return ("compressed with zlib", "zlib-flate -uncompress < FILE > file.txt")
        }
        if ebcdicMark.withByteView({ head.offset(of: $0) }) != nil {
            return ("text in EBCDIC", "iconv -f IBM037 -t UTF-8 FILE > file.txt")
        }
        return nil
    }

    private static func isText(_ head: ByteView) -> Bool {
        head.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0.isWhitespace }
    }

    /// The word "Potential" in EBCDIC, which no text in another encoding has.
    private static let ebcdicMark: [UInt8] = [0xD7, 0x96, 0xA3, 0x85, 0x95, 0xA3, 0x89, 0x81, 0x93]

    /// Bytes of the record at the end of a zip archive without a comment.
    static let zipEndSize = 22

    /// Whether the first bytes of a file may be those of a zip archive of which some are damaged: they have zeros, as most text has not.
    static func mayBeDamagedZip(head: ByteView) -> Bool { head.slice(0..<min(head.count, 30)).contains(0) }

    /// Whether the last bytes of a file are those of a zip archive, so that its members are found from there.
    static func endsZip(_ end: ByteView) -> Bool {
        end.dropping(max(end.count - zipEndSize, 0)).starts(with: [0x50, 0x4B, 0x05, 0x06])
    }

    /// Whether a table of InnoDB begins: the page of its header, which says the number of its space twice.
    private static func isInnoDB(_ head: ByteView) -> Bool {
        head.count > 42 && head.slice(4..<8).allSatisfy { $0 == 0 } && head[24] == 0 && head[25] == 8
            && head.slice(34..<38).elementsEqual(head.slice(38..<42))
    }

    /// A zip archive, or an Office document, which is one too: other containers have a list of content types, but not its folders.
    static func zip(_ head: ByteView) -> FileSignature {
        let isOffice =
            head.offset(of: "[Content_Types].xml") != nil && hasOfficeMember(head)
            || head.offset(of: "mimetypeapplication/vnd.oasis.opendocument") != nil
        return isOffice
            ? .closed(what: "an Office document", command: "soffice --headless --convert-to csv FILE") : .zip
    }

    private static func hasOfficeMember(_ head: ByteView) -> Bool {
        var index = 0
        while let member = head.offset(of: "PK\u{3}\u{4}", from: index) {
            index = member + 4
            let name = head.dropping(member + 30)
            if name.hasPrefix("word/") || name.hasPrefix("xl/") || name.hasPrefix("ppt/") { return true }
        }
        return false
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
        // What the Finder keeps of files and folders.
        let isOfFinder = begins(0, 5, 0x16, 7) || begins(0, 0, 0, 1, 0x42, 0x75, 0x64, 0x31)
        return head.hasPrefix("%PDF") || begins(0x7F, 0x45, 0x4C, 0x46) || isOfFinder ? .binary : nil
    }

    /// Bytes that tell the encoding of text without a byte-order mark.
    private static let encodedSize = 64

    /// Whether text in UTF-32 begins, by its byte-order mark.
    private static func isUTF32(_ head: ByteView) -> Bool {
        head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF])
    }

    /// The byte order of text in UTF-16 without a mark: zeros are at every second place and nowhere else; `nil` for other files.
    private static func unmarkedUTF16(_ head: ByteView) -> Bool? {
        let front = head.slice(0..<min(head.count, encodedSize) & ~1)
        guard front.count >= 16, front[0] == 0 || front[1] == 0 else { return nil }
        let zeros = front[0] == 0 ? 0 : 1
        let isText = front.indices.allSatisfy { index in
            index & 1 == zeros ? front[index] == 0 : front[index] >= 0x20 || front[index].isWhitespace
        }
        return isText ? zeros == 0 : nil
    }

    private static func isUTF16Text(_ head: ByteView) -> Bool {
        let isBig = head.starts(with: [0xFE, 0xFF])
        guard isBig || head.starts(with: [0xFF, 0xFE]) else { return false }
        var index = 2
        while index + 1 < head.count {
            let (high, low) = isBig ? (head[index], head[index + 1]) : (head[index + 1], head[index])
            // Calls in it would have zeros.
            if high != 0 { return head.contains(0) || !RequestMarks.isIn(head) }
            if !low.isWhitespace { return low != UInt8(ascii: "<") }
            index += 2
        }
        return head.count > 2
    }
}
