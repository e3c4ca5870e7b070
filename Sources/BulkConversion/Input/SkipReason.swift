/// Why something in an archive is no request, in the words of the summary.
enum SkipReason: Int, CaseIterable {
    case reply, otherMethod, otherRequest, v2Call, otherTable, otherText, picture, binary, page, specialFile, link,
        earlierResults, sameCall

    var name: String {
        switch self {
        case .reply: "reply"
        case .otherMethod: "other_method"
        case .otherRequest: "other_request"
        case .v2Call: "v2_call"
        case .otherTable: "other_table"
        case .otherText: "other_text"
        case .picture: "picture"
        case .binary: "binary"
        case .page: "page"
        case .specialFile: "special_file"
        case .link: "link"
        case .earlierResults: "earlier_results"
        case .sameCall: "same_call"
        }
    }

    /// Whether it says of an entry that it is something else than a call, whatever it holds.
    var isOfOthers: Bool { self == .reply || self == .otherRequest || self == .otherText }
}
