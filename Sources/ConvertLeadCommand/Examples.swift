import ArgumentParser

/// How a command is used, for its help.
struct Example {
    /// What the lines do.
    let purpose: String
    /// Command lines of at most 76 characters, so that no help wraps them.
    let lines: [String]

    init(_ purpose: String, _ lines: String...) {
        self.purpose = purpose
        self.lines = lines
    }

    /// The heading of the examples in a help, by which the manual pages find them.
    static let heading = "Examples:"

    /// A text about a command with its examples below.
    static func text(_ discussion: String, _ examples: [Example]) -> String {
        let shown = examples.map { example in
            "\(example.purpose):\n\n" + example.lines.map { "  \($0)\n" }.joined()
        }
        return "\(discussion)\n\n\(heading)\n\n" + shown.joined(separator: "\n")
    }
}

/// A command that shows how it is used.
protocol ExampledCommand: ParsableCommand {
    /// What it is used for most often comes first.
    static var examples: [Example] { get }
}

/// The answer to `-h`: what a command is for, how it is used, and where all its options are.
enum ShortHelp {
    /// The help of the subcommand that some arguments name, or of the command; `nil` when they do not ask for it.
    static func text(for arguments: [String]) -> String? {
        guard let position = arguments.firstIndex(of: "-h"), !arguments[..<position].contains("--"),
            // A time zone may begin with a minus.
            position == 0 || arguments[position - 1] != "--time-zone"
        else { return nil }
        let subcommand = ConvertLeadCommand.configuration.subcommands.first {
            $0.configuration.commandName == arguments.first
        }
        return subcommand.map { text(of: $0) } ?? text
    }

    private static func text(of subcommand: any ParsableCommand.Type) -> String {
        let name = subcommand.configuration.commandName ?? ""
        var text = subcommand.configuration.abstract + "\n\n"
        text += "Usage: " + ConvertLeadCommand.usageString(for: subcommand) + "\n"
        for example in (subcommand as? any ExampledCommand.Type)?.examples ?? [] {
            text += "\n\(example.purpose):\n" + example.lines.map { "  \($0)\n" }.joined()
        }
        return text + "\n'convertlead \(name) --help' explains all options.\n"
    }

    private static var text: String {
        let configuration = ConvertLeadCommand.configuration
        var text = configuration.abstract + "\n\nUsage: " + ConvertLeadCommand.usageString() + "\n\n"
        for subcommand in configuration.subcommands {
            let name = subcommand.configuration.commandName ?? ""
            text += "  " + name + String(repeating: " ", count: max(1, 10 - name.count))
            text += subcommand.configuration.abstract + "\n"
        }
        return text + "\n'convertlead SUBCOMMAND -h' shows examples, 'convertlead --help' explains more.\n"
    }
}
