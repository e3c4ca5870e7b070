@_spi(Package) import Bytes
import JSONText

/// Writes a conversion as the body of `actions/convert`: `{"data":[{…}]}`, members in a fixed order, absent ones left out.
///
/// Source: Convert Lead pages of v2 to v8; Zoho.md, "v2 requests".
struct V2RequestWriter: BitwiseCopyable {
    /// See ``APIVersion/wrapsIDs``.
    private let wrapsIDs: Bool

    /// Field of a deal whose value is an id string in v2 and v2.1, unlike that of other lookups.
    private static let campaign: StaticString = "Campaign_Source"

    init(_ version: APIVersion) { wrapsIDs = version.wrapsIDs }

    /// Writes the whole body.
    func writeRequest(
        _ request: inout ConversionRequest, _ defaults: inout ConversionDefaults, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.name("data")
        writer.beginArray()
        writer.beginObject()
        if let overwrite = request.overwrite ?? defaults.overwrite {
            writer.name("overwrite")
            writer.boolean(overwrite)
        }
        if defaults.addsToExistingRecord {
            writer.name("add_to_existing_record")
            writer.boolean(true)
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
            writeID(account, isWrapped: wrapsIDs, to: &writer)
        }
        if let contact = request.contact {
            writer.name("Contacts")
            writeID(contact, isWrapped: wrapsIDs, to: &writer)
        }
        if case .id(let assignee) = request.assignee {
            writer.name("assign_to")
            writeID(assignee, isWrapped: wrapsIDs, to: &writer)
        }
        if request.createsDeal { writeDeal(&request, &defaults, to: &writer) }
        if !defaults.carriedTags.isEmpty { write(carriedTags: defaults.carriedTags, to: &writer) }
        if let module = defaults.attachmentsModule {
            writer.name("move_attachments_to")
            writer.beginObject()
            writer.name("api_name")
            writer.string(module)
            writer.endObject()
        }
        writer.endObject()
        writer.endArray()
        writer.endObject()
    }

    private func writeDeal(
        _ request: inout ConversionRequest, _ defaults: inout ConversionDefaults, to writer: inout JSONWriter
    ) {
        writer.name("Deals")
        writer.beginObject()
        for field in request.fields.elements { write(field, &request, to: &writer) }
        for field in defaults.deal.fields.elements where !Self.gives(field.name, &request) {
            write(field, &defaults.deal, to: &writer)
        }
        writer.endObject()
    }

    /// Whether a request gives a field.
    private static func gives(_ name: PaddedView, _ request: inout ConversionRequest) -> Bool {
        request.fields.elements.contains { field in
            if case .omitted = field.value { return false }
            return field.name.equals(name.bytes)
        }
    }

    @inline(__always)
    private func write(
        _ field: ConversionRequest.DealField, _ request: inout ConversionRequest, to writer: inout JSONWriter
    ) {
        if case .omitted = field.value { return }
        writer.name(plain: field.name)
        switch field.value {
        case .text(let text): writer.string(text)
        case .number(let isNegative, let digits): writer.number(digits, isNegative: isNegative)
        case .boolean(let value): writer.boolean(value)
        case .date(let date): writer.date(date)
        case .time(let time): writer.time(time)
        case .choices(let range):
            writer.beginArray()
            for index in Int(range.start)..<Int(range.start) + Int(range.length) {
                writer.string(request.choices[index])
            }
            writer.endArray()
        case .tags(let range):
            writer.beginArray()
            for index in Int(range.start)..<Int(range.start) + Int(range.length) {
                writer.beginObject()
                writer.name("name")
                writer.string(request.choices[index])
                writer.endObject()
            }
            writer.endArray()
        case .id(let id): writeID(id, isWrapped: wrapsIDs || !field.name.equals(Self.campaign), to: &writer)
        // A plain string in all versions: Zoho.md, "Contact roles".
        case .roleID(let id): writer.string(id)
        case .null, .roleName, .omitted: writer.null()
        }
    }

    private func writeID(_ id: ByteView, isWrapped: Bool, to writer: inout JSONWriter) {
        guard isWrapped else { return writer.string(id) }
        writer.beginObject()
        writer.name("id")
        writer.string(id)
        writer.endObject()
    }

    private func write(carriedTags: [(module: String, tags: [String])], to writer: inout JSONWriter) {
        writer.name("carry_over_tags")
        writer.beginObject()
        for (module, tags) in carriedTags {
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
/// Source: Zoho CRM, "Fields in CRM API" (Kaizen 1); Zoho.md, "Values".
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
