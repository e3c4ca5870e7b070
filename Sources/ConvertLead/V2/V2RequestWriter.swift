import Bytes
import JSONText

/// Writes a conversion as the body of `actions/convert`: `{"data":[{…}]}`, members in a fixed order, absent ones left out.
///
/// Source: Convert Lead pages of v2 to v8; domain reference 4.1. v2 and v2.1 take ids as strings, later versions as objects.
struct V2RequestWriter {
    private let wrapsIDs: Bool
    private let overwriteDefault: Bool?
    private let dealDefaults: [TranslationOptions.DealDefault]
    private let carryOverTags: [TranslationOptions.ModuleTags]

    init(_ options: TranslationOptions) {
        wrapsIDs = options.apiVersion.wrapsIDs
        overwriteDefault = options.overwriteDefault
        dealDefaults = options.dealDefaults
        carryOverTags = options.carryOverTags
    }

    /// Writes the whole body.
    func writeRequest(
        _ request: inout ConversionRequest, _ tables: inout TranslationTables, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.name("data")
        writer.beginArray()
        writer.beginObject()
        if let overwrite = request.overwrite ?? overwriteDefault {
            writer.name("overwrite")
            writer.boolean(overwrite)
        }
        if let notifies = request.notifyLeadOwner {
            writer.name("notify_lead_owner")
            writer.boolean(notifies)
        }
        if let notifies = request.notifyNewEntityOwner {
            writer.name("notify_new_entity_owner")
            writer.boolean(notifies)
        }
        if let account = request.account {
            writer.name("Accounts")
            writeID(account, to: &writer)
        }
        if let contact = request.contact {
            writer.name("Contacts")
            writeID(contact, to: &writer)
        }
        if case .id(let assignee) = request.assignee {
            writer.name("assign_to")
            writeID(assignee, to: &writer)
        }
        if request.createsDeal { writeDeal(&request, &tables, to: &writer) }
        if !carryOverTags.isEmpty { writeTags(to: &writer) }
        writer.endObject()
        writer.endArray()
        writer.endObject()
    }

    private func writeDeal(
        _ request: inout ConversionRequest, _ tables: inout TranslationTables, to writer: inout JSONWriter
    ) {
        writer.name("Deals")
        writer.beginObject()
        for field in request.fields.elements {
            if case .omitted = field.value { continue }
            if field.field >= 0 {
                writer.name(quoted: tables.quotedName(of: tables.entries[Int(field.field)]))
            } else {
                writer.name(field.name)
            }
            write(field.value, &request, to: &writer)
        }
        for (number, fallback) in dealDefaults.enumerated() {
            let field = tables.defaultFields[number]
            let entry = tables.entries[field]
            // Of two defaults for one field the last counts.
            guard Int(entry.defaultNumber) == number, !isGiven(field, in: &request) else { continue }
            let isLookup = [.lookup, .ownerlookup, .userlookup].contains(entry.dataType)
            writer.name(fallback.apiName)
            write(fallback.value, isLookup: isLookup, to: &writer)
        }
        writer.endObject()
    }

    private func isGiven(_ number: Int, in request: inout ConversionRequest) -> Bool {
        for field in request.fields.elements where Int(field.field) == number {
            if case .omitted = field.value { continue }
            return true
        }
        return false
    }

    @inline(__always)
    private func write(_ value: FieldValue, _ request: inout ConversionRequest, to writer: inout JSONWriter) {
        switch value {
        case .text(let text): writer.string(padded: text)
        case .number(let isNegative, let digits): writer.number(digits, isNegative: isNegative)
        case .numberString(let isNegative, let digits): writer.numberString(digits, isNegative: isNegative)
        case .boolean(let value): writer.boolean(value)
        case .date(let date): writer.date(date)
        case .time(let time): writer.time(time)
        case .choices(let range):
            writer.beginArray()
            for index in Int(range.start)..<Int(range.start) + Int(range.length) {
                writer.string(padded: request.choices[index])
            }
            writer.endArray()
        case .id(let id): writeID(id, to: &writer)
        // A plain string in all versions, domain reference 4.3.
        case .roleID(let id): writer.string(id)
        case .null: writer.null()
        case .reference, .roleReference, .omitted: writer.null()
        }
    }

    private func write(_ value: TranslationOptions.DefaultValue, isLookup: Bool, to writer: inout JSONWriter) {
        switch value {
        case .string(let text):
            var text = text
            text.withByteView { isLookup ? writeID($0, to: &writer) : writer.string($0) }
        case .number(let digits):
            var digits = digits
            digits.withByteView { isLookup ? writeID($0, to: &writer) : writer.number($0) }
        case .boolean(let value): writer.boolean(value)
        case .list(let values):
            writer.beginArray()
            for value in values { writer.string(value) }
            writer.endArray()
        }
    }

    private func writeID(_ id: ByteView, to writer: inout JSONWriter) {
        guard wrapsIDs else { return writer.string(id) }
        writer.beginObject()
        writer.name("id")
        writer.string(id)
        writer.endObject()
    }

    private func writeTags(to writer: inout JSONWriter) {
        writer.name("carry_over_tags")
        writer.beginObject()
        for (module, tags) in carryOverTags.map({ ($0.module, $0.tags) }) {
            writer.name(module)
            writer.beginArray()
            for tag in tags { writer.string(tag) }
            writer.endArray()
        }
        writer.endObject()
    }
}

/// The value forms of v2 that are more than plain JSON.
///
/// Source: Zoho CRM, "Fields in CRM API" (Kaizen 1); domain reference 3.1.
extension JSONWriter {
    /// A number by its sign and digits.
    fileprivate mutating func number(_ digits: ByteView, isNegative: Bool) {
        if isNegative {
            number("-")
            buffer.append(digits)
        } else {
            number(digits)
        }
    }

    /// A number as a string.
    fileprivate mutating func numberString(_ digits: ByteView, isNegative: Bool) {
        number(isNegative ? "\"-" : "\"")
        buffer.append(digits)
        buffer.append(UInt8(ascii: "\""))
    }

    /// `"yyyy-MM-dd"`.
    fileprivate mutating func date(_ date: CalendarDate) {
        number("\"")
        append(date)
        buffer.append(UInt8(ascii: "\""))
    }

    /// `"yyyy-MM-ddTHH:mm:ss±HH:mm"`.
    fileprivate mutating func time(_ time: CalendarTime) {
        number("\"")
        append(time.date)
        buffer.append(UInt8(ascii: "T"))
        append(pair: time.seconds / 3600)
        buffer.append(UInt8(ascii: ":"))
        append(pair: time.seconds / 60 % 60)
        buffer.append(UInt8(ascii: ":"))
        append(pair: time.seconds % 60)
        buffer.append(time.isOffsetNegative ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        append(pair: abs(time.offsetMinutes) / 60)
        buffer.append(UInt8(ascii: ":"))
        append(pair: abs(time.offsetMinutes) % 60)
        buffer.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ date: CalendarDate) {
        append(pair: date.year / 100)
        append(pair: date.year % 100)
        buffer.append(UInt8(ascii: "-"))
        append(pair: date.month)
        buffer.append(UInt8(ascii: "-"))
        append(pair: date.day)
    }

    /// Two digits of a number below 100.
    private mutating func append(pair value: Int) {
        buffer.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / 10))
        buffer.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value % 10))
    }
}
