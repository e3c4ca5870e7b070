@_spi(Package) import Bytes
import ConvertLead
import JSONText

/// What archives hold, and how much of it the tables and options can translate.
public struct Survey: Sendable, Hashable {
    /// The summary that a bulk run over the same archives would have.
    public var summary = BulkSummary()
    /// Forms of the requests, the most frequent first.
    public var forms: [RequestInventory.Count] = []
    /// What the requests contain.
    public var requests = RequestInventory()

    /// A survey of nothing.
    public init() {}

    /// JSON indented by two blanks, with a line feed at the end: `summary` as in `summary.json`, then lists of objects with
    /// `count` and `first` (a place): `forms`, `roots`, `options`, `labels`, `assignees`, `stages`,
    /// `picklists`, `contact_roles`,
    /// `dates`; `date_order` is `month-first`, `day-first`, `contradictory` or null.
    public var json: [UInt8] {
        var writer = JSONWriter(indent: true)
        writer.beginObject()
        writer.name("summary")
        summary.write(to: &writer)
        Self.write(forms, as: "forms", to: &writer)
        Self.write(requests.roots, as: "roots", to: &writer)
        writeOptions(to: &writer)
        writeLabels(to: &writer)
        writeAssignees(to: &writer)
        Self.write(requests.stages, as: "stages", to: &writer)
        Self.write(requests.choices, as: "picklists", to: &writer)
        Self.write(requests.roles, as: "contact_roles", to: &writer)
        writeDates(to: &writer)
        writer.endObject()
        writer.buffer.append(0x0A)
        return writer.buffer.array()
    }

    private static func write(_ count: RequestInventory.Count, to writer: inout JSONWriter) {
        writer.name("count")
        writer.number(count.count)
        writer.name("first")
        writer.string(count.first)
    }

    private static func write(_ text: String?, to writer: inout JSONWriter) {
        if let text { writer.string(text) } else { writer.null() }
    }

    private static func write(_ counts: [RequestInventory.Count], as name: StaticString, to writer: inout JSONWriter) {
        writer.name(name)
        writer.beginArray()
        for count in counts {
            writer.beginObject()
            writer.name("name")
            writer.string(count.name)
            write(count, to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(_ choices: [RequestInventory.Choice], as name: StaticString, to writer: inout JSONWriter)
    {
        writer.name(name)
        writer.beginArray()
        for choice in choices {
            writer.beginObject()
            writer.name("field")
            writer.string(choice.field)
            writer.name("value")
            writer.string(choice.value.name)
            write(choice.value, to: &writer)
            writer.name("known")
            if let isKnown = choice.isKnown { writer.boolean(isKnown) } else { writer.null() }
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeOptions(to writer: inout JSONWriter) {
        writer.name("options")
        writer.beginArray()
        for option in requests.options {
            writer.beginObject()
            writer.name("name")
            writer.string(option.option.name)
            Self.write(option.option, to: &writer)
            writer.name("known")
            writer.boolean(option.isKnown)
            writer.name("values")
            writer.beginObject()
            for value in option.values {
                writer.name(value.name)
                writer.number(value.count)
            }
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeLabels(to writer: inout JSONWriter) {
        writer.name("labels")
        writer.beginArray()
        for label in requests.labels {
            writer.beginObject()
            writer.name("label")
            writer.string(label.label.name)
            Self.write(label.label, to: &writer)
            writer.name("mapping")
            writer.string(label.mapping.rawValue)
            writer.name("api_name")
            Self.write(label.apiName, to: &writer)
            writer.name("data_type")
            Self.write(label.dataType?.rawValue, to: &writer)
            writer.name("goes_to")
            Self.write(label.destination?.name, to: &writer)
            if label.mapping == .unknown {
                writer.name("proposal")
                Self.write(label.proposal, to: &writer)
            }
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeAssignees(to writer: inout JSONWriter) {
        writer.name("assignees")
        writer.beginArray()
        for assignee in requests.assignees {
            writer.beginObject()
            writer.name("assignee")
            writer.string(assignee.assignee.name)
            Self.write(assignee.assignee, to: &writer)
            writer.name("status")
            writer.string(assignee.status.rawValue)
            writer.name("id")
            Self.write(assignee.id, to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeDates(to writer: inout JSONWriter) {
        writer.name("dates")
        writer.beginArray()
        for dates in requests.dates {
            writer.beginObject()
            writer.name("form")
            writer.string(dates.form.rawValue)
            writer.name("example")
            writer.string(dates.form.example)
            writer.name("count")
            writer.number(dates.count)
            writer.name("first")
            writer.string(dates.first)
            writer.name("field")
            writer.string(dates.field)
            writer.endObject()
        }
        writer.endArray()
        writer.name("times_without_offset")
        writer.number(requests.timesWithoutOffset)
        writer.name("date_order")
        Self.write(
            requests.hasContradictingDates ? "contradictory" : requests.dateOrder?.rawValue, to: &writer)
    }
}

extension Field.Destination {
    /// Where a value goes, in a word of the survey.
    package var name: String {
        switch self {
        case .deal: "deal"
        case .account: "account"
        case .contact: "contact"
        case .overwrite: "overwrite"
        case .contactRole: "contact_role"
        case .system: "left_out"
        }
    }
}
