@_spi(Package) import Bytes
import ConvertLead

extension ArchiveForm {
    /// A curl command, over as many lines as it needs.
    static let curl = ArchiveForm(
        name: "curl command",
        sign: "the command `curl` for a shell or for cmd, over as many lines as it has",
        sample: "form-curl",
        begins: { start in
            guard CurlCommand.begins(start.line) else { return nil }
            return .block { CurlCommand.length(in: $0, isWhole: $1) }
        },
        unwrap: { text, entry in
            let command = CurlCommand(text)
            if !command.isQuoteBroken, entry.refusesSeveralCalls(in: text) { return }
            if command.isQuoteBroken, !command.body.isEmpty {
                return entry.refuse(
                    .archiveEntry,
                    "A quote of the command is closed too early or not at all; write '\\'' for an apostrophe inside '…'"
                )
            }
            entry.readCall(
                address: command.address, body: command.isQuery ? [] : command.body, contentType: command.contentType)
            if entry.calls.hasMethod || entry.calls.hasXML {
                if command.readsFile, !entry.calls.hasXML {
                    return entry.refuse(
                        .callBodyMissing, "The command reads its data from a file outside the archive",
                        keeping: entry.calls.parts)
                }
                if !entry.calls.hasMethod, let name = command.urlVariable {
                    return entry.refuse(
                        .archiveEntry,
                        "The address is in the shell variable \(name); write the address instead",
                        keeping: entry.calls.parts)
                }
            }
            entry.judge(isRequest: true)
        })
}

/// A curl command as browsers, Postman and people write it.
struct CurlCommand {
    /// The address.
    private(set) var url: [UInt8] = []
    /// Data of all `-d` options, joined by `&` as curl joins them; fields of `-F` as parameters.
    private(set) var body: [UInt8] = []
    /// Value of the header `Content-Type`; empty when there is none.
    private(set) var contentType: [UInt8] = []
    /// Whether the data are put into the query (`-G`).
    private(set) var isQuery = false
    /// Whether data were to be read from a file, which the archive does not have.
    private(set) var readsFile = false

    /// Whether a quote is not closed, or text that a quote closed too early stands between the words, as of `-d '…O'Neil…'`.
    private(set) var isQuoteBroken = false

    /// The address with the data that are put into its query.
    var address: [UInt8] {
        isQuery ? url + (url.contains(UInt8(ascii: "?")) ? "&" : "?").utf8 + body : url
    }

    /// Name of the shell's variable that the address begins with; `nil` when it begins otherwise.
    var urlVariable: String? {
        guard url.first == UInt8(ascii: "$") else { return nil }
        let name = url.dropFirst().drop { $0 == UInt8(ascii: "{") }
            .prefix { $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "_") }
        return String(decoding: name, as: UTF8.self)
    }

    /// True when a line begins with a curl command.
    static func begins(_ line: ByteView) -> Bool { start(in: line) != nil }

    /// Offset of the word `curl` in a line that is a curl command, perhaps behind a prompt, `$(`, another command, a word such as
    /// `sudo`, or the colon of a log line; `nil` for other lines.
    private static func start(in line: ByteView) -> Int? {
        var index = 0
        while let at = line.slice(0..<Swift.min(line.count, 256)).offset(of: "curl", from: index) {
            index = at + 4
            guard index < line.count, line[index].isWhitespace else { continue }
            let front = line.slice(0..<at)
            if endsBeforeCommand(front) || front.hasSuffix(": ") && beginsArgument(line.dropping(index)) { return at }
        }
        return nil
    }

    /// Whether a word comes next that is an argument of a command and none of a sentence.
    private static func beginsArgument(_ text: ByteView) -> Bool {
        let word = text.trimmingWhitespace()
        return word.first.map { "-'\"\\^".utf8.contains($0) } ?? false || word.hasPrefix("http")
    }

    /// Whether a command may stand behind this text.
    private static func endsBeforeCommand(_ text: ByteView) -> Bool {
        let front = text.trimmingWhitespace()
        guard let last = front.last else { return true }
        if front.first == UInt8(ascii: "#") || front.contains(UInt8(ascii: "<")) { return false }
        if front.equals("$") || front.hasSuffix("$(") || last == UInt8(ascii: "`") || last == UInt8(ascii: ";") {
            return true
        }
        if front.hasSuffix("&&") || front.hasSuffix("||") { return true }
        guard text.last?.isWhitespace ?? false else { return false }
        if last == UInt8(ascii: "!") { return true }
        var word = front.count
        while word > 0, !front[word - 1].isWhitespace { word -= 1 }
        let name = front.dropping(word)
        for known: StaticString in ["sudo", "time", "nohup", "exec", "then", "do", "else", "if"] {
            if name.equals(known) { return true }
        }
        return false
    }

    /// Length of the command at the start of the text, up to the line end behind it; `nil` when more text is needed.
    ///
    /// A line end inside quotes or behind a backslash belongs to the command, and so does the next line when it begins with
    /// an option, a quote, or an address that the command does not have yet. Another command may follow behind `&&` or `;`. A line that begins with `curl` begins
    /// another command even inside quotes: one before it was never closed.
    static func length(in text: ByteView, isWhole: Bool) -> Int? {
        guard let end = commandLength(in: text, isWhole: isWhole) else { return nil }
        return traceEnd(in: text, from: end, isWhole: isWhole)
    }

    /// Offset after the lines that `curl -v` writes about the request, which follow the command in what a terminal showed; `nil` when
    /// more text is needed.
    private static func traceEnd(in text: ByteView, from start: Int, isWhole: Bool) -> Int? {
        var index = start
        while index < text.count {
            let rest = text.dropping(index)
            let isTrace = rest.hasPrefix("* ") || rest.hasPrefix("> ") || rest.hasPrefix(">\n") || rest.hasPrefix(">\r")
            guard isTrace else { return index }
            guard let feed = rest.offset(of: 0x0A) ?? (isWhole ? rest.count : nil) else { return nil }
            let line = rest.slice(0..<feed)
            // The trace repeats the request line; another call is none of its lines.
            if RequestMarks.isIn(line), line.first != UInt8(ascii: ">") || line.offset(of: " HTTP/") == nil {
                return index
            }
            index = min(index + feed + 1, text.count)
        }
        return index
    }

    private static func commandLength(in text: ByteView, isWhole: Bool) -> Int? {
        if isForCmd(EntryStart(text: text).line) { return CmdText.length(in: text, isWhole: isWhole) }
        var index = start(in: text.slice(0..<(text.offset(of: 0x0A) ?? text.count))) ?? 0
        let closing = closingByte(in: text, at: index)
        var quote: UInt8 = 0
        while index < text.count {
            let byte = text[index]
            if quote != 0 {
                if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                    index += 1
                } else if byte == quote || (quote == 1 && byte == UInt8(ascii: "'")) {
                    quote = 0
                } else if byte == 0x0A {
                    let next = text.dropping(index + 1)
                    if next.count < 5, !isWhole { return nil }
                    if next.hasPrefix("curl"), next.count > 4, next[4].isWhitespace { return index + 1 }
                }
            } else if byte == UInt8(ascii: "\\") {
                index += index + 1 < text.count && text[index + 1] == 0x0D ? 2 : 1
            } else if byte == UInt8(ascii: "'") {
                // $'…' has escapes of its own.
                quote = index > 0 && text[index - 1] == UInt8(ascii: "$") ? 1 : byte
            } else if byte == UInt8(ascii: "\"") {
                quote = byte
            } else if let closing, byte == closing {
                // What follows belongs to the command around this one.
                guard let end = text.offset(of: 0x0A, from: index) else { return isWhole ? text.count : nil }
                return end + 1
            } else if byte == UInt8(ascii: "&") || byte == UInt8(ascii: ";"), followsCommand(text.dropping(index)) {
                return index
            } else if byte == 0x0A {
                let next = text.dropping(index + 1)
                if next.isEmpty { return isWhole ? text.count : nil }
                var start = 0
                while start < next.count, next[start] == 0x20 || next[start] == 0x09 { start += 1 }
                let rest = next.dropping(start)
                if rest.count < 8, !isWhole { return nil }
                let isWord =
                    rest.count > 1 && (rest[0] == UInt8(ascii: "'") || rest[0] == UInt8(ascii: "\""))
                    && !rest[1].isWhitespace
                let isAddress = rest.hasPrefix("http://") || rest.hasPrefix("https://")
                let goesOn = isOption(rest) || isWord || isAddress && !hasAddress(text.slice(0..<index))
                if !goesOn { return index + 1 }
            }
            index += 1
        }
        return isWhole ? text.count : nil
    }

    private static func isOption(_ text: ByteView) -> Bool {
        guard text.first == UInt8(ascii: "-") else { return false }
        let name = text.dropping(text.hasPrefix("--") ? 2 : 1)
        return name.first.map { $0.isASCIILetter || $0.isDigit || $0 == UInt8(ascii: "#") } ?? false
    }

    private static func hasAddress(_ text: ByteView) -> Bool {
        var command = CurlCommand()
        command.read(text)
        return !command.url.isEmpty
    }

    /// What ends a command that another one takes the output of: `$(curl …)` or `` `curl …` ``.
    private static func closingByte(in text: ByteView, at start: Int) -> UInt8? {
        let front = text.slice(0..<start).trimmingWhitespace()
        if front.hasSuffix("$(") { return UInt8(ascii: ")") }
        return front.last == UInt8(ascii: "`") ? UInt8(ascii: "`") : nil
    }

    /// Whether a text begins with an operator of the shell and another curl command behind it.
    private static func followsCommand(_ text: ByteView) -> Bool {
        let rest = operatorEnd(in: text)
        guard rest > 0 else { return false }
        let command = text.dropping(rest)
        return begins(command.slice(0..<(command.offset(of: 0x0A) ?? command.count)))
    }

    /// Length of an operator between commands at the start of a text, with the white space and escaped line ends behind it; 0
    /// when there is none.
    static func operatorEnd(in text: ByteView) -> Int {
        var end = text.hasPrefix("&&") ? 2 : text.first == UInt8(ascii: ";") ? 1 : 0
        while end > 0, end < text.count {
            let rest = text.dropping(end)
            if text[end].isWhitespace {
                end += 1
            } else if rest.hasPrefix("\\\n") || rest.hasPrefix("\\\r") {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    /// Whether a line begins a command as it is written for `cmd.exe`, with carets for escapes and at the ends of lines.
    private static func isForCmd(_ line: ByteView) -> Bool {
        guard line.contains(UInt8(ascii: "^")) else { return false }
        if line.last == UInt8(ascii: "^") { return true }
        return !line.contains(UInt8(ascii: "'"))
            && (line.offset(of: "^\"") != nil || line.offset(of: "^&") != nil || line.offset(of: "^%") != nil)
    }

    /// Reads a command.
    init(_ text: ByteView) {
        let command = text.slice(0..<(Self.commandLength(in: text, isWhole: true) ?? text.count))
        self.init()
        if Self.isForCmd(EntryStart(text: command).line) {
            CmdText.shellText(of: command).withByteView { read($0) }
        } else {
            read(command)
        }
    }

    private init() {}

    private mutating func read(_ text: ByteView) {
        let start = Self.start(in: EntryStart(text: text).line) ?? 0
        let words = Self.words(
            of: text.dropping(start + 4), closing: Self.closingByte(in: text, at: start), isOpen: &isQuoteBroken)
        var fields: [[UInt8]] = []
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
                if name == "get" { isQuery = true }
                guard Self.longOptionsWithValue.contains(name) else { continue }
                if let equals {
                    take(name, Array(word[(equals + 1)...]), fields: &fields)
                } else if index < words.count {
                    take(name, words[index], fields: &fields)
                    index += 1
                }
            } else {
                // Letters of options in one word; the first that takes a value takes the rest, or the next word.
                for (at, letter) in word.enumerated().dropFirst() {
                    if letter == UInt8(ascii: "G") { isQuery = true }
                    guard Self.shortOptionsWithValue.utf8.contains(letter) else { continue }
                    let name = Self.longName(ofShort: letter)
                    if at + 1 < word.count {
                        take(name, Array(word[(at + 1)...]), fields: &fields)
                    } else if index < words.count {
                        take(name, words[index], fields: &fields)
                        index += 1
                    }
                    break
                }
            }
        }
        body = Array(fields.joined(separator: "&".utf8))
    }

    /// An address; of several the one of v1.
    private mutating func takePositional(_ word: [UInt8]) {
        if word.contains(UInt8(ascii: "<")), !Self.isV1(word) { isQuoteBroken = true }
        if url.isEmpty || (!Self.isV1(url) && Self.isV1(word)) { url = word }
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

    private mutating func take(_ name: String, _ value: [UInt8], fields: inout [[UInt8]]) {
        switch name {
        case "url": takePositional(value)
        case "header":
            value.withByteView { header in
                if let type = HeaderText.value(of: "Content-Type", in: header) { contentType = Array(type) }
            }
        case "data", "data-binary", "data-ascii", "json":
            if value.first == UInt8(ascii: "@") {
                readsFile = true
            } else {
                if name == "json" { contentType = Array("application/json".utf8) }
                fields.append(value)
            }
        case "data-raw": fields.append(value)
        case "data-urlencode": fields.append(Self.encodingValue(of: value))
        case "form", "form-string":
            if let equals = value.firstIndex(of: UInt8(ascii: "=")), name != "form-string",
                value[(equals + 1)...].first == UInt8(ascii: "@") || value[(equals + 1)...].first == UInt8(ascii: "<"),
                !value[(equals + 1)...].contains(UInt8(ascii: ">"))
            {
                readsFile = true
            } else {
                fields.append(Self.encodingValue(of: value))
            }
        default: break
        }
    }

    /// `name=value` with the value percent-encoded where a form needs it.
    private static func encodingValue(of field: [UInt8]) -> [UInt8] {
        guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { return field }
        var value = ByteBuffer(minimumCapacity: 3 * field.count)
        field[(equals + 1)...].withByteView { FormEncoding.encode($0, into: &value) }
        return field[...equals] + value.array()
    }

    /// Short options that take a value. Source: curl(1) of curl 8.
    private static let shortOptionsWithValue = "AbcCdDeEFHKmoPQrtTuUwxXyYz"

    /// Long options that take a value, without their dashes. Source: curl(1) of curl 8.
    private static let longOptionsWithValue: Set<String> = [
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

    /// The words of a shell command: quotes removed, escapes of each kind of quotes undone, redirections left out. An operator
    /// such as `;` or `|` ends the command, but not inside XML or an address that nobody quoted.
    ///
    /// - Parameters:
    ///   - closing: what ends a command inside another one.
    ///   - isOpen: becomes true when a quote is not closed.
    static func words(
        of text: ByteView, closing: UInt8? = nil, isOpen: inout Bool
    ) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        var hasWord = false
        var isRedirected = false
        var index = 0
        func endWord() {
            if hasWord, !isRedirected { words.append(word) }
            if hasWord { isRedirected = false }
            word = []
            hasWord = false
        }
        scan: while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D:
                endWord()
                continue
            case UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"):
                if !endsCommand(text, index - 1, word) { break }
                break scan
            case UInt8(ascii: "<"), UInt8(ascii: ">"):
                if word.contains(UInt8(ascii: "<")) || (word.last == UInt8(ascii: "=") && byte == UInt8(ascii: "<")) {
                    break
                }
                // The number of a file in front of it is no word.
                if word.allSatisfy(\.isDigit) { hasWord = false }
                endWord()
                while index < text.count, "<>&".utf8.contains(text[index]) { index += 1 }
                isRedirected = true
                continue
            case closing:
                break scan
            case UInt8(ascii: "\\"):
                if index < text.count, text[index] == 0x0D { index += 1 }
                guard index < text.count else { continue }
                index += 1
                // A line end behind a backslash is nothing.
                if text[index - 1] == 0x0A { continue }
                word.append(text[index - 1])
                hasWord = true
                continue
            case UInt8(ascii: "'"):
                let end = text.offset(of: byte, from: index)
                if end == nil { isOpen = true }
                word += text.slice(index..<(end ?? text.count))
                index = (end ?? text.count) + 1
                hasWord = true
                continue
            case UInt8(ascii: "$") where index < text.count && text[index] == UInt8(ascii: "'"):
                index += 1
                word += readEscaped(text, &index)
                if index > text.count { isOpen = true }
                hasWord = true
                continue
            case UInt8(ascii: "\""):
                readDoubleQuoted(text, &index, into: &word)
                if index > text.count { isOpen = true }
                hasWord = true
                continue
            default: break
            }
            word.append(byte)
            hasWord = true
        }
        endWord()
        return words
    }

    /// Whether an operator outside quotes ends the command: not inside XML, nor a single one before more of an address.
    private static func endsCommand(_ text: ByteView, _ index: Int, _ word: [UInt8]) -> Bool {
        if word.contains(UInt8(ascii: "<")) { return false }
        guard index + 1 < text.count, text[index] != UInt8(ascii: "|") else { return true }
        let next = text[index + 1]
        return next.isWhitespace || next == text[index] || next == UInt8(ascii: "|") || next == UInt8(ascii: ">")
            || next == UInt8(ascii: ")")
    }

    /// The text of `"…"` up to its closing quote; inside double quotes a shell undoes only some escapes.
    private static func readDoubleQuoted(
        _ text: ByteView, _ index: inout Int, into word: inout [UInt8]
    ) {
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            if text[index] == UInt8(ascii: "\\"), index + 1 < text.count {
                let next = text[index + 1]
                if next == 0x0A {
                    index += 2
                    continue
                }
                if "\"\\$`".utf8.contains(next) {
                    word.append(next)
                    index += 2
                    continue
                }
            }
            word.append(text[index])
            index += 1
        }
        index += 1
    }

    /// The text of `$'…'` up to its closing quote, escapes undone.
    private static func readEscaped(_ text: ByteView, _ index: inout Int) -> [UInt8] {
        var result = ByteBuffer(minimumCapacity: 256)
        while index < text.count, text[index] != UInt8(ascii: "'") {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                result.append(text[index])
                index += 1
                continue
            }
            let letter = text[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "x"), UInt8(ascii: "u"):
                var value: UInt32 = 0
                var count = 0
                while count < (letter == UInt8(ascii: "x") ? 2 : 4), index < text.count,
                    let digit = text[index].hexDigitValue
                {
                    value = value << 4 | UInt32(digit)
                    index += 1
                    count += 1
                }
                if letter == UInt8(ascii: "x") {
                    result.append(UInt8(truncatingIfNeeded: value))
                } else if let scalar = Unicode.Scalar(value) {
                    result.append(scalar: scalar)
                }
            default: result.append(letter)
            }
        }
        index += 1
        return result.array()
    }
}

/// Commands for `cmd.exe`, as browsers copy them.
private enum CmdText {
    /// Length of the command at the start of a text: its lines go on after a caret, and over a line end in a value that two line ends
    /// after a caret stand for.
    static func length(in text: ByteView, isWhole: Bool) -> Int? {
        var index = 0
        while let feed = text.offset(of: 0x0A, from: index) {
            let line = text.slice(index..<feed).trimmingTrailingWhitespace()
            let isBlankAfterCaret = line.isEmpty && index > 0
            index = feed + 1
            if line.last != UInt8(ascii: "^"), !isBlankAfterCaret { return index }
        }
        return isWhole ? text.count : nil
    }

    /// The same command as a shell has it: without carets, quotes inside quotes escaped, backslashes doubled.
    static func shellText(of text: ByteView) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "^"), index + 1 < text.count else {
                plain.append(text[index])
                index += 1
                continue
            }
            index += 1
            if text[index] == 0x0D || text[index] == 0x0A {
                index += text.dropping(index).hasPrefix("\r\n") ? 2 : 1
                let isLineEndInValue = index < text.count && (text[index] == 0x0D || text[index] == 0x0A)
                if isLineEndInValue { index += text.dropping(index).hasPrefix("\r\n") ? 2 : 1 }
                plain.append(isLineEndInValue ? 0x0A : 0x20)
                continue
            }
            plain.append(text[index])
            index += 1
        }
        return plain.withByteView(quoted)
    }

    private static func quoted(_ text: ByteView) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        let (quote, slash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        var isQuoted = false
        var index = 0
        while index < text.count {
            let next = text.dropping(index + 1).first
            if text[index] == slash {
                result += [slash, next == quote ? quote : slash]
                index += next == quote ? 2 : 1
            } else if text[index] == quote, isQuoted, next == quote {
                result += [slash, quote]
                index += 2
            } else {
                if text[index] == quote { isQuoted.toggle() }
                result.append(text[index])
                index += 1
            }
        }
        return result
    }
}
