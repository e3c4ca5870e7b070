@_spi(Package) import Bytes
import JSONText

/// The two printed forms of a finding.
extension Diagnostic {
    /// Three lines for people: place, severity, code and message; the path; what to do. No line feed at the end.
    ///
    /// ```
    /// archive/0042.xml:9:38: error [v1.value.date] "Closing Date" is not a date in the form MM/dd/yyyy or yyyy-MM-dd
    ///     at Potentials/row[2]/FL[@val='Closing Date']
    ///     do: write the date as yyyy-MM-dd
    /// ```
    public var text: String { text(severity: severity.rawValue) }

    /// ``text`` with the severity in a printed form of its own, such as in colour.
    package func text(severity: String) -> String {
        var text = source.isEmpty ? "input" : source.printable
        if let location { text += ":\(location.line):\(location.column)" }
        text += ": \(severity) [\(code.rawValue)] \(message.printable)"
        if !path.isEmpty { text += "\n    at \(path.printable)" }
        return text + "\n    do: \(advice)"
    }

    /// One line of JSON with the members `code`, `severity`, `source`, `line`, `column`, `path`, `message`, `advice`;
    /// `line`, `column` and `path` are left out when there are none.
    public var json: String {
        var writer = JSONWriter(indent: false)
        write(to: &writer)
        return writer.buffer.string()
    }

    /// Writes the JSON object of ``json``.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("code", code.rawValue)
        writer.member("severity", severity.rawValue)
        writer.member("source", source)
        if let location {
            writer.member("line", location.line)
            writer.member("column", location.column)
        }
        if !path.isEmpty { writer.member("path", path) }
        writer.member("message", message)
        writer.member("advice", advice)
        writer.endObject()
    }
}
