@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// An address, its parameters in its query.
    static let url = ArchiveForm(
        name: "URL",
        sign: "an address of v1 alone on its line",
        sample: "form-urls",
        begins: { start in
            let line = start.line
            guard V1Address.begins(line), !V1Address.isFollowedByText(line) else { return nil }
            return RawCall.cut(start)
        },
        unwrap: { text, entry in
            if RawCall.isBeforeText(in: text) { return LogRecord.unwrap(text, &entry) }
            entry.calls.read(text, log: &entry.log)
            entry.judge(isRequest: true)
        })
}
