@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A form body: `name=value` pairs joined by `&`.
    static let formBody = ArchiveForm(
        name: "form body",
        sign: "`name=value` pairs joined by `&`, the first of them a parameter of v1 or followed by one",
        sample: "form-bodies",
        mayBeginWith: { $0.isASCIILetter || $0.isDigit || $0.isOne(of: "_?") },
        mentions: .asItself,
        begins: { start in
            guard FormBody.begins(start.line) else { return nil }
            guard CallOverLines.isLeadID(start.line) else { return RawCall.cut(start) }
            return CallOverLines.isBeforeItsBody(start) ? nil : .pair { CallOverLines.endOfLeadID(in: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            if CallOverLines.beginsWithLeadID(text) { return LogRecord.unwrap(text, &entry) }
            if RawCall.isBeforeText(in: text) { return LogRecord.unwrap(text, &entry) }
            entry.calls.read(text, log: &entry.log)
            entry.judge()
        })
}

private enum FormBody {
    /// Whether a line begins with a parameter of v1, or with another that is followed by one.
    static func begins(_ line: ByteView) -> Bool {
        guard V1Parameters.beginsForm(line) else { return false }
        let text = line.first == UInt8(ascii: "?") ? line.dropping(1) : line
        guard let equals = text.offset(of: UInt8(ascii: "=")) else { return false }
        let rest = text.dropping(equals)
        let pair = rest.slice(0..<(rest.offset(of: UInt8(ascii: "&")) ?? rest.count))
        // What a log writes as `name=value name=value` is none.
        let goesOn = pair.firstIndex(where: \.isWhitespace)
        if let name = V1Parameters.Name(text.slice(0..<equals)), name != .rowID {
            if name == .xmlData, isQuoted(rest) { return false }
            return name == .xmlData
                || goesOn.map { !V1Parameters.beginsForm(pair.dropping($0).trimmingLeadingWhitespace()) } ?? true
        }
        if goesOn != nil || isQuoted(rest) { return false }
        // A log may give the address a name, as in `url=https://…`.
        if V1Address.methodEnd(in: rest) != nil { return false }
        return rest.offset(ofParameter: "xmlData") != nil || rest.offset(ofParameter: "leadId") != nil
    }

    /// Whether a quote follows the sign of a text, as of a shell's variable.
    private static func isQuoted(_ text: ByteView) -> Bool { text.dropping(1).first?.isOne(of: "'\"") ?? false }
}

extension ByteView {
    /// Offset of `&name=`, case ignored, of the `&`.
    fileprivate func offset(ofParameter name: StaticString) -> Int? {
        var index = 0
        while let ampersand = offset(of: UInt8(ascii: "&"), from: index) {
            let rest = dropping(ampersand + 1)
            if rest.hasPrefixIgnoringCase(name), rest.dropping(name.utf8CodeUnitCount).first == UInt8(ascii: "=") {
                return ampersand
            }
            index = ampersand + 1
        }
        return nil
    }
}
