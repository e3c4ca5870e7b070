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

    /// Reads a command.
    init(_ text: ByteView) {
        let command = text.slice(0..<(Self.commandLength(in: text, isWhole: true) ?? text.count))
        self.init()
        if Self.isForCmd(EntryStart(text: command).line) {
            CmdText.shellText(of: command).withByteView { read($0) }
        } else if let plain = Self.outOfZshHistory(command) {
            plain.withByteView { read($0) }
        } else {
            read(command)
        }
    }

    init() {}

    mutating func read(_ text: ByteView) {
        let start = Self.start(in: EntryStart(text: text).line) ?? 0
        let words = ShellText.words(
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
}
