import CConvertLead

/// What a C caller sees of a result, copied before it was freed.
struct CResult: Equatable {
    var status: CInt
    var url: [UInt8]?
    var body: [UInt8]?
    var uri: [UInt8]?
    var reply: [UInt8]?
    var diagnostics: [UInt8]?
    /// What `convertlead_result_detail` gives for each number up to 7.
    var details: [String?]

    /// Copies the texts, checks the zero byte behind each, and frees the result.
    init(_ status: CInt, freeing result: inout convertlead_result) {
        self.status = status
        url = Self.copy(result.url, result.url_length)
        body = Self.copy(result.body, result.body_length)
        uri = Self.copy(result.uri, result.uri_length)
        reply = Self.copy(result.reply, result.reply_length)
        diagnostics = Self.copy(result.diagnostics, result.diagnostics_length)
        details = (0...7).map { number in convertlead_result_detail(&result, number).map { String(cString: $0) } }
        convertlead_result_free(&result)
    }

    private static func copy(_ text: UnsafeMutablePointer<CChar>?, _ length: Int) -> [UInt8]? {
        guard let text else { return length == 0 ? nil : [0xFF] }
        guard text[length] == 0 else { return [0xFF] }
        return (0..<length).map { UInt8(bitPattern: text[$0]) }
    }
}

/// A translator as a C caller uses it.
final class CTranslator {
    let pointer: OpaquePointer

    /// A translator with options; `nil` when they are refused.
    init?(options: String = "") {
        var pointer: OpaquePointer?
        let bytes = Array(options.utf8)
        guard convertlead_translator_create(bytes, bytes.count, &pointer, nil) == CONVERTLEAD_OK, let pointer else {
            return nil
        }
        self.pointer = pointer
    }

    deinit { convertlead_translator_free(pointer) }

    func addTable(_ kind: String, _ bytes: [UInt8], name: String? = nil) -> CResult {
        var result = convertlead_result()
        let status = convertlead_translator_add_table(pointer, kind, name, bytes, bytes.count, &result)
        return CResult(status, freeing: &result)
    }

    func request(_ call: [UInt8]) -> CResult {
        var result = convertlead_result()
        let status = convertlead_translate_request(pointer, call, call.count, &result)
        return CResult(status, freeing: &result)
    }

    func reply(_ reply: [UInt8], uri: String?) -> CResult {
        var result = convertlead_result()
        let status = convertlead_translate_reply(pointer, reply, reply.count, uri, &result)
        return CResult(status, freeing: &result)
    }
}
