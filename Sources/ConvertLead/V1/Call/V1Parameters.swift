@_spi(Package) import Bytes

/// The parameters of one v1 call while it is read: decoded, compared where one is given twice, credentials never kept.
///
/// Ownership: values lie in one buffer that is kept from call to call; views of it are valid until the next change.
package struct V1Parameters: ~Copyable {
    /// The parameters that decide something in a conversion, and v1's credentials. All others are skipped.
    package enum Name: Int, CaseIterable {
        case leadID, rowID, xmlData, newFormat, authtoken, ticket, apikey

        /// The names by which each is called; the first is v1's own.
        private static let spellings: [(Name, StaticString)] = [
            (.leadID, "leadId"), (.leadID, "lead_id"), (.leadID, "lead id"), (.rowID, "id"), (.xmlData, "xmlData"),
            (.xmlData, "xml_data"), (.xmlData, "xml data"),
            (.newFormat, "newFormat"), (.newFormat, "new_format"), (.authtoken, "authtoken"), (.ticket, "ticket"),
            (.apikey, "apikey"),
        ]

        /// The parameter called `name`, case ignored. A plain `id` is a lead id where no other is given.
        package init?(_ name: ByteView) {
            // Most other names, such as `scope`, begin with another letter.
            guard let first = name.first?.lowercased, first.isOne(of: "lixnat"),
                let known = Self.spellings.first(where: {
                    $0.1.utf8Start[0] == first && name.equalsIgnoringCase($0.1)
                })?.0
            else { return nil }
            self = known
        }

        /// The name as v1 documents it.
        package var text: String {
            Self.spellings.first { $0.0 == self }.map { "\($0.1)" } ?? ""
        }

        /// Whether its value is a secret.
        package var isCredential: Bool { self == .authtoken || self == .ticket || self == .apikey }
    }

    /// Where a parameter was given, for messages.
    package enum Place: String {
        case query = "the query"
        case body = "the body"
        case json = "the JSON text"
    }

    /// How a value is written.
    package enum Encoding {
        /// Percent-encoded, `+` for a blank.
        case form
        /// As it is.
        case literal
    }

    private struct Slot {
        var place: Place?
        var value = ByteRange.empty
        /// Of a credential only this hash is kept, to compare it with the same one given again; 0 for an empty one.
        var secretHash = 0
    }

    private var slots = [Slot](repeating: Slot(), count: Name.allCases.count)
    private var values = ByteBuffer(minimumCapacity: 4096)
    /// XML that is the input itself and is not copied.
    private var document: ByteView?

    /// Whether `xmlData` is decoded UTF-8, so that an encoding it declares is ignored.
    package private(set) var isXMLDecoded = true
    /// The value of `xmlData` as it is in the text that was read, not decoded; empty when it was given twice.
    package private(set) var xmlSource = ByteView.empty
    /// Whether any parameter was given.
    package private(set) var isEmpty = true

    /// No parameters yet.
    package init() {}

    /// Forgets the call before.
    package mutating func removeAll() {
        for index in slots.indices { slots[index] = Slot() }
        values.removeAll()
        document = nil
        isXMLDecoded = true
        xmlSource = .empty
        isEmpty = true
    }

    /// Whether the parameter was given, be it empty.
    package func has(_ name: Name) -> Bool { slots[name.rawValue].place != nil }

    /// The decoded value without blanks around it, but `xmlData` as it is, because places are counted in it; empty when it was
    /// not given, and for credentials.
    package func value(_ name: Name) -> ByteView {
        if name == .xmlData, let document { return document }
        let value = values[slots[name.rawValue].value].bytes
        return name == .xmlData ? value : value.trimmingWhitespace()
    }

    /// Takes a whole document in bytes of its own encoding as `xmlData`, without copying it.
    package mutating func take(document text: ByteView, in place: Place) {
        slots[Name.xmlData.rawValue].place = place
        document = text
        isXMLDecoded = false
        isEmpty = false
    }

    /// Takes one parameter. Reports `v1.call.conflict` (error) and `v1.call.double_encoding` (note).
    package mutating func take(
        _ name: Name, _ value: ByteView, _ encoding: Encoding, in place: Place,
        log: inout DiagnosticLog
    ) {
        isEmpty = false
        let earlier = slots[name.rawValue]
        if name.isCredential {
            let hash = secretHash(of: value, encoding)
            if let earlierPlace = earlier.place, hash != 0, earlier.secretHash != 0, hash != earlier.secretHash {
                reportConflict(name, earlierPlace, place, log: &log)
            }
            slots[name.rawValue].place = place
            if hash != 0 { slots[name.rawValue].secretHash = hash }
            return
        }
        var range = append(value, encoding)
        if name == .xmlData, FormEncoding.beginsWithEncodedTag(values[range].bytes) {
            let once = range
            values.reserve(Int(once.length))
            let start = values.count
            FormEncoding.decode(values[once].bytes, into: &values)
            range = ByteRange(start, values.count - start)
            log.add(
                .callDoubleEncoding, .note, path: "xmlData",
                "The xmlData in \(place.rawValue) was percent-encoded twice and was decoded twice")
        }
        if let earlierPlace = earlier.place {
            let old = self.value(name).trimmingWhitespace()
            let new = values[range].bytes.trimmingWhitespace()
            // An empty value beside a given one says nothing: the call has the other.
            if new.isEmpty { return }
            if !old.isEmpty {
                if name == .xmlData { xmlSource = .empty }
                if !old.elementsEqual(new) {
                    // Lead ids may be shown; what is none may be anything.
                    let areShown = name == .leadID && RecordID.isID(old) && RecordID.isID(new)
                    let values = areShown ? ": \(old.text) and \(new.text)" : ""
                    reportConflict(name, earlierPlace, place, values: values, log: &log)
                }
                return
            }
        }
        slots[name.rawValue].place = place
        slots[name.rawValue].value = range
        if name == .xmlData {
            document = nil
            xmlSource = earlier.place == nil ? value : .empty
        }
    }

    /// - Parameter values: both values, where they may be shown.
    private func reportConflict(
        _ name: Name, _ first: Place, _ second: Place, values: String = "", log: inout DiagnosticLog
    ) {
        let places =
            first == second ? "both in \(first.rawValue)" : "in \(first.rawValue) and in \(second.rawValue)"
        log.add(
            .callConflict, .error, path: name.text,
            "\(name.text) is given twice with different values, \(places)\(values)")
    }

    private mutating func append(_ value: ByteView, _ encoding: Encoding) -> ByteRange {
        let start = values.count
        Self.append(value, encoding, to: &values)
        return ByteRange(start, values.count - start)
    }

    private static func append(_ value: ByteView, _ encoding: Encoding, to output: inout ByteBuffer) {
        switch encoding {
        case .form: FormEncoding.decode(value, into: &output)
        case .literal: output.append(value)
        }
    }

    /// A hash of a credential, whose text is overwritten at once; 0 for an empty one.
    private mutating func secretHash(of value: ByteView, _ encoding: Encoding) -> Int {
        let range = append(value, encoding)
        defer {
            values.erase(range)
            values.count = Int(range.start)
        }
        let text = values[range].bytes.trimmingWhitespace()
        guard !text.isEmpty else { return 0 }
        return Int(truncatingIfNeeded: text.hash(seed: Self.hashSeed)) | 1
    }

    /// What hashes of credentials begin with: another number in each process, so that they tell nothing of the credential.
    private static let hashSeed = UInt64.random(in: .min ... .max)
}

/// The forms in which parameters are written.
extension V1Parameters {
    /// Takes the parameters of a query or of a form body.
    ///
    /// `xmlData` that begins with a literal `<` was never percent-encoded, or not as a whole: it is rejoined over its `&`
    /// up to the end tag of its root, with the warning `v1.call.raw_form`. Such text is kept literally, `+` and `%`
    /// included, unless it holds escapes (its writer encoded the values one by one) or a tag like `<row+no="1">`; then it
    /// is decoded like any form. Without an end tag of the root the value goes up to the next parameter of v1.
    package mutating func takeForm(_ text: ByteView, in place: Place, log: inout DiagnosticLog) {
        var index = 0
        while index < text.count {
            var end = text.offset(of: UInt8(ascii: "&"), from: index) ?? text.count
            let pair = text.slice(index..<end)
            defer { index = end + 1 }
            guard let equals = pair.offset(of: UInt8(ascii: "=")) else { continue }
            guard let known = Self.name(pair.slice(0..<equals)) else { continue }
            var value = pair.dropping(equals + 1)
            var encoding = Encoding.form
            if known == .xmlData, value.trimmingWhitespace().first == UInt8(ascii: "<") {
                let rest = text.dropping(index + equals + 1)
                value = Self.rawXML(rest)
                end = index + equals + 1 + value.count
                if !FormEncoding.hasEscapes(value), !RawXML.usesPlusAsBlank(value) { encoding = .literal }
                log.add(
                    .callRawForm, .warning, path: "xmlData",
                    "The xmlData in \(place.rawValue) was not percent-encoded; it was read up to the end tag of its root"
                )
            }
            take(known, value, encoding, in: place, log: &log)
        }
    }

    /// The parameter that a form names, percent-encoded or not.
    private static func name(_ text: ByteView) -> Name? {
        if let name = Name(text.trimmingWhitespace()) { return name }
        // Pages and chats write an address with its `&` escaped.
        if text.hasPrefix("amp;") { return name(text.dropping(4)) }
        guard text.offset(of: UInt8(ascii: "%"), or: UInt8(ascii: "+")) != nil else { return nil }
        var decoded = ByteBuffer(minimumCapacity: text.count)
        FormEncoding.decode(text, into: &decoded)
        return Name(decoded.bytes.trimmingWhitespace())
    }

    /// Whether a text has the parameter `xmlData` as a query or a form body writes it.
    package static func isForm(_ text: ByteView) -> Bool {
        var index = 0
        while let equals = text.offset(of: UInt8(ascii: "="), from: index) {
            index = equals + 1
            let front = text.slice(0..<equals)
            for name: StaticString in ["xmlData", "xml_data"] where front.hasSuffixIgnoringCase(name) {
                let start = equals - name.utf8CodeUnitCount
                if start == 0 || "&?".utf8.contains(text[start - 1]) { return true }
            }
        }
        return false
    }

    /// Whether a text begins with a name and `=`, as a form body does.
    package static func beginsForm(_ text: ByteView) -> Bool {
        let text = text.first == UInt8(ascii: "?") ? text.dropping(1) : text
        guard let equals = text.offset(of: UInt8(ascii: "=")), equals > 0, equals <= 64 else { return false }
        return text.slice(0..<equals).allSatisfy { $0.isOfName }
    }

    /// Unencoded XML at the start of form text, up to the `&` behind its root.
    private static func rawXML(_ text: ByteView) -> ByteView {
        if let end = RawXML.rootEnd(in: text) {
            return text.slice(0..<(text.offset(of: UInt8(ascii: "&"), from: end) ?? text.count))
        }
        // A root that is not closed: the value ends where any other parameter begins, so that no credential joins it.
        var index = 0
        while let ampersand = text.offset(of: UInt8(ascii: "&"), from: index) {
            index = ampersand + 1
            var end = index
            while end < text.count, text[end].isASCIILetter || text[end].isDigit || "_-.".utf8.contains(text[end]) {
                end += 1
            }
            if end > index, end < text.count, text[end] == UInt8(ascii: "=") { return text.slice(0..<ampersand) }
        }
        return text
    }

    /// Takes the parts of a `multipart/form-data` body, whose values are written as they are.
    ///
    /// - Parameter boundary: from the content type; `nil` takes it from the first line. Line ends may be LF alone. A last
    ///   part without a closing boundary goes up to the end.
    package mutating func takeMultipart(
        _ text: ByteView, boundary: ByteView?, in place: Place,
        log: inout DiagnosticLog
    ) {
        let lineEnd = text.offset(of: 0x0A) ?? text.count
        let firstLine = text.slice(0..<lineEnd).trimmingWhitespace()
        var delimiter = ByteBuffer(minimumCapacity: 80)
        if let boundary, !boundary.isEmpty {
            delimiter.append("--")
            delimiter.append(boundary)
        } else {
            delimiter.append(firstLine)
        }
        guard delimiter.count > 2, var part = Self.delimiter(delimiter.bytes, in: text, from: 0) else { return }
        while !text.dropping(part.end).hasPrefix("--") {
            let next = Self.delimiter(delimiter.bytes, in: text, from: part.end)
            let content = text.slice(part.end..<(next?.start ?? text.count))
            takePart(content, in: place, log: &log)
            guard let next else { return }
            part = next
        }
    }

    /// The next boundary line: where its line end before it begins, and where the boundary's own text ends.
    private static func delimiter(
        _ delimiter: ByteView, in text: ByteView, from start: Int
    ) -> (start: Int, end: Int)? {
        var index = start
        while let at = text.offset(of: delimiter, from: index) {
            index = at + 1
            guard at == 0 || text[at - 1] == 0x0A else { continue }
            var before = at
            if before > start { before -= 1 }
            if before > start, text[before - 1] == 0x0D { before -= 1 }
            return (max(before, start), at + delimiter.count)
        }
        return nil
    }

    private mutating func takePart(_ part: ByteView, in place: Place, log: inout DiagnosticLog) {
        // Behind the boundary's own line end come header lines up to an empty one.
        guard let lineEnd = part.offset(of: 0x0A) else { return }
        var index = lineEnd + 1
        var name: Name?
        while index < part.count {
            let end = part.offset(of: 0x0A, from: index) ?? part.count
            let line = part.slice(index..<end).trimmingWhitespace()
            index = min(end + 1, part.count)
            if line.isEmpty { break }
            if line.hasPrefixIgnoringCase("Content-Disposition:"),
                let value = HeaderText.parameter("name", in: line)
            {
                name = Name(value.trimmingWhitespace())
            }
        }
        if let name { take(name, part.dropping(index), .literal, in: place, log: &log) }
    }
}
