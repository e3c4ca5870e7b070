import BulkConversion
import ConvertLead

/// A survey in columns for people.
struct SurveyTable {
    private let survey: Survey
    private let options: TranslationOptions
    private let configuration: String?
    private let successors: String?
    /// Rows shown of a section.
    private static let rowLimit = 60

    /// - Parameters:
    ///   - options: what the survey was taken with; what they decide is not asked again.
    ///   - configuration: the configuration that was begun, if any.
    ///   - successors: the table for departed users that was written, if any.
    init(
        _ survey: Survey, _ options: TranslationOptions, configuration: String? = nil, successors: String? = nil
    ) {
        self.successors = successors
        self.survey = survey
        self.options = options
        self.configuration = configuration
    }

    /// The whole table, with a line feed at the end.
    var text: String {
        var sections = [overview]
        let requests = survey.requests
        sections.append(section("Forms", ["form"], survey.forms.map { ($0, [$0.name]) }))
        sections.append(section("Roots", ["element"], requests.roots.map { ($0, [$0.name]) }))
        sections.append(
            section(
                "Options", ["option", "values"],
                requests.options.map { option in
                    let values = option.values.prefix(6).map { "\($0.name) \($0.count)" }.joined(separator: ", ")
                    return (option.option, [option.option.name, option.isKnown ? values : "not an option of v1"])
                }))
        sections.append(
            section("Labels", ["label", "field", "from"], requests.labels.map { ($0.label, cells($0)) }))
        sections.append(
            section(
                "Assignees", ["assignee", "user id", "status"],
                requests.assignees.map {
                    (
                        $0.assignee,
                        [$0.assignee.name, $0.id ?? "-", $0.status.rawValue.replacing("_", with: " ")]
                    )
                }))
        sections.append(section("Stages", ["field", "value", "in the picklist"], rows(requests.stages)))
        sections.append(section("Picklist values", ["field", "value", "in the picklist"], rows(requests.choices)))
        sections.append(section("Contact roles", ["field", "value", "in the table"], rows(requests.roles)))
        sections.append(
            section(
                "Dates", ["form", "such as"],
                requests.dates.map {
                    (
                        .init(name: $0.form.rawValue, count: $0.count, first: $0.first),
                        [$0.form.rawValue, $0.form.example]
                    )
                }, meanings: requests.dates.map { $0.form.advice(options.dateOrder) ?? "" }))
        sections.append(
            section(
                "Findings", ["severity", "code"],
                survey.summary.findingsByWeight.map {
                    (
                        .init(name: $0.code.rawValue, count: $0.count, first: $0.places.first ?? ""),
                        [$0.severity.rawValue, $0.code.rawValue]
                    )
                }, meanings: survey.summary.findingsByWeight.map(\.code.words.heading)))
        sections.append(next)
        return sections.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var overview: String {
        let summary = survey.summary
        var text =
            "\(summary.read.grouped) read: \(summary.requests.counted("request")), \(summary.skippedCount.grouped) skipped\n"
        text += summary.skippedKinds.map { "  \($0)\n" }.joined()
        return text
            + "  with these options and tables \(summary.converted.grouped) would be translated (\(summary.withWarnings.grouped) "
            + "with warnings), \(summary.deadLetters.grouped) would be \(summary.deadLetters == 1 ? "a dead letter" : "dead letters")\n"
    }

    private func cells(_ label: RequestInventory.Label) -> [String] {
        let field =
            switch label.destination {
            case .system: "\(label.apiName ?? "-") (left out)"
            default: label.apiName ?? "-"
            }
        return [label.label.name, field, label.mapping.rawValue]
    }

    private func rows(_ choices: [RequestInventory.Choice]) -> [(RequestInventory.Count, [String])] {
        choices.map { ($0.value, [$0.field, $0.value.name, $0.isKnown.map { $0 ? "yes" : "no" } ?? "no list given"]) }
    }

    /// A heading and its rows: the count, the cells, the first place.
    ///
    /// - Parameter meanings: for each row, what is below it; an empty text is nothing.
    private func section(
        _ heading: String, _ columns: [String], _ rows: [(count: RequestInventory.Count, cells: [String])],
        meanings: [String] = []
    ) -> String {
        guard !rows.isEmpty else { return "" }
        let shown = rows.prefix(Self.rowLimit).map {
            [$0.count.count.grouped] + $0.cells.map { $0.shown(atMost: 60) } + [$0.count.first.shown(atMost: 200)]
        }
        let lines = [["count"] + columns + ["first"]] + shown
        let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        var text = "\(heading)\n"
        for (index, line) in lines.enumerated() {
            var row = "  " + String(repeating: " ", count: widths[0] - line[0].count) + line[0]
            for column in 1..<line.count {
                row += "  " + line[column]
                if column < line.count - 1 {
                    row += String(repeating: " ", count: widths[column] - line[column].count)
                }
            }
            text += row + "\n"
            if index > 0, meanings.indices.contains(index - 1), !meanings[index - 1].isEmpty {
                text += String(repeating: " ", count: widths[0] + 4) + meanings[index - 1] + "\n"
            }
        }
        if rows.count > Self.rowLimit {
            text += "  \((rows.count - Self.rowLimit).grouped) more; --format json lists them all\n"
        }
        return text
    }

    /// What to do before a bulk run.
    private var next: String {
        let steps = NextSteps(survey, options: options, configuration: configuration, successors: successors).steps
        return "Next\n" + steps.map { "  - \($0.replacing("`", with: ""))\n" }.joined()
    }
}
