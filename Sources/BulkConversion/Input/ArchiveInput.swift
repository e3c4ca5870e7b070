@_spi(Package) import Bytes
import ConvertLead
import Platform

/// Delivers the texts of archives, one after the other: finds the files, decompresses them, opens containers and decodes UTF-16.
/// Only this folder knows compressions and containers. Used by one thread at a time.
///
/// What costs most in directories of small files, finding, opening and reading them, can be done ahead by other threads: they
/// take errands and do them while the texts before are cut.
final class ArchiveInput {
    /// What comes next.
    enum Item {
        /// A text. ``window`` is at its first byte; when all of it is cut, ``close()`` it.
        case text(EntrySource)
        /// Small files of directories, each a whole document: ``takeDocuments(indexOf:into:)`` takes them.
        case documents
        /// Something without requests.
        case skip(SkipReason, EntrySource)
        /// Something that cannot be read: a dead letter.
        case problem(DiagnosticCode, String, EntrySource)
        /// Errands have to be done first, or are being done.
        case awaitsErrand
        /// The machine failed, and the run has to end.
        case failure(BulkFailure)
        case end
    }

    /// Something to be done ahead of the cutting, by one thread each.
    enum Errand {
        /// Finding the regular files that come next.
        case find(ArchiveWalk)
        /// Opening and reading some of them.
        case read(FileBatch)

        /// Does it, however long it takes; ``ArchiveInput/finish(_:)`` then takes what came of it.
        func run(_ limits: ReadingLimits) {
            switch self {
            case .find(let walk): walk.findNames()
            case .read(let batch): batch.read(limits)
            }
        }
    }

    /// A container that is open.
    private struct Container {
        let source: EntrySource
        let reader: any ContainerReader
    }

    /// The text that is being cut.
    let window = InputWindow()
    private let limits: ReadingLimits
    private let cancellation: BulkCancellation
    /// Whether results are wanted as soon as their input is there.
    private let isInteractive: Bool

    /// Belongs to the thread with the errand of finding names as long as ``isFinding`` is set.
    private let walk: ArchiveWalk
    private var isFinding = false
    /// Whether something else than a regular file of a directory comes after ``names``.
    private var isBeforeItem = true
    /// Files that were found and that no batch has taken, in order.
    private var names: [ArchiveWalk.Names] = []
    /// Files taken to be read ahead, in order; they come before ``names``.
    private var batches: [FileBatch] = []
    /// Batches to be used again.
    private var emptyBatches: [FileBatch] = []

    /// Containers that are open, each inside the one before.
    private var containers: [Container] = []
    /// The file that is open, and all containers with it.
    private var file: FileSource?
    private var expansion: Expansion?
    private var bytesOfClosedFiles = 0
    private var source: EntrySource?

    /// With fewer names than these it is time to find more.
    private static let fewNames = 4 * FileBatch.mostFiles
    /// How deep compressions and containers may be inside each other.
    private static let mostLayers = 6

    /// - Parameters:
    ///   - walk: finds the files.
    ///   - isInteractive: whether results are wanted as soon as their input is there.
    init(_ walk: ArchiveWalk, limits: ReadingLimits, cancellation: BulkCancellation, isInteractive: Bool) {
        self.walk = walk
        self.limits = limits
        self.cancellation = cancellation
        self.isInteractive = isInteractive
        window.isInteractive = isInteractive
    }

    /// Bytes read from the archives so far, as they are on disk.
    var bytesRead: Int { bytesOfClosedFiles + (file?.bytesRead ?? 0) }

    /// What comes next, when the text before was closed.
    func next() -> Item {
        while true {
            let item: Item?
            if let container = containers.last {
                item = nextMember(of: container)
            } else if let batch = batches.first {
                guard batch.isRead else { return .awaitsErrand }
                item = next(of: batch)
            } else if isFinding || !isBeforeItem || !names.isEmpty {
                return .awaitsErrand
            } else if let found = walk.next() {
                isBeforeItem = false
                item = open(found)
            } else {
                return .end
            }
            if let item { return item }
        }
    }

    /// Closes the text, cut or not.
    ///
    /// - Returns: why it ended before its end, with the machine's failure when it is that; `nil` when all of it was there.
    func close() -> Item? {
        defer {
            window.close()
            if containers.isEmpty { closeFile() }
        }
        guard let source, cancellation.signal == 0 else { return nil }
        if let trouble = window.trouble { return failure(source, trouble) }
        return window.failure.map {
            .problem(.archiveTruncated, "The file ends early at line \(window.line) of its text: \($0)", source)
        }
    }

    private func expanded(_ source: any ByteSource) -> any ByteSource {
        expansion.map { ExpandedSource(source, $0) } ?? source
    }

    private func closeFile() {
        bytesOfClosedFiles += file?.bytesRead ?? 0
        file = nil
    }

    private func failure(_ source: EntrySource, _ reason: String) -> Item {
        .failure(BulkFailure(.inputOutput, "\(source.name): \(reason)"))
    }

    // MARK: Directories

    /// Takes documents that come next as long as they are wanted.
    ///
    /// - Parameters:
    ///   - indexOf: asked once for each directory, what it is called to the one who takes them.
    ///   - add: calls the function it is given for one document after the other, until that says `nil` or no more is wanted.
    func takeDocuments(
        indexOf: @escaping (DirectoryNames) -> Int,
        into add: (() -> (directory: Int, name: Int, bytes: ByteView)?) -> Void
    ) {
        if let batch = batches.first { bytesOfClosedFiles += batch.takeDocuments(indexOf: indexOf, into: add) }
    }

    /// The next file of a batch; `nil` when something else comes next.
    private func next(of batch: FileBatch) -> Item? {
        if batch.isBeforeDocument { return .documents }
        switch batch.next() {
        case .whole(let source, let text):
            bytesOfClosedFiles += text.count
            window.open(text)
            return begin(source)
        case .unread(let names, let position): return open(names.open(position))
        case nil:
            batch.reset([])
            emptyBatches.append(batches.removeFirst())
            return nil
        }
    }

    /// The next errand for somebody to do; `nil` when others are doing all that there is.
    ///
    /// - Parameter count: how many batches of files may be read or wait to be cut.
    func takeErrand(batches count: Int) -> Errand? {
        if !isFinding, !isBeforeItem, names.count <= ArchiveWalk.mostDirectories,
            names.reduce(0, { $0 + $1.count }) < Self.fewNames
        {
            isFinding = true
            return .find(walk)
        }
        guard !names.isEmpty, batches.count < count else { return nil }
        let batch = emptyBatches.popLast() ?? FileBatch()
        batch.reset(takeNames())
        batches.append(batch)
        return .read(batch)
    }

    /// Takes what came of an errand.
    func finish(_ errand: Errand) {
        switch errand {
        case .find(let walk):
            isFinding = false
            isBeforeItem = walk.names.isEmpty
            names += walk.names
        case .read(let batch): batch.isRead = true
        }
    }

    /// Names for one batch.
    private func takeNames() -> [ArchiveWalk.Names] {
        var taken: [ArchiveWalk.Names] = []
        var missing = FileBatch.mostFiles
        while missing > 0, taken.count < ArchiveWalk.mostDirectories, !names.isEmpty {
            let some = names[0].takeFirst(missing)
            missing -= some.count
            taken.append(some)
            if names[0].count == 0 { names.removeFirst() }
        }
        return taken
    }

    // MARK: Files and members

    /// What a file turns out to be; `nil` when it is a container, whose members come next.
    private func open(_ item: ArchiveWalk.Item) -> Item? {
        switch item {
        case .skipped(let kind, let name): return .skip(kind, EntrySource(name: name, archive: walk.archive))
        case .unreadable(let name, let code, let isArgument):
            let reason = systemErrorText(code)
            if isTroubleOfMachine(code) { return .failure(BulkFailure(.inputOutput, "\(name): \(reason)")) }
            if isArgument { return .failure(BulkFailure(.noInput, "\(name): \(reason)")) }
            return .problem(
                .archiveUnreadable, "The file cannot be read: \(reason)",
                EntrySource(name: name, archive: walk.archive))
        case .file(let source, let descriptor, let isRegular):
            let file = FileSource(descriptor: descriptor, isRegular: isRegular, cancellation: cancellation)
            self.file = file
            expansion = Expansion(of: file, leastLimit: limits.expansion)
            window.open(file)
            return begin(source)
        }
    }

    /// What comes next in the innermost container; `nil` when another one was opened, or this one ended.
    private func nextMember(of container: Container) -> Item? {
        func source(_ name: String) -> EntrySource { EntrySource(member: name, of: container.source) }
        if expansion?.isTooMuch == true {
            let outermost = containers[0].source
            containers.removeAll()
            closeFile()
            return .problem(
                .archiveTruncated,
                "Reading stopped: what was read of the archive is more than \(Expansion.mostTimes) times its size",
                outermost)
        }
        switch container.reader.next() {
        case .file(let name):
            window.open(expanded(ContainerMember(container.reader)))
            return begin(source(name))
        case .skipped(let kind, let name): return .skip(kind, source(name))
        case .unreadable(let name, let reason):
            return .problem(.archiveUnreadable, "The member cannot be read: \(reason)", source(name))
        case .damage(let reason):
            return cancellation.signal == 0 ? .problem(.archiveTruncated, reason, container.source) : .end
        case .trouble(let reason): return failure(container.source, reason)
        case .end:
            containers.removeLast()
            if containers.isEmpty { closeFile() }
            return nil
        }
    }

    /// Looks at the first bytes and undoes what is around the text; `nil` when that is a container.
    private func begin(_ source: EntrySource) -> Item? {
        self.source = source
        var layers = containers.count
        while true {
            readHead()
            if window.bytes.isEmpty, let trouble = window.trouble {
                _ = close()
                return failure(source, trouble)
            }
            var signature = FileSignature(head: window.bytes)
            if case .text = signature, layers == 0, isDamagedZip { signature = FileSignature.zip(window.bytes) }
            if !signature.isReadable {
                layers += 1
                if layers > Self.mostLayers {
                    return refuse(source, "It is inside too many other archives; extract it first")
                }
            }
            switch signature {
            case .text: return .text(source)
            case .utf16(let isBigEndian, let markLength):
                window.decodeUTF16(isBigEndian: isBigEndian, markLength: markLength)
            case .skipped(let kind):
                _ = close()
                return .skip(kind, source)
            case .closed(let what, let command):
                return refuse(source, "It is \(what) and cannot be opened here; run \(command)")
            case .compressed(let program):
                guard let (compressed, head) = window.takeSource() else { return .text(source) }
                let child = head.withByteView {
                    ChildSource(program, reading: compressed, head: $0, cancellation: cancellation)
                }
                window.open(expanded(child))
            case .tar:
                guard let (archive, head) = window.takeSource() else { return .text(source) }
                containers.append(Container(source: source, reader: TarReader(archive, head: head)))
                return nil
            case .zip: return openZip(source)
            }
        }
    }

    /// Whether the file is a zip archive of which the first bytes are damaged.
    private var isDamagedZip: Bool {
        guard FileSignature.mayBeDamagedZip(head: window.bytes), let file, let size = file.size else { return false }
        let length = min(size, FileSignature.zipEndSize)
        var end = ByteBuffer(minimumCapacity: length)
        end.count = file.read(at: size - length, into: end.base, length)
        return FileSignature.endsZip(end.bytes)
    }

    /// Reads so many bytes that they tell what the file is. A line of text does where results are wanted at once.
    private func readHead() {
        let count = min(limits.headSize, InputWindow.blockSize)
        while window.bytes.count < count {
            if isInteractive, window.wouldBlock, window.bytes.offset(of: 0x0A) != nil, !window.bytes.contains(0),
                !window.bytes.allSatisfy(\.isWhitespace)
            {
                return
            }
            if !window.more() { return }
        }
    }

    /// Opens a zip archive, whose members are found from its end, or says why not.
    private func openZip(_ source: EntrySource) -> Item? {
        guard let (archive, head) = window.takeSource() else { return .text(source) }
        if let file = archive as? FileSource, let size = file.size {
            containers.append(Container(source: source, reader: ZipReader(.file(file, size: size))))
            return nil
        }
        var copy = ByteBuffer(minimumCapacity: InputWindow.blockSize)
        head.withByteView { copy.append($0) }
        while copy.count <= limits.documentSize {
            copy.reserve(InputWindow.blockSize)
            let got = archive.read(into: copy.end, InputWindow.blockSize)
            copy.count += got
            if got == 0 { break }
        }
        if case .machine(let reason) = archive.failure { return failure(source, reason) }
        guard copy.count <= limits.documentSize else {
            let most = "\(limits.documentSize >> 20) MiB"
            return refuse(source, "A zip archive of more than \(most) can be opened only as a file; save or extract it")
        }
        containers.append(Container(source: source, reader: ZipReader(.memory(copy.array()), damage: archive.failure)))
        return nil
    }

    private func refuse(_ source: EntrySource, _ message: String) -> Item {
        window.close()
        if containers.isEmpty { closeFile() }
        return .problem(.archiveUnreadable, message, source)
    }
}
