@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// Where entries of an archive come from, and what is known of all of them.
final class EntrySource: Sendable {
    /// `"source":"name:` with the name escaped, to be followed by the line number.
    let linePrefix: [UInt8]
    /// Name of the file as the user gave it or as it was found below a directory he gave; `<stdin>` for standard input.
    let name: String
    /// Which of the archives given it belongs to, from 0.
    let archive: Int
    /// The name without the directories before it.
    private let fileName: HeapBytes

    /// A file by its whole name.
    convenience init(name: String, archive: Int = 0) { self.init(name: name, archive: archive, memberStart: 0) }

    /// A member of a container, such as `backup.zip:2018/9.xml`.
    convenience init(member: String, of container: EntrySource) {
        self.init(
            name: container.name + ":" + member, archive: container.archive,
            memberStart: container.name.utf8.count + 1)
    }

    private init(name: String, archive: Int, memberStart: Int) {
        self.archive = archive
        let name = name.withoutCredentials
        linePrefix = Self.linePrefix(name) + [UInt8(ascii: ":")]
        self.name = name
        let path = name.utf8.dropFirst(memberStart)
        let fileName = path.lastIndex(of: UInt8(ascii: "/")).map { path[path.index(after: $0)...] } ?? path
        self.fileName = HeapBytes(Array(fileName))
    }

    /// A file found in a directory.
    convenience init(_ names: DirectoryNames, _ index: Int) {
        self.init(
            name: names.source.path + names[index].text, archive: names.source.archive)
    }

    /// The file's name up to its first dot, when that is 1 to 20 digits: the lead id of an XML file that has no other. A view of
    /// memory that lives as long as the source.
    var leadID: ByteView { Self.leadID(inFileName: fileName.padded) }

    /// What ``leadID`` is for a file of that name.
    static func leadID(inFileName name: PaddedView) -> ByteView {
        let stem = name.bytes.slice(0..<name.digitCount(from: 0))
        let hasEnd = stem.count == name.count || name.bytes[stem.count] == UInt8(ascii: ".")
        if hasEnd, RecordID.isID(stem) { return stem }
        // Some programs write the names of members with backslashes.
        guard let slash = name.bytes.lastIndex(of: UInt8(ascii: "\\")) else { return .empty }
        return leadID(inFileName: name.slice((slash + 1)..<name.count))
    }

    /// `"source":"name` with the name escaped, its string still open.
    fileprivate static func linePrefix(_ name: String) -> [UInt8] {
        var writer = JSONWriter(indent: false, minimumCapacity: 64 + name.utf8.count)
        writer.name("source")
        writer.string(name)
        writer.buffer.count -= 1
        return writer.buffer.array()
    }
}

/// A directory on the way, for the names of the files in it.
final class SourceDirectory: Sendable {
    /// Its path, with a slash at the end.
    let path: String
    /// What is before a file's name in ``EntrySource/linePrefix``.
    let linePrefix: [UInt8]
    /// Which of the archives given it belongs to, from 0.
    let archive: Int

    init(_ path: String, archive: Int) {
        self.archive = archive
        let path = path.hasSuffix("/") ? path : path + "/"
        self.path = path
        linePrefix = EntrySource.linePrefix(path.withoutCredentials)
    }

    /// Appends the name of one of its files as it is shown, inside a JSON string.
    func appendName(_ padded: PaddedView, to buffer: inout ByteBuffer) {
        // Most are a lead id and an ending.
        let name = padded.bytes
        let isPlain = name.dropping(padded.digitCount(from: 0)).allSatisfy {
            $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
        if isPlain {
            buffer.append(name)
        } else {
            var writer = JSONWriter(indent: false)
            writer.string(name.text.withoutCredentials)
            buffer.append(writer.buffer.bytes.slice(1..<(writer.buffer.count - 1)))
        }
    }
}
