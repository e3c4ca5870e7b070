@_spi(Package) import Bytes
import ArgumentParser
import ConvertLead

import Platform

/// Findings on standard error, for people or as one JSON object a line.
struct DiagnosticOutput: Sendable {
    /// The two forms.
    enum Form: String, CaseIterable, Sendable, ExpressibleByArgument {
        /// Three lines for people.
        case text
        /// One JSON object a line.
        case json
    }

    /// The form of what is written.
    var form: Form

    /// Writes findings in their order.
    func write(_ diagnostics: [Diagnostic]) {
        guard !diagnostics.isEmpty else { return }
        var lines = ""
        for diagnostic in diagnostics {
            switch form {
            case .text: lines += Self.isColoured ? Self.coloured(diagnostic) : diagnostic.text
            case .json: lines += diagnostic.json
            }
            lines += "\n"
        }
        Self.write(lines)
    }

    /// Writes the summary of a check.
    func write(_ report: VerifyReport) {
        switch form {
        case .text: Self.write(report.text)
        case .json: Self.write(report.json)
        }
    }

    /// Writes the summary of a run.
    func write(_ report: BulkReport) {
        switch form {
        case .text: Self.write(report.text)
        case .json: Self.write(report.json)
        }
    }

    /// Whether the arguments ask for JSON, for failures that come before they are parsed.
    static var isJSONAskedFor: Bool {
        let arguments = CommandLine.arguments
        return arguments.contains("--diagnostics=json")
            || zip(arguments, arguments.dropFirst()).contains {
                $0 == ("--diagnostics", "json")
            }
    }

    /// Writes text to standard error. Nothing can be said when that fails.
    static func write(_ text: String) {
        var text = text
        text.withByteView { bytes in
            var rest = UnsafeRawBufferPointer(bytes.buffer)
            while rest.count > 0 {
                let count = writeSome(STDERR_FILENO, rest)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }

    /// Colour is for terminals only, and not where `NO_COLOR` is set to anything or the terminal has none.
    private static let isColoured: Bool = {
        func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
        return isatty(STDERR_FILENO) == 1 && variable("NO_COLOR").isEmpty && variable("TERM") != "dumb"
    }()

    private static func coloured(_ diagnostic: Diagnostic) -> String {
        let colour =
            switch diagnostic.severity {
            case .error: "31"
            case .warning: "33"
            case .note: "36"
            }
        return diagnostic.text(severity: "\u{1B}[1;\(colour)m\(diagnostic.severity.rawValue)\u{1B}[0m")
    }
}
