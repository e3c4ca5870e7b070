@_spi(Package) import Bytes
import CConvertLead
import ConvertLead

import Platform

// The functions of `convertlead.h`, which says what they do. The compiler checks each signature against it.

/// The version of the library.
@c @implementation
public func convertlead_version() -> CInt { CONVERTLEAD_VERSION }

/// Makes a translator from options.
@c @implementation
public func convertlead_translator_create(
    _ options: UnsafeRawPointer?, _ options_length: Int, _ translator: UnsafeMutablePointer<OpaquePointer?>?,
    _ result: UnsafeMutablePointer<convertlead_result>?
) -> CInt {
    result?.pointee = convertlead_result()
    translator?.pointee = nil
    guard let translator, let text = bytes(options, options_length) else { return CONVERTLEAD_ARGUMENT }
    do throws(TranslationFailure) {
        translator.pointee = TranslatorHandle.create(try TranslationOptions(json: text, source: "options"))
        guard deliver([], to: result) else {
            convertlead_translator_free(translator.pointee)
            translator.pointee = nil
            return CONVERTLEAD_MEMORY
        }
        return CONVERTLEAD_OK
    } catch {
        return deliver(error.diagnostics, to: result) ? CONVERTLEAD_REFUSED : CONVERTLEAD_MEMORY
    }
}

/// Adds a table to a translator.
@c @implementation
public func convertlead_translator_add_table(
    _ translator: OpaquePointer?, _ kind: UnsafePointer<CChar>?, _ name: UnsafePointer<CChar>?,
    _ table: UnsafeRawPointer?, _ table_length: Int, _ result: UnsafeMutablePointer<convertlead_result>?
) -> CInt {
    result?.pointee = convertlead_result()
    guard let translator, let kind, let table = bytes(table, table_length) else { return CONVERTLEAD_ARGUMENT }
    let kindName = String(cString: kind)
    let source = name.map { String(cString: $0) } ?? kindName
    let status = TranslatorHandle.use(translator) { handle -> CInt in
        guard let kind = TableKind(kindName) else {
            let message = "\"\(kindName)\" is not a kind of table; use users, fields, roles or lookup:API_NAME"
            let finding = Diagnostic(.tableUnreadable, .error, source: source, message: message)
            return deliver([finding], to: result) ? CONVERTLEAD_REFUSED : CONVERTLEAD_MEMORY
        }
        do throws(TranslationFailure) {
            try handle.addTable(kind, Array(table), source: source)
            return deliver([], to: result) ? CONVERTLEAD_OK : CONVERTLEAD_MEMORY
        } catch {
            return deliver(error.diagnostics, to: result) ? CONVERTLEAD_REFUSED : CONVERTLEAD_MEMORY
        }
    }
    return status ?? CONVERTLEAD_BUSY
}

/// Frees a translator.
@c @implementation
public func convertlead_translator_free(_ translator: OpaquePointer?) {
    if let translator { TranslatorHandle.destroy(translator) }
}

/// Translates one v1 call.
@c @implementation
public func convertlead_translate_request(
    _ translator: OpaquePointer?, _ call: UnsafeRawPointer?, _ call_length: Int,
    _ result: UnsafeMutablePointer<convertlead_result>?
) -> CInt {
    translate(translator, call, call_length, result) { $0.translateRequest($1, into: &$2) }
}

/// Translates one v2 reply.
@c @implementation
public func convertlead_translate_reply(
    _ translator: OpaquePointer?, _ reply: UnsafeRawPointer?, _ reply_length: Int, _ uri: UnsafePointer<CChar>?,
    _ result: UnsafeMutablePointer<convertlead_result>?
) -> CInt {
    let uri = uri.map { String(cString: $0) }
    return translate(translator, reply, reply_length, result) { $0.translateReply($1, uri: uri, into: &$2) }
}

/// One detail of a result.
@c @implementation
public func convertlead_result_detail(
    _ result: UnsafePointer<convertlead_result>?, _ detail: CInt
) -> UnsafePointer<CChar>? {
    guard let memory = result?.pointee.memory else { return nil }
    return ResultDetail(rawValue: detail)?.text(in: memory)
}

/// Frees the texts of a result.
@c @implementation
public func convertlead_result_free(_ result: UnsafeMutablePointer<convertlead_result>?) {
    guard let result else { return }
    free(result.pointee.memory)
    result.pointee = convertlead_result()
}

/// What both directions have in common: arguments, the translator's turn, the result.
private func translate(
    _ translator: OpaquePointer?, _ text: UnsafeRawPointer?, _ length: Int,
    _ result: UnsafeMutablePointer<convertlead_result>?,
    _ body: (inout TranslatorHandle, ByteView, inout ResultTexts) -> Bool
) -> CInt {
    result?.pointee = convertlead_result()
    guard let translator, let result, let text = bytes(text, length) else { return CONVERTLEAD_ARGUMENT }
    var texts = ResultTexts()
    guard let isDone = TranslatorHandle.use(translator, { body(&$0, text, &texts) }) else { return CONVERTLEAD_BUSY }
    guard texts.copy(to: result) else { return CONVERTLEAD_MEMORY }
    return isDone ? CONVERTLEAD_OK : CONVERTLEAD_REFUSED
}

/// The bytes at an address; `nil` when address and length do not fit together, or the length is too large. A `size_t` above
/// half its range arrives here as a negative number.
private func bytes(_ address: UnsafeRawPointer?, _ length: Int) -> ByteView? {
    guard length >= 0, length <= CONVERTLEAD_MAX_LENGTH, address != nil || length == 0 else { return nil }
    return ByteView(start: address?.assumingMemoryBound(to: UInt8.self), count: length)
}

/// Sets findings in a result that is wanted; gives whether there was memory for it.
private func deliver(_ findings: [Diagnostic], to result: UnsafeMutablePointer<convertlead_result>?) -> Bool {
    guard let result else { return true }
    var texts = ResultTexts()
    texts.setDiagnostics(findings)
    return texts.copy(to: result)
}
