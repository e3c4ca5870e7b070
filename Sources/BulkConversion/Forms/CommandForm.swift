@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A curl command, over as many lines as it needs.
    static let curl = ArchiveForm(
        name: "curl command",
        sign: "the command `curl` for a shell or for cmd, over as many lines as it has",
        sample: "form-curl",
        begins: { start in
            guard CommandStart.curl(in: start.line) != nil else { return nil }
            return .block { ShellCommand.length(in: $0, isWhole: $1) }
        },
        unwrap: { text, entry in ShellCommand.unwrap(text, &entry) })

    /// A command of another program that sends requests, or one that reads what a command before it writes.
    static let command = ArchiveForm(
        name: "command of wget or HTTPie",
        sign: """
            the command `wget`, `http`, `https`, `xh` or `xhs`, or one of these or `curl` behind `echo … |`, `printf … |` or \
            `cat … |`
            """,
        sample: "commands-of-other-programs",
        mayBeginWith: { $0.isASCIILetter || $0.isDigit || $0.isOne(of: "$+:-*@/.~[(`#!_") },
        begins: { start in
            guard CommandStart.other(in: start.line) != nil else { return nil }
            return .block { ShellCommand.length(in: $0, isWhole: $1) }
        },
        unwrap: { text, entry in ShellCommand.unwrap(text, &entry) })
}

/// A command that sends a request, as browsers, Postman and people write it.
struct ShellCommand {
    let tool: CommandTool
    /// The address.
    private(set) var url: [UInt8] = []
    /// Data of all options, joined by `&` as curl joins them; fields of `-F` and HTTPie's items as parameters.
    var body: [UInt8] { Array(fields.joined(separator: "&".utf8)) }
    private var fields: [[UInt8]] = []
    /// Parameters that are put into the query, each with `=`.
    private var queryItems: [[UInt8]] = []
    /// Value of the header `Content-Type`; empty when there is none.
    private(set) var contentType: [UInt8] = []
    /// Value of the header `Host`; empty when there is none.
    private(set) var host: [UInt8] = []
    /// Whether the data are put into the query (`-G`).
    private(set) var isQuery = false
    /// Whether data were to be read from a file, which the archive does not have.
    private(set) var readsFile = false
    /// Whether the command, or what it reads, holds several calls.
    private(set) var isOneOfSeveral = false
    /// What the shell would put something else for in the text that the command reads; `nil` when there is no such thing.
    private(set) var expansion: String?

    /// What the command reads where it names no file; `nil` when the archive does not have that.
    private var input: [UInt8]?
    private var inputExpansion: String?
    /// What the script before the command says of variables and files.
    private var values = ShellValues()

    /// Whether a quote is not closed, or text that a quote closed too early stands between the words, as of `-d '…O'Neil…'`.
    private(set) var isQuoteBroken = false

    /// The address with the data that are put into its query, and with the host that a header names instead of a proxy's or a number.
    var address: [UInt8] {
        let query = isQuery ? queryItems + fields : queryItems
        let url = urlOfHost ?? url
        if query.isEmpty { return url }
        return url + (url.contains(UInt8(ascii: "?")) ? "&" : "?").utf8 + query.joined(separator: "&".utf8)
    }

    /// The address with the host of v1 that a header names; `nil` where there is none, or where the address has one.
    private var urlOfHost: [UInt8]? {
        guard host.withByteView(DataCenter.isV1Host), !url.withByteView(Self.hasV1Host) else { return nil }
        let start = url.withByteView { $0.offset(of: "://").map { $0 + 3 } } ?? 0
        guard let path = url[start...].firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return "https://".utf8 + host + url[path...]
    }

    private static func hasV1Host(_ address: ByteView) -> Bool {
        let start = address.offset(of: "://").map { $0 + 3 } ?? 0
        return DataCenter.isV1Host(
            address.slice(start..<(address.offset(of: UInt8(ascii: "/"), from: start) ?? address.count)))
    }

    /// Name of the shell's variable that the address begins with; `nil` when it begins otherwise.
    var urlVariable: String? {
        guard url.first == UInt8(ascii: "$") else { return nil }
        let name = url.dropFirst().drop { $0 == UInt8(ascii: "{") }
            .prefix { $0.isOfName }
        return String(decoding: name, as: UTF8.self)
    }

    /// A command without arguments.
    init(_ tool: CommandTool) { self.tool = tool }

    /// Name of the shell's variable that the data begin with; `nil` when they begin otherwise.
    private var dataVariable: String? {
        fields.lazy.compactMap { $0.withByteView { $0.isEmpty ? nil : HereDocument.expansion(in: $0, at: 0) } }.first
    }

    /// Takes an entry to the call that a command sends.
    static func unwrap(_ text: ByteView, _ entry: inout EntryTranslator) {
        var text = text
        let values = ShellValues(takenFrom: &text)
        guard let command = read(text, values) else { return entry.skip(.otherText) }
        if !command.isQuoteBroken, command.isOneOfSeveral { return entry.refuseSeveralCalls() }
        if command.isQuoteBroken, !command.body.isEmpty || RequestMarks.isIn(text) {
            return entry.refuse(.archiveEntry, command.whyBroken)
        }
        entry.readCall(
            address: command.address, body: command.isQuery ? [] : command.body, contentType: command.contentType)
        if entry.calls.hasMethod || entry.calls.hasXML {
            if command.readsFile, !entry.calls.hasXML {
                return entry.refuse(
                    .callBodyMissing, "The command reads its data from a file outside the archive",
                    keeping: entry.calls.parts)
            }
            if let expansion = command.expansion ?? (entry.calls.hasXML ? nil : command.dataVariable) {
                return entry.refuse(.archiveEntry, reason(of: expansion), keeping: entry.calls.parts)
            }
            if !entry.calls.hasMethod, let name = command.urlVariable {
                return entry.refuse(
                    .archiveEntry,
                    "The address is in the shell variable \(name); write the address instead",
                    keeping: entry.calls.parts)
            }
        } else if !entry.calls.isV2Call, RequestMarks.isIn(text, namesCount: false) {
            return entry.refuse(.archiveEntry, "The command has signs of a request, but no call was found in it")
        }
        entry.judge(isRequest: true)
    }

    /// Why a command whose quotes are broken is not read.
    var whyBroken: String {
        expansion.map(Self.reason)
            ?? "A quote of the command is closed too early or not at all; write '\\'' for an apostrophe inside '…'"
    }

    private static func reason(of expansion: String) -> String {
        if expansion.hasPrefix("@"), expansion.count > 1 {
            return
                "The script changes the file \(expansion.dropFirst()) before the command reads it; write its text there instead"
        }
        return
            "The text that the command reads has \(expansion), which the shell puts a value for; write the value instead"
    }

    /// A command of v1 amid other text, such as a line of a log, whose quotes only a shell reads right; `nil` for any other text. One of
    /// its quotes may be open.
    static func inWords(_ text: ByteView) -> ShellCommand? {
        let marks: [StaticString] = ["'\\''", "'\"'\"'", "$'", " <<"]
        return inWords(text, needsQuotes: !marks.contains { text.offset(of: $0) != nil }, depth: 0)
    }

    /// Quotes around a command inside each other at most.
    private static let deepest = 4

    /// - Parameter needsQuotes: whether only a command in quotes counts, as of `bash -c '…'`.
    private static func inWords(_ text: ByteView, needsQuotes: Bool, depth: Int) -> ShellCommand? {
        for name: StaticString in ["curl ", "wget ", "http ", "https ", "xh "] {
            guard let start = text.offset(of: name), start == 0 || !RawCall.isOfParameters(text[start - 1]) else {
                continue
            }
            if let quote = openingQuote(in: text, before: start), depth < deepest {
                let (plain, expansion) = unquoted(text.dropping(quote))
                let inside = plain ?? Array(text.dropping(quote))
                let command = inside.withByteView { inside in
                    SeveralCalls.areIn(inside) ? nil : inWords(inside, needsQuotes: false, depth: depth + 1)
                }
                if let command { return command }
                // A document would have escapes of these quotes.
                guard inside.withByteView(Document.begins) else { continue }
                var broken = ShellCommand(.curl)
                (broken.isQuoteBroken, broken.expansion) = (true, expansion)
                return broken
            }
            guard !needsQuotes, let command = read(text.dropping(start), from: .script) else { continue }
            let isWhole = !command.readsFile && command.expansion == nil
            if isWhole, !command.isOneOfSeveral, isV1(command.url) { return command }
        }
        return nil
    }

    /// Offset of the first quote of the word of another command that a command at an offset is in; `nil` when it is in no quotes.
    static func openingQuote(in text: ByteView, before start: Int) -> Int? {
        var quote: UInt8 = 0
        var first: Int?
        var index = 0
        while index < start {
            let byte = text[index]
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                index += 1
            } else if quote == 0, byte.isOne(of: "'\"") {
                quote = byte
                first = first ?? index
            } else if quote == 0, byte.isWhitespace {
                first = nil
            } else if byte == quote {
                quote = 0
            }
            index += 1
        }
        guard quote != 0, let first, first == 0 || text[first - 1].isWhitespace || text[first - 1].isOne(of: "=:,([")
        else { return nil }
        return first
    }

    /// The text between the quotes that a text begins with: a shell's, or those of a program that writes `\'` for an apostrophe; `nil` when
    /// they are not closed, and with what the shell puts a value for when there is such a thing.
    private static func unquoted(_ text: ByteView) -> (text: [UInt8]?, expansion: String?) {
        let inside = text.dropping(1)
        guard let next = inside.offset(of: text[0]) else { return (nil, nil) }
        let isEscaped = next > 0 && inside[next - 1] == UInt8(ascii: "\\")
        if text[0] == UInt8(ascii: "'"), isEscaped {
            var end = 0
            while end < inside.count, inside[end] != text[0] { end += inside[end] == UInt8(ascii: "\\") ? 2 : 1 }
            guard end < inside.count else { return (nil, nil) }
            var plain = ByteBuffer(minimumCapacity: end)
            BackslashEscapes.undo(in: inside.slice(0..<end), to: &plain)
            return (plain.array(), nil)
        }
        let words = ShellText.words(of: text)
        let isWhole = !words.isQuoteOpen && words.expansion == nil
        return (isWhole ? words.list.first : nil, words.expansion)
    }

    /// The call as one text: its address with all parameters; `nil` when the body is none of a form.
    var callText: [UInt8]? {
        if isQuoteBroken || isOneOfSeveral || readsFile || expansion != nil { return nil }
        if isQuery || body.isEmpty { return address }
        return body.withByteView(V1Parameters.beginsForm)
            ? address.withByteView { address in body.withByteView { EmbeddedCall.joined(address, $0) } } : nil
    }

    /// Reads a command; `nil` when none is at the start of the text.
    static func read(_ text: ByteView, _ values: ShellValues = ShellValues()) -> ShellCommand? {
        let command = text.slice(0..<(commandLength(in: text, isWhole: true) ?? text.count))
        let line = EntryStart(text: command).line
        if isForCmd(line) { return CmdText.shellText(of: command).withByteView { read($0, from: .script) } }
        let file = CommandFile(command)
        guard let plain = file.command(of: command) else { return read(command, from: file, values: values) }
        return plain.text.withByteView { read($0, from: file, input: plain.input) }
    }

    private static func read(
        _ text: ByteView, from file: CommandFile, input: [UInt8]? = nil, values: ShellValues = ShellValues()
    ) -> ShellCommand? {
        guard let start = CommandStart.any(in: EntryStart(text: text).line) else { return nil }
        let documents = extent(of: text, isWhole: true)?.documents ?? []
        let lines = text.slice(0..<(documents.first?.lines.lowerBound ?? text.count))
        func words(from offset: Int) -> ShellText.Words {
            ShellText.words(
                of: lines.dropping(offset), closing: closingByte(in: text, at: start.first), isOfFish: file.isOfFish,
                values: values)
        }
        let arguments = words(from: start.arguments)
        var command = ShellCommand(start.tool)
        command.values = values
        command.isQuoteBroken = arguments.isQuoteOpen
        command.isOneOfSeveral =
            SeveralCalls.areIn(lines) || documents.contains { SeveralCalls.areIn(text.slice($0.lines)) }
            || documents.dropLast().contains { RequestMarks.isIn(text.slice($0.lines)) }
        command.input = arguments.input ?? input
        if let document = documents.last {
            (command.input, command.inputExpansion) = document.input(in: text)
        }
        if let feed = start.feed { command.takeInput(of: words(from: feed)) }
        command.take(arguments.list)
        command.expansion = command.expansion ?? arguments.expansion
        if let place = CommandStart.placeForLines(before: EntryStart(text: text).line.slice(0..<start.name)) {
            command.expansion = command.expansion ?? arguments.expansion(of: place)
        }
        // HTTPie reads its input without being told.
        if command.tool == .httpie, command.fields.isEmpty, command.input != nil,
            let text = command.contents(of: [UInt8(ascii: "-")])
        {
            command.fields.append(text)
        }
        return command
    }

    /// Takes what `cat`, `echo` or `printf` write as input.
    private mutating func takeInput(of words: ShellText.Words) {
        inputExpansion = inputExpansion ?? words.expansion
        var texts = words.list.dropFirst()
        switch words.list.first.map({ String(decoding: $0, as: UTF8.self) }) {
        case "cat":
            if let text = words.input { input = text }
            if texts.contains(where: { $0 != Array("-".utf8) }) {
                input = texts.count == 1 ? texts.first.flatMap { values.text(ofFile: $0[...]) } : nil
            }
        case "echo":
            while texts.first == Array("-n".utf8) { texts = texts.dropFirst() }
            let isPlain = texts.first?.first != UInt8(ascii: "-")
            input = isPlain ? Array(texts.joined(separator: " ".utf8)) + [0x0A] : nil
        default:
            let format = texts.popFirst() ?? []
            let isPlain = !format.contains(UInt8(ascii: "%")) && !format.contains(UInt8(ascii: "\\"))
            let isText = texts.count == 1 && ["%s", "%s\\n"].contains(String(decoding: format, as: UTF8.self))
            input = isText ? texts.first : isPlain && texts.isEmpty ? format : nil
        }
    }

    /// Takes the arguments.
    mutating func take(_ words: [[UInt8]]) {
        var index = 0
        var areOptionsOver = false
        while index < words.count {
            let word = words[index]
            index += 1
            guard word.first == UInt8(ascii: "-"), word.count > 1, !areOptionsOver else {
                takePositional(word)
                continue
            }
            if word == Array("--".utf8) {
                areOptionsOver = true
            } else if word.starts(with: "--".utf8) {
                let equals = word.firstIndex(of: UInt8(ascii: "="))
                let name = String(decoding: word[2..<(equals ?? word.count)], as: UTF8.self)
                if tool == .curl, name == "get" { isQuery = true }
                guard tool.longOptionsWithValue.contains(name) else { continue }
                if let equals {
                    take(name, Array(word[(equals + 1)...]))
                } else if index < words.count {
                    take(name, words[index])
                    index += 1
                }
            } else {
                // Letters of options in one word; the first that takes a value takes the rest, or the next word.
                for (at, letter) in word.enumerated().dropFirst() {
                    if tool == .curl, letter == UInt8(ascii: "G") { isQuery = true }
                    guard tool.shortOptionsWithValue.utf8.contains(letter) else { continue }
                    let name = tool == .curl ? Self.longName(ofShort: letter) : ""
                    if at + 1 < word.count {
                        take(name, Array(word[(at + 1)...]))
                    } else if index < words.count {
                        take(name, words[index])
                        index += 1
                    }
                    break
                }
            }
        }
    }

    /// An address; of several the one of v1. Of HTTPie's arguments also the method before it and the items after it.
    private mutating func takePositional(_ word: [UInt8]) {
        if tool == .httpie, !Self.isV1(word) {
            let isMethod = word.allSatisfy { $0 &- 0x41 < 26 }
            if url.isEmpty, !isMethod { url = word } else if !isMethod { takeItem(word) }
            return
        }
        if word.contains(UInt8(ascii: "<")), !Self.isV1(word) { isQuoteBroken = true }
        if url.isEmpty || (!Self.isV1(url) && Self.isV1(word)) { url = word }
    }

    /// An item of HTTPie: `name=value`, `name==value` of the query, `name:value` of the headers.
    ///
    /// Source: HTTPie's documentation, "Request items".
    private mutating func takeItem(_ word: [UInt8]) {
        guard let sign = word.firstIndex(where: { $0.isOne(of: "=:@") }) else { return }
        let name = word[..<sign]
        var rest = word[sign...]
        let signs = Array(rest.prefix { $0.isOne(of: "=:@") }.prefix(3))
        let kind = ["==@", ":=@", ":@", "=@", "==", ":=", "=", "@", ":"].first { signs.starts(with: $0.utf8) } ?? ""
        rest = rest.dropFirst(kind.utf8.count)
        if kind.hasSuffix("@") {
            guard let text = contents(of: rest) else { return }
            rest = text[...]
        }
        switch kind {
        case ":", ":@": word.withByteView { takeHeader($0) }
        case "==", "==@": queryItems.append(Self.pair(name, rest))
        default: fields.append(Self.pair(name, rest))
        }
    }

    private static func pair(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> [UInt8] {
        encodingValue(of: name + [UInt8(ascii: "=")] + value)
    }

    private mutating func takeHeader(_ header: ByteView) {
        if let type = HeaderText.value(of: "Content-Type", in: header) { contentType = Array(type) }
        if let name = HeaderText.value(of: "Host", in: header) { host = Array(name) }
    }

    /// The text of a file; `nil` when the archive does not have it.
    private mutating func contents(of file: ArraySlice<UInt8>) -> [UInt8]? {
        if ["-", "/dev/stdin"].contains(String(decoding: file, as: UTF8.self)), let input {
            expansion = inputExpansion
            return input
        }
        if let text = values.text(ofFile: file) { return text }
        if let name = values.expansion(ofFile: file) {
            expansion = name
            return []
        }
        readsFile = true
        return nil
    }

    private static func isV1(_ address: [UInt8]) -> Bool {
        address.withByteView { V1Address($0).method != .none }
    }

    /// The long name of a short option whose value says something about a request; empty for others.
    private static func longName(ofShort letter: UInt8) -> String {
        switch letter {
        case UInt8(ascii: "d"): "data"
        case UInt8(ascii: "F"): "form"
        case UInt8(ascii: "H"): "header"
        default: ""
        }
    }

    private mutating func take(_ name: String, _ value: [UInt8]) {
        switch name {
        case "url": takePositional(value)
        case "header": value.withByteView { takeHeader($0) }
        case "data", "data-binary", "data-ascii", "json":
            var text = value
            if value.first == UInt8(ascii: "@") {
                guard let contents = contents(of: value.dropFirst()) else { return }
                // Of a text that it reads, curl leaves out the line ends.
                text =
                    name.hasSuffix("binary") || name == "json" ? contents : contents.filter { !$0.isOne(of: "\r\n\0") }
            }
            if name == "json" { contentType = Array("application/json".utf8) }
            fields.append(text)
        case "data-raw", "post-data", "body-data", "raw": fields.append(value)
        case "post-file", "body-file":
            if let text = contents(of: value[...]) { fields.append(text) }
        case "data-urlencode":
            if !value.contains(UInt8(ascii: "=")), let at = value.firstIndex(of: UInt8(ascii: "@")) {
                guard let text = contents(of: value[(at + 1)...]) else { return }
                fields.append(at == 0 ? Self.encoded(text[...]) : Self.pair(value[..<at], text[...]))
            } else {
                fields.append(Self.encodingValue(of: value))
            }
        case "form", "form-string":
            if let equals = value.firstIndex(of: UInt8(ascii: "=")), name != "form-string",
                value[(equals + 1)...].first == UInt8(ascii: "@") || value[(equals + 1)...].first == UInt8(ascii: "<"),
                !value[(equals + 1)...].contains(UInt8(ascii: ">"))
            {
                let file = value[(equals + 2)...].prefix { $0 != UInt8(ascii: ";") }
                if let text = contents(of: file) { fields.append(Self.pair(value[..<equals], text[...])) }
            } else {
                fields.append(Self.encodingValue(of: value))
            }
        default: break
        }
    }

    /// `name=value` with the value percent-encoded where a form needs it.
    private static func encodingValue(of field: [UInt8]) -> [UInt8] {
        guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { return field }
        return field[...equals] + encoded(field[(equals + 1)...])
    }

    private static func encoded(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var text = ByteBuffer(minimumCapacity: 3 * value.count)
        value.withByteView { FormEncoding.encode($0, into: &text) }
        return text.array()
    }
}

extension CommandTool {
    /// Short options that take a value.
    fileprivate var shortOptionsWithValue: String { self == .curl ? Self.shortOptionsOfCurl : "" }

    /// Long options that take a value, without their dashes. Of programs other than curl those that matter; the values of others are
    /// taken for addresses, which they are not.
    fileprivate var longOptionsWithValue: Set<String> {
        switch self {
        case .curl: Self.longOptionsOfCurl
        case .wget: ["header", "post-data", "body-data", "post-file", "body-file"]
        case .httpie: ["raw"]
        }
    }

    /// Source: curl(1) of curl 8.
    private static let shortOptionsOfCurl = "AbcCdDeEFHKmoPQrtTuUwxXyYz"

    /// Source: curl(1) of curl 8.
    private static let longOptionsOfCurl: Set<String> = [
        "abstract-unix-socket", "alt-svc", "aws-sigv4", "cacert", "capath", "cert", "cert-type", "ciphers", "config",
        "connect-timeout", "connect-to", "continue-at", "cookie", "cookie-jar", "create-file-mode", "crlfile", "curves",
        "data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "delegation", "dns-interface",
        "dns-ipv4-addr", "dns-ipv6-addr", "dns-servers", "doh-url", "dump-header", "ech", "egd-file", "engine",
        "etag-compare", "etag-save", "expect100-timeout", "form", "form-string", "ftp-account",
        "ftp-alternative-to-user", "ftp-method", "ftp-port", "ftp-ssl-ccc-mode", "happy-eyeballs-timeout-ms",
        "haproxy-clientip", "header", "hostpubmd5", "hostpubsha256", "hsts", "interface", "ip-tos", "ipfs-gateway",
        "json", "keepalive-cnt", "keepalive-time", "key", "key-type", "krb", "libcurl", "limit-rate", "local-port",
        "login-options", "mail-auth", "mail-from", "mail-rcpt", "max-filesize", "max-redirs", "max-time", "netrc-file",
        "noproxy", "oauth2-bearer", "output", "output-dir", "parallel-max", "pass", "pinnedpubkey", "preproxy",
        "proto", "proto-default", "proto-redir", "proxy", "proxy-cacert", "proxy-capath", "proxy-cert",
        "proxy-cert-type", "proxy-ciphers", "proxy-crlfile", "proxy-header", "proxy-key", "proxy-key-type",
        "proxy-pass", "proxy-pinnedpubkey", "proxy-service-name", "proxy-tls13-ciphers", "proxy-tlsauthtype",
        "proxy-tlspassword", "proxy-tlsuser", "proxy-user", "proxy1.0", "pubkey", "quote", "random-file", "range",
        "rate", "referer", "request", "request-target", "resolve", "retry", "retry-delay", "retry-max-time",
        "sasl-authzid", "service-name", "sigalgs", "socks4", "socks4a", "socks5", "socks5-gssapi-service",
        "socks5-hostname", "speed-limit", "speed-time", "stderr", "telnet-option", "tftp-blksize", "time-cond",
        "tls-max", "tls13-ciphers", "tlsauthtype", "tlspassword", "tlsuser", "trace", "trace-ascii", "trace-config",
        "unix-socket", "upload-file", "upload-flags", "url", "url-query", "user", "user-agent", "variable",
        "vlan-priority", "write-out",
    ]
}
