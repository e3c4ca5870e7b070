@_spi(Package) import Bytes
import JSONText

/// What one record says of a call in several branches.
extension JSONCallSearch {
    /// Parts that are compared with each other at most, so that hostile text costs little.
    private static let mostCompared = 1 << 20

    /// What a call says, for comparison.
    private struct Said {
        /// Empty without one; a plain `id` is none.
        var leadID: [UInt8]
        var host: [UInt8]
        /// Of the document.
        var hash: Int

        init(_ call: Call, _ json: borrowing JSONReader) {
            var reader = V1CallReader()
            var log = DiagnosticLog()
            reader.begin()
            reader.add(call, json, depth: 0, log: &log)
            reader.finish(log: &log)
            leadID = reader.parameters.has(.leadID) ? Array(reader.parts.leadID) : []
            host = reader.parts.host.map { $0.lowercased }
            var hasher = Hasher()
            reader.parts.xml.hash(into: &hasher)
            hash = hasher.finalize()
        }

        func agrees(with other: Said) -> Bool {
            (leadID.isEmpty || other.leadID.isEmpty || leadID == other.leadID)
                && (host.isEmpty || other.host.isEmpty || host == other.host)
        }
    }

    /// Joins an address or a lead id alone to the calls that it belongs to, leaves out what is said twice, and looks for hosts.
    mutating func joinRecords(_ json: borrowing JSONReader) {
        var calls: [Int: Call] = [:]
        for (index, finding) in findings.enumerated() {
            if case .call(let call) = finding { calls[index] = call }
        }
        var order = calls.keys.sorted()
        if order.count > 1 {
            var said = calls.mapValues { Said($0, json) }
            order = Self.join(order, &calls, &said, json)
            order = Self.withoutRepeats(order, calls, said)
        }
        addHosts(to: &calls, json)
        let kept = Set(order)
        findings = findings.indices.compactMap { index in
            guard let call = calls[index] else { return findings[index] }
            return kept.contains(index) ? .call(call) : nil
        }
    }

    /// Joins the calls without a document to those beside them that have one, or else to each other.
    private static func join(
        _ order: [Int], _ calls: inout [Int: Call], _ said: inout [Int: Said], _ json: borrowing JSONReader
    ) -> [Int] {
        let whole = order.filter { calls[$0]?.hasDocument ?? false }
        guard whole.count < order.count, (order.count - whole.count) * order.count <= mostCompared else { return order }
        var kept: [Int] = []
        for index in order {
            guard let part = calls[index], let own = said[index], !part.hasDocument else { continue }
            let belongs = { (other: Int) in
                calls[other]?.isBeside(part) ?? false && said[other]?.agrees(with: own) ?? false
            }
            var targets = whole.filter(belongs)
            if targets.isEmpty { targets = Array(kept.filter(belongs).prefix(1)) }
            if targets.isEmpty { kept.append(index) }
            for target in targets {
                guard var call = calls[target] else { continue }
                call.addresses += part.addresses
                if call.host.isEmpty { call.host = own.host }
                call.outerLeadIDs += part.parameters.filter { $0.name == .leadID }.map(\.value)
                calls[target] = call
                said[target] = Said(call, json)
            }
        }
        return (whole + kept).sorted()
    }

    /// Leaves out a call that the same record has already, for the same lead or for none, and with the same document.
    private static func withoutRepeats(_ order: [Int], _ calls: [Int: Call], _ said: [Int: Said]) -> [Int] {
        let order = withoutCopies(order, calls, said)
        /// Calls by what they say and the elements of lists that they are in; and by those around them.
        var known: Set<[Int]> = []
        var around: Set<[Int]> = []
        return order.filter { index in
            guard let call = calls[index], let own = said[index], call.hasDocument else { return true }
            var key = [own.leadID.hashValue, own.hash]
            var keys = [key]
            for element in call.elements {
                key.append(element)
                keys.append(key)
            }
            if around.contains(key) || keys.contains(where: { known.contains($0) }) { return false }
            known.insert(key)
            around.formUnion(keys)
            return true
        }
    }

    /// Leaves out a document alone that a call for a lead in the same record has too.
    private static func withoutCopies(_ order: [Int], _ calls: [Int: Call], _ said: [Int: Said]) -> [Int] {
        var ofLeads: [Int: [Int]] = [:]
        for index in order {
            guard let own = said[index], !own.leadID.isEmpty, calls[index]?.hasDocument ?? false else { continue }
            ofLeads[own.hash, default: []].append(index)
        }
        return order.filter { index in
            guard let call = calls[index], let own = said[index], call.parameters.isEmpty, own.leadID.isEmpty,
                call.hasDocument, let others = ofLeads[own.hash]
            else { return true }
            return !others.prefix(mostCopies).contains { calls[$0]?.isBeside(call) ?? false }
        }
    }

    /// Calls with one document that a document alone is compared with at most.
    private static let mostCopies = 64

    /// Gives calls without a host the one that their record names.
    private func addHosts(to calls: inout [Int: Call], _ json: borrowing JSONReader) {
        var hosts: [Int: [UInt8]] = [:]
        for (index, call) in calls where call.host.isEmpty && !call.hasHostInAddress {
            let place = json.offset(of: call.record)
            let host = hosts[place] ?? Self.host(in: call.record, json) ?? []
            hosts[place] = host
            calls[index]?.host = host
        }
    }

    /// The host of v1 that a value of an object names, or one of an object in it, such as its headers.
    static func host(in node: JSONReader.Node, _ json: borrowing JSONReader, depth: Int = 0) -> [UInt8]? {
        guard depth < 4 else { return nil }
        var host: [UInt8]?
        func look(_ value: JSONReader.Node) {
            if host != nil { return }
            switch json.kind(of: value) {
            case .string:
                if DataCenter.isV1Host(json.bytes(of: value)) { host = Array(json.bytes(of: value)) }
            case .object: host = self.host(in: value, json, depth: depth + 1)
            case .array:
                json.forEachElement(of: value) { element in
                    // Other objects of a list may be other calls.
                    if json.kind(of: element) == .object {
                        if let value = json.member("value", of: element), json.kind(of: value) == .string {
                            look(value)
                        }
                    } else if json.kind(of: element) == .string {
                        look(element)
                    }
                }
            case .number, .boolean, .null: break
            }
        }
        json.forEachMember(of: node) { look($1) }
        return host
    }
}
