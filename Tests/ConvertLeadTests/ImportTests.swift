import Testing

/// The rules of the house: which module and which folder may use which. What they do not allow is listed with its reason.
@Suite("Imports between targets and folders")
struct ImportTests {
    /// Modules that each library target may import. None may import Foundation.
    private static let modules: [String: Set<String>] = [
        "Platform": ["Glibc", "Musl", "Darwin"], "Bytes": ["Platform"], "XMLText": ["Bytes", "CLibXML2", "Platform"],
        "JSONText": ["Bytes", "CInstructions"], "ConvertLead": ["Bytes", "JSONText", "XMLText"],
        "BulkConversion": [
            "Bytes", "CInstructions", "CZlib", "ConvertLead", "JSONText", "Platform", "Synchronization", "XMLText",
        ],
        "ConvertLeadC": ["Bytes", "CConvertLead", "ConvertLead", "JSONText", "Platform", "Synchronization"],
    ]

    @Test("A library target imports only what is below it, never Foundation", arguments: Array(modules.keys))
    func targets(target: String) throws {
        let files = try SourceText.files(of: target)
        #expect(!files.isEmpty)
        for file in files {
            let others = file.imports.subtracting(Self.modules[target] ?? [])
            #expect(others.isEmpty, "\(target)/\(file.path) imports \(others.sorted())")
        }
    }

    /// Files outside the codecs and the C interface that handle memory by its address.
    private static let unsafe: [String: Set<String>] = [
        // Codecs of forms and tables; labels are folded in a string's own memory.
        "ConvertLead": ["V1/Call/FormEncoding.swift", "Tables/LabelFolding.swift", "Tables/RowReader.swift"],
        // Calls of the system and of C libraries: reading, writing, directories, child processes, decompression, SHA-256.
        "BulkConversion": [
            "Input/ArchiveWalk.swift", "Input/ByteSource.swift", "Input/ChildSource.swift",
            "Input/ContainerReader.swift", "Input/DirectoryNames.swift", "Input/Exclusion.swift",
            "Input/FileBatch.swift", "Input/Inflater.swift", "Input/SystemCalls.swift", "Input/TarReader.swift",
            "Input/ZipDirectory.swift", "Input/ZipReader.swift", "Output/RunDirectory.swift", "Output/SHA256.swift",
            "Verifying/LetterFolder.swift",
            // The codec of JSON strings in lines, beside its one caller: a call into another module costs more than a short string.
            "Translating/EscapedString.swift",
            // Lead ids are hashed by words, and written as blocks.
            "Translating/LeadIDMark.swift", "Output/RepeatedLeadIDs.swift",
        ],
        "ConvertLeadCommand": ["DiagnosticOutput.swift", "FileInput.swift", "FileOutput.swift", "Settings.swift"],
    ]

    @Test("Outside the codecs, views of bytes are the only unsafe types", arguments: Array(unsafe.keys))
    func addresses(target: String) throws {
        let files = try SourceText.files(of: target)
        #expect(!files.isEmpty)
        for file in files where !(Self.unsafe[target] ?? []).contains(file.path) {
            let found = file.code.matches(
                of: #/\b(?:Unsafe[A-Z]\w*|withUnsafe\w*|unsafe[A-Z]\w*|baseAddress|loadUnaligned|storeBytes|pointee)\b/#
            )
            #expect(found.isEmpty, "\(target)/\(file.path) uses \(Set(found.map { String($0.output) }).sorted())")
        }
    }

    @Test("XML events stay in the rooms that read XML")
    func events() throws {
        for file in try SourceText.files(of: "ConvertLead") where file.imports.contains("XMLText") {
            let isReader = file.room.hasPrefix("V1/") || file.room == "V2" || file.room == "Tables"
            #expect(isReader, "\(file.path) imports XMLText")
        }
    }

    /// A type that a folder uses although the order of the folders does not allow it.
    struct Exception: Hashable {
        let room: String
        let type: String
    }

    /// A target, the folders that each of its folders may use, and the exceptions.
    struct Rooms: Sendable, CustomTestStringConvertible {
        let target: String
        /// The folders that each folder may use; the folder "" has the files at the top.
        let allowed: [String: Set<String>]
        /// Types at the top that every folder may use.
        var shared: Set<String> = []
        let exceptions: [Exception]

        var testDescription: String { target }
    }

    private static let core = Rooms(
        target: "ConvertLead",
        allowed: [
            "Diagnostics": [], "Conversion": ["Diagnostics"], "Options": ["Diagnostics", "Conversion"],
            "Tables": ["Diagnostics", "Conversion", "Options"], "V1/Call": ["Diagnostics", "Conversion", "Options"],
            "V1/Request": ["Diagnostics", "Conversion", "Options", "Tables", "V1/Call"],
            "V1/Reply": ["Diagnostics", "Conversion", "Options", "Tables", "V1/Call", "V1/Request"],
            "V2": ["Diagnostics", "Conversion", "Options", "Tables"],
            "": ["Diagnostics", "Conversion", "Options", "Tables", "V1/Call", "V1/Request", "V1/Reply", "V2"],
        ],
        exceptions: [
            // A reply that is v1's already is passed through, and its form is v1's.
            Exception(room: "V2", type: "V1ReplyFormat"),
            // A cell may hold a bare document, which may hold the row's own separators.
            Exception(room: "Tables", type: "RawXML"),
        ])

    private static let bulk = Rooms(
        target: "BulkConversion",
        allowed: [
            "Input": [], "Cutting": ["Input"], "Forms": ["Input", "Cutting"],
            "Translating": ["Input", "Cutting", "Forms"],
            "Output": ["Input", "Cutting", "Forms", "Translating"], "Reporting": ["Input", "Cutting"],
            "": ["Input", "Cutting", "Forms", "Translating", "Output", "Reporting"],
            "Surveying": ["", "Input", "Cutting", "Forms", "Translating", "Output", "Reporting"],
            "Verifying": ["", "Input", "Cutting", "Forms", "Translating", "Output", "Reporting"],
        ],
        shared: ["BulkCancellation", "BulkFailure", "BulkSummary"],
        exceptions: [
            // The table is asked at the start of each entry.
            Exception(room: "Cutting", type: "ArchiveForm"),
            // A chunk brings its counts with it.
            Exception(room: "Cutting", type: "ConvertedLine"), Exception(room: "Cutting", type: "Tally"),
            // A form hands over the calls of an entry, each with the document in it.
            Exception(room: "Forms", type: "Document"), Exception(room: "Forms", type: "EntryTranslator"),
            // A survey is a run that counts what requests say instead of writing.
            Exception(room: "Translating", type: "ArchiveInventory"), Exception(room: "", type: "InventoryCollector"),
            // A check is a run that compares its lines with those of an earlier run.
            Exception(room: "", type: "ResultComparison"),
            // What to do next follows from what the requests say.
            Exception(room: "Reporting", type: "Survey"), Exception(room: "Reporting", type: "RequestInventory"),
        ])

    @Test("A folder uses only the folders before it", arguments: [core, bulk])
    func folders(rooms: Rooms) throws {
        let files = try SourceText.files(of: rooms.target)
        var homes: [String: Set<String>] = [:]
        for file in files {
            for type in file.types { homes[type, default: []].insert(file.room) }
        }
        var found: Set<Exception> = []
        for file in files {
            let allowed = rooms.allowed[file.room]
            #expect(allowed != nil, "The folder \(file.room) has no place in the order")
            for type in file.typeNames.subtracting(rooms.shared) {
                guard let home = homes[type], home.isDisjoint(with: (allowed ?? []).union([file.room])) else {
                    continue
                }
                let exception = Exception(room: file.room, type: type)
                found.insert(exception)
                #expect(rooms.exceptions.contains(exception), "\(file.path) uses \(type) of \(home.sorted())")
            }
        }
        let unused = Set(rooms.exceptions).subtracting(found)
        #expect(unused.isEmpty, "No folder needs these exceptions any more: \(unused)")
    }

    @Test("Only files of Forms name a form of the table")
    func forms() throws {
        let files = try SourceText.files(of: "BulkConversion")
        let own = files.filter { $0.room == "Forms" }
        // Files of one document go a shorter way, and so their form has an index of its own.
        let known: Set = ["ArchiveForm", "XMLDocument"]
        let types = Set(own.flatMap(\.types)).subtracting(known)
        let names = Set(own.flatMap(\.forms))
        let titles = Set(own.flatMap(\.titles))
        #expect(names.count > 10 && !types.isEmpty && !titles.isEmpty)
        for file in files where file.room != "Forms" {
            let named = file.typeNames.intersection(types)
            #expect(named.isEmpty, "\(file.path) names \(named.sorted())")
            let uses = file.code.matches(of: #/\bArchiveForm\b(?:\.(?<member>\w+))?/#).map { $0.output.member ?? "" }
            let others = Set(uses.map(String.init)).subtracting(["all", "beginning", "documentIndex"])
            #expect(others.isEmpty, "\(file.path) uses ArchiveForm's \(others.sorted())")
            #expect(file.texts.isDisjoint(with: titles), "\(file.path) has a form's title")
        }
    }
}
