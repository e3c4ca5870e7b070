import ArgumentParser
import ConvertLead

// How option values are written, on the command line and in the configuration alike.

/// What `request` prints.
enum RequestForm: String, CaseIterable, Sendable, ExpressibleByArgument {
    /// The v2 body.
    case body
    /// One JSON object with `method`, `url` and `body`.
    case call
    /// A curl command.
    case curl
    /// A `.http` file for editors.
    case http
}

/// What `request` writes when it refuses a call.
enum RefusalAnswer: String, CaseIterable, Sendable, ExpressibleByArgument {
    /// Nothing.
    case nothing
    /// The v1 error reply, in the style of the call.
    case reply
}

/// A table of other records: the lookup field it is for, and its file.
struct LookupFile: Sendable, Hashable, ExpressibleByArgument {
    /// Api name of the field.
    var apiName: String
    /// Path of the CSV file.
    var path: String

    /// A table from its parts.
    init(apiName: String, path: String) {
        self.apiName = apiName
        self.path = path
    }

    /// The table of `API_NAME=FILE`.
    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
        self.init(apiName: String(argument[..<sign]), path: String(argument[argument.index(after: sign)...]))
        if path.isEmpty { return nil }
    }
}

extension APIVersion: ExpressibleByArgument {}
extension TranslationOptions.BadValue: ExpressibleByArgument {}
extension TranslationOptions.DateOrder: ExpressibleByArgument {}

extension RecordID {
    /// The id of a lead, as `--lead-id` names it.
    init(leadID text: String) throws {
        guard let id = RecordID(text) else { throw ValidationError("A lead id is 1 to 20 digits.") }
        self = id
    }
}

extension TranslationOptions.UnknownField: ExpressibleByArgument {
    /// `warn`, which `omit` means too, `reject` or `guess`.
    public init?(argument: String) { self.init(name: argument) }
}

extension TranslationOptions.UnknownAssignee: ExpressibleByArgument {
    /// `reject`, `omit`, or a user id.
    public init?(argument: String) { self.init(argument) }
}
