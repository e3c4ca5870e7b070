@_spi(Package) import Bytes

/// The names of a v1 document, by their index in the XML reader; the most frequent first.
enum V1Name {
    static let field: Int16 = 0
    static let value: Int16 = 1
    static let option: Int16 = 2
    static let row: Int16 = 3
    static let potentials: Int16 = 4
    static let deals: Int16 = 5
    static let leads: Int16 = 6
    static let leadID: Int16 = 7

    /// The names in the order of their indexes.
    static let all: [StaticString] = ["FL", "val", "option", "row", "Potentials", "Deals", "Leads", "leadId"]
}

/// The options of v1's first row.
///
/// Source: Zoho CRM API v1, convertLead; Zoho.md, "XML of v1". No other option was found in any source.
package enum V1Option: Int, BitwiseCopyable, CaseIterable {
    case createPotential, assignTo, notifyLeadOwner, notifyNewEntityOwner

    /// The name in `<option val="…">`.
    var name: StaticString {
        switch self {
        case .createPotential: "createPotential"
        case .assignTo: "assignTo"
        case .notifyLeadOwner: "notifyLeadOwner"
        case .notifyNewEntityOwner: "notifyNewEntityOwner"
        }
    }

    /// The member of a v2 request that the option becomes; `nil` where it decides about more than one member.
    var memberName: String? {
        switch self {
        case .createPotential: nil
        case .assignTo: "assign_to"
        case .notifyLeadOwner: "notify_lead_owner"
        case .notifyNewEntityOwner: "notify_new_entity_owner"
        }
    }

    /// The option with a name, its case ignored.
    @inline(__always)
    package init?(_ name: ByteView) {
        // Tested in one step, because the lengths of labels cannot be predicted.
        guard name.count <= 20, 1 &<< name.count & (1 << 8 | 1 << 15 | 1 << 20) != 0 else { return nil }
        let candidate: V1Option
        switch name.count {
        case 8: candidate = .assignTo
        case 15: candidate = name[0] | 0x20 == UInt8(ascii: "c") ? .createPotential : .notifyLeadOwner
        default: candidate = .notifyNewEntityOwner
        }
        guard name[0] | 0x20 == candidate.name.utf8Start[0] else { return nil }
        guard name.equalsIgnoringCase(candidate.name) else { return nil }
        self = candidate
    }
}
