/// A version of Zoho's REST API that has `actions/convert`.
public enum APIVersion: String, BitwiseCopyable, Sendable, Hashable, CaseIterable, Comparable {
    case v2 = "v2"
    case v2_1 = "v2.1"
    case v3 = "v3"
    case v4 = "v4"
    case v5 = "v5"
    case v6 = "v6"
    case v7 = "v7"
    case v8 = "v8"

    /// Older versions come first.
    public static func < (a: APIVersion, b: APIVersion) -> Bool {
        allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
    }
}
