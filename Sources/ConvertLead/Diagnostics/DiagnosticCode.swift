/// Every kind of finding, by a stable dotted name: `room.subject.problem`.
///
/// A published code is never renamed or given another meaning. `convertlead explain CODE` prints ``cause``, ``example``
/// and ``advice``.
public enum DiagnosticCode: String, Sendable, Hashable, CaseIterable {
    // XML text
    /// The XML is not well formed: a tag is not closed, a quote is missing, or there is text where none may be.
    case xmlSyntax = "xml.syntax"
    /// The bytes are not in the encoding they claim, or in one that is not read. UTF-8, UTF-16, ISO-8859-1 and windows-1252 are.
    case xmlEncoding = "xml.encoding"
    /// An entity is used that XML does not define. Only amp, lt, gt, quot and apos exist.
    case xmlEntity = "xml.entity"
    /// The text holds a character that XML cannot hold, such as a control character.
    case xmlCharacter = "xml.character"
    /// The document has a DOCTYPE. Nothing it names is fetched or expanded.
    case xmlDoctype = "xml.doctype"
    /// The document says it is XML 1.1.
    case xmlVersion = "xml.version"
    /// A prefix is used that was not declared, or a namespace is declared wrongly.
    case xmlNamespace = "xml.namespace"
    /// Elements are nested deeper than the limit.
    case xmlDepth = "xml.depth"
    /// The text is longer than the limit.
    case xmlSize = "xml.size"
    // JSON text
    /// The JSON is broken.
    case jsonSyntax = "json.syntax"
    // v1 call
    /// The input is neither v1 XML nor a v1 call in a known form.
    case callUnrecognized = "v1.call.unrecognized"
    /// The call is not convertLead but another method of v1.
    case callMethod = "v1.call.method"
    /// The XML in the form body was not percent-encoded. It was read up to the end tag of its root.
    case callRawForm = "v1.call.raw_form"
    /// The XML was percent-encoded twice, and was decoded twice.
    case callDoubleEncoding = "v1.call.double_encoding"
    /// One parameter is given twice with different values.
    case callConflict = "v1.call.conflict"
    /// The host is not one of Zoho's known v1 hosts, so the configured API domain, or the default one, is used.
    case callHost = "v1.call.host"
    /// The log line records a POST without its body, so there is nothing to translate.
    case callBodyMissing = "v1.call.body_missing"
    /// A variable of the collection has no value.
    case callVariable = "v1.call.variable"
    /// The lead id is not made of 1 to 20 digits.
    case leadIDInvalid = "v1.lead_id.invalid"
    /// There is no lead id. v2 has it in the address, not in the body.
    case leadIDMissing = "v1.lead_id.missing"
    /// newFormat is neither 1 nor 2; it was read as 1.
    case newFormatInvalid = "v1.new_format.invalid"
    /// The call has no xmlData, or an empty one.
    case xmlMissing = "v1.xml.missing"
    // v1 document
    /// The root element is neither Potentials nor Deals.
    case rootUnknown = "v1.root.unknown"
    /// The root element is Leads; it was read as Potentials because a row holds convert options.
    case rootLeads = "v1.root.leads"
    /// An element has a namespace prefix or a namespace; it was read by its local name.
    case elementNamespace = "v1.element.namespace"
    /// An element that v1 does not have was ignored with all it holds.
    case elementUnknown = "v1.element.unknown"
    /// An option or FL has no val attribute, so nobody knows what it means. It was ignored.
    case elementUnnamed = "v1.element.unnamed"
    /// Text stands where only elements may be. It was ignored.
    case elementText = "v1.element.text"
    /// No row holds convert options, so this is not a convertLead request.
    case rowOptionsMissing = "v1.row.options_missing"
    /// Options are written as FL elements, as some old helpers do. They were read as options.
    case rowOptionsAsFields = "v1.row.options_as_fields"
    /// A field stands in the option row. It was not sent.
    case rowFieldInOptions = "v1.row.field_in_options"
    /// An option stands in the field row, beside an option row of its own. It was ignored.
    case rowOptionInFields = "v1.row.option_in_fields"
    /// There is a second option row. It was ignored.
    case rowRepeatedOptions = "v1.row.repeated_options"
    /// There is a second field row; one lead becomes at most one deal, so it was ignored.
    case rowRepeatedFields = "v1.row.repeated_fields"
    // v1 options
    /// The option is not one that v1 has.
    case optionUnknown = "v1.option.unknown"
    /// The option's name differs from v1's in upper and lower case.
    case optionCase = "v1.option.case"
    /// The option is given more than once; the last one counts.
    case optionRepeated = "v1.option.repeated"
    /// The option has no value and counts as absent.
    case optionEmpty = "v1.option.empty"
    /// The option holds elements where only text may be, so it was left out.
    case optionNested = "v1.option.nested"
    /// createPotential is absent, so no deal is created and the field values are left out.
    case optionPotentialMissing = "v1.option.create_potential_missing"
    // v1 fields
    /// No field has this label, so its value was left out.
    case fieldUnknown = "v1.field.unknown"
    /// No field has this label; its api name was guessed from it.
    case fieldGuessed = "v1.field.guessed"
    /// The same field is given more than once; the last one counts.
    case fieldRepeated = "v1.field.repeated"
    /// A deal is asked for, but a field that every deal needs has no value.
    case fieldMissing = "v1.field.missing"
    /// createPotential is not true, so the field has nowhere to go and was left out.
    case fieldNoDeal = "v1.field.no_deal"
    /// The field is set or computed by the CRM and cannot be sent. It was left out.
    case fieldSystem = "v1.field.system"
    /// The field holds another record's name where v2 takes only its id. It was left out.
    case fieldReference = "v1.field.reference"
    /// The field holds elements where only text may be, so it was left out.
    case fieldNested = "v1.field.nested"
    /// The field is empty or the text null, which v1 does not send with newFormat 1.
    case fieldEmpty = "v1.field.empty"
    /// The value still looks escaped after reading. It was kept as it is.
    case fieldEscaped = "v1.field.escaped"
    // v1 values
    /// The value is not a date in a form that is read.
    case valueDate = "v1.value.date"
    /// The value is not a date with a time in a form that is read, or has no offset and no time zone is configured.
    case valueDatetime = "v1.value.datetime"
    /// The clocks were changed at this local time, so it came twice or never; the earlier offset was used.
    case valueLocalTime = "v1.value.local_time"
    /// The value of a date field has a time of day, which was left out.
    case valueTime = "v1.value.time"
    /// The value is not a plain decimal number.
    case valueCurrency = "v1.value.currency"
    /// The value is not a plain decimal number.
    case valueDouble = "v1.value.double"
    /// The value is not a plain decimal number.
    case valuePercent = "v1.value.percent"
    /// A percent sign behind the number was left out.
    case valuePercentSign = "v1.value.percent_sign"
    /// The value is not a whole number.
    case valueInteger = "v1.value.integer"
    /// The value is not a whole number.
    case valueBigint = "v1.value.bigint"
    /// The value is neither true nor false.
    case valueBoolean = "v1.value.boolean"
    /// The value is not a record id of 1 to 20 digits.
    case valueLookup = "v1.value.lookup"
    /// The value is not among the field's picklist values. It was sent as it is.
    case valuePicklist = "v1.value.picklist"
    /// The text is longer than the field takes. It was sent as it is.
    case valueLength = "v1.value.length"
    // Lookups
    /// No user that can own records has this e-mail.
    case userMissing = "lookup.user.missing"
    /// The only user with this e-mail is inactive. Its id was sent.
    case userInactive = "lookup.user.inactive"
    /// Two active users have this e-mail; the first was taken.
    case userAmbiguous = "lookup.user.ambiguous"
    /// The assignee is given by an id that the users table does not list. It was sent as it is.
    case userUnlisted = "lookup.user.unlisted"
    /// The name is not in the lookup table of this field, so the field was left out.
    case nameMissing = "lookup.name.missing"
    /// The contact role has no id in the roles table, so it was left out. v2 never takes a role's name.
    case roleMissing = "lookup.role.missing"
    /// A contact role can be sent from v7 on only, so it was left out.
    case roleVersion = "lookup.role.version"
    // Tables and configuration
    /// A table's file is not in a form that is read.
    case tableUnreadable = "table.unreadable"
    /// An entry of a table has a value that cannot be used.
    case tableValue = "table.value"
    /// Two entries of a table contradict each other.
    case tableConflict = "table.conflict"
    /// The configuration is not YAML.
    case configSyntax = "config.syntax"
    /// The configuration has an option that does not exist.
    case configOption = "config.option"
    /// An option of the configuration has a value it cannot have.
    case configValue = "config.value"
    /// A default is for a field that the field export does not list. It is sent as it is.
    case configDefault = "config.default"
    // Files
    /// An input file cannot be opened or read.
    case inputUnreadable = "file.input.unreadable"
    /// An output cannot be created or written. An output that was there before is unchanged.
    case outputUnwritable = "file.output.unwritable"
    // v2 replies
    /// The reply is not JSON.
    case replySyntax = "v2.response.syntax"
    /// The reply is empty.
    case replyEmpty = "v2.response.empty"
    /// The reply is a web page, not JSON.
    case replyPage = "v2.response.page"
    /// The reply is JSON, but not one of Zoho's reply shapes.
    case replyShape = "v2.response.shape"
    /// The conversion was scheduled, so no ids exist yet.
    case replyScheduled = "v2.response.scheduled"
    /// The reply has several items, and one v1 reply holds one.
    case replySeveral = "v2.response.several"
    /// The v2 error code is not in the table; the old caller gets error 4500 with the code in its message.
    case replyCodeUnknown = "v2.response.code_unknown"
    /// The JSON has a comma before a closing bracket, as the sample on Zoho's own page has.
    case replyTrailingComma = "v2.response.trailing_comma"
    /// The reply is a v1 reply already and was passed through.
    case replyAlreadyV1 = "v2.response.already_v1"
    // Archives
    /// The file cannot be read.
    case archiveUnreadable = "archive.file.unreadable"
    /// The file is empty.
    case archiveEmpty = "archive.file.empty"
    /// The compressed file is damaged or ends too early. What was read before is kept.
    case archiveTruncated = "archive.file.truncated"
    /// The line is longer than the limit and was not read.
    case archiveLineLength = "archive.line.length"
    /// An entry of the archive cannot be read.
    case archiveEntry = "archive.entry.unreadable"
    // Ourselves
    /// Something went wrong that is our fault.
    case internalError = "internal.error"
}

extension DiagnosticCode {
    /// What was found, in one or two sentences.
    public var cause: String { explanation.cause }

    /// An input that raises the code; empty when none can be shown.
    public var example: String { explanation.example }

    /// What to do about it.
    public var advice: String { explanation.advice }

    private var explanation: (cause: String, example: String, advice: String) {
        switch self {
        case .xmlSyntax:
            (
                "The XML is not well formed: a tag is not closed, a quote is missing, or there is text where none may be.",
                "<FL val=\"Amount\">12</row>",
                "correct the XML at this place; a bare & must be written &amp;"
            )
        case .xmlEncoding:
            (
                "The bytes are not in the encoding they claim, or in one that is not read. UTF-8, UTF-16, ISO-8859-1 and windows-1252 are.",
                "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>",
                "save the text as UTF-8, or correct the encoding that its first line declares"
            )
        case .xmlEntity:
            (
                "An entity is used that XML does not define. Only amp, lt, gt, quot and apos exist.",
                "<FL val=\"Description\">5 &euro;</FL>",
                "write the character itself or its number, such as &#8364;"
            )
        case .xmlCharacter:
            (
                "The text holds a character that XML cannot hold, such as a control character.",
                "<FL val=\"Description\">a&#1;b</FL>",
                "remove the character"
            )
        case .xmlDoctype:
            (
                "The document has a DOCTYPE. Nothing it names is fetched or expanded.",
                "<!DOCTYPE Potentials SYSTEM \"http://example.com/x.dtd\">",
                "remove the DOCTYPE; no v1 request needs one"
            )
        case .xmlVersion:
            (
                "The document says it is XML 1.1.",
                "<?xml version=\"1.1\"?>",
                "write version=\"1.0\""
            )
        case .xmlNamespace:
            (
                "A prefix is used that was not declared, or a namespace is declared wrongly.",
                "<z:row no=\"1\">",
                "declare the prefix or remove it"
            )
        case .xmlDepth:
            (
                "Elements are nested deeper than the limit.",
                "<a><a><a>…",
                "remove the nesting; a v1 request needs four levels"
            )
        case .xmlSize:
            (
                "The text is longer than the limit.",
                "an xmlData of 12 MiB",
                "split the input; a v1 request has some kilobytes"
            )
        case .jsonSyntax:
            (
                "The JSON is broken.",
                "{\"leadId\":\"1\",}",
                "correct the JSON at this place"
            )
        case .callUnrecognized:
            (
                "The input is neither v1 XML nor a v1 call in a known form.",
                "Hello",
                "give the xmlData text, a URL, a form body, a raw HTTP request or a JSON wrapper with leadId and xmlData"
            )
        case .callMethod:
            (
                "The call is not convertLead but another method of v1.",
                "https://crm.zoho.com/crm/private/xml/Leads/insertRecords?…",
                "leave it out; only convertLead calls are translated"
            )
        case .callRawForm:
            (
                "The XML in the form body was not percent-encoded. It was read up to the end tag of its root.",
                "leadId=1&xmlData=<Potentials>…</Potentials>&scope=crmapi",
                "check a few of these by eye; percent-encode the XML when you write such archives"
            )
        case .callDoubleEncoding:
            (
                "The XML was percent-encoded twice, and was decoded twice.",
                "xmlData=%253CPotentials%253E…",
                "nothing to do"
            )
        case .callConflict:
            (
                "One parameter is given twice with different values.",
                "…?leadId=1&leadId=2",
                "keep the right one"
            )
        case .callHost:
            (
                "The host is not one of Zoho's known v1 hosts, so the configured API domain, or the default one, is used.",
                "https://crm.example.com/crm/private/xml/Leads/convertLead",
                "set api-domain in the configuration if your organisation is in another data centre"
            )
        case .callBodyMissing:
            (
                "The log line records a POST without its body, so there is nothing to translate.",
                "POST /crm/private/xml/Leads/convertLead HTTP/1.1",
                "find the body in another log; the lead must be converted by hand otherwise"
            )
        case .callVariable:
            (
                "A variable of the collection has no value.",
                "{{lead_id}}",
                "add the variable to the collection and run again"
            )
        case .leadIDInvalid:
            (
                "The lead id is not made of 1 to 20 digits.",
                "leadId=3.28952E+18",
                "find the whole id; a spreadsheet may have shortened it"
            )
        case .leadIDMissing:
            (
                "There is no lead id. v2 has it in the address, not in the body.",
                "xmlData without leadId",
                "give the request its lead id, or the call the XML came from; --lead-id serves all requests that have none; a body alone needs none"
            )
        case .newFormatInvalid:
            (
                "newFormat is neither 1 nor 2; it was read as 1.",
                "newFormat=3",
                "write 1 or 2"
            )
        case .xmlMissing:
            (
                "The call has no xmlData, or an empty one.",
                "leadId=1&scope=crmapi",
                "find the XML of this call; without it nothing is known of the conversion"
            )
        case .rootUnknown:
            (
                "The root element is neither Potentials nor Deals.",
                "<Contacts>",
                "check that this is the xmlData of a convertLead call"
            )
        case .rootLeads:
            (
                "The root element is Leads; it was read as Potentials because a row holds convert options.",
                "<Leads><row no=\"1\"><option val=\"createPotential\">",
                "nothing to do"
            )
        case .elementNamespace:
            (
                "An element has a namespace prefix or a namespace; it was read by its local name.",
                "<z:row xmlns:z=\"urn:z\">",
                "nothing to do"
            )
        case .elementUnknown:
            (
                "An element that v1 does not have was ignored with all it holds.",
                "<column>",
                "check whether it holds something the conversion needs"
            )
        case .elementUnnamed:
            (
                "An option or FL has no val attribute, so nobody knows what it means. It was ignored.",
                "<FL>12</FL>",
                "add the val attribute"
            )
        case .elementText:
            (
                "Text stands where only elements may be. It was ignored.",
                "<row no=\"2\">Amount 12</row>",
                "check whether it belongs into an element"
            )
        case .rowOptionsMissing:
            (
                "No row holds convert options, so this is not a convertLead request.",
                "<Potentials><row no=\"1\"><FL val=\"Potential Name\">",
                "add the option row; a lead insert is another method"
            )
        case .rowOptionsAsFields:
            (
                "Options are written as FL elements, as some old helpers do. They were read as options.",
                "<FL val=\"createPotential\">true</FL>",
                "nothing to do"
            )
        case .rowFieldInOptions:
            (
                "A field stands in the option row. It was not sent.",
                "<row no=\"1\"><option …/><FL val=\"Amount\">12</FL></row>",
                "move it into the field row"
            )
        case .rowOptionInFields:
            (
                "An option stands in the field row, beside an option row of its own. It was ignored.",
                "<row no=\"2\"><FL val=\"assignTo\">",
                "move it into the option row"
            )
        case .rowRepeatedOptions:
            (
                "There is a second option row. It was ignored.",
                "<row no=\"3\"><option val=\"assignTo\">",
                "keep one option row"
            )
        case .rowRepeatedFields:
            (
                "There is a second field row; one lead becomes at most one deal, so it was ignored.",
                "<row no=\"3\"><FL val=\"Potential Name\">",
                "check which of the deals is meant"
            )
        case .optionUnknown:
            (
                "The option is not one that v1 has.",
                "<option val=\"createAccount\">",
                "check its spelling; v1 has createPotential, assignTo, notifyLeadOwner and notifyNewEntityOwner"
            )
        case .optionCase:
            (
                "The option's name differs from v1's in upper and lower case.",
                "<option val=\"assignto\">",
                "nothing to do"
            )
        case .optionRepeated:
            (
                "The option is given more than once; the last one counts.",
                "two assignTo",
                "check that the last one is meant"
            )
        case .optionEmpty:
            (
                "The option has no value and counts as absent.",
                "<option val=\"notifyLeadOwner\"></option>",
                "nothing to do if that is meant"
            )
        case .optionNested:
            (
                "The option holds elements where only text may be, so it was left out.",
                "<option val=\"assignTo\"><b>x</b></option>",
                "write the value as text"
            )
        case .optionPotentialMissing:
            (
                "createPotential is absent, so no deal is created and the field values are left out.",
                "an option row with assignTo only",
                "add createPotential with true if a deal is wanted"
            )
        case .fieldUnknown:
            (
                "No field has this label, so its value was left out.",
                "<FL val=\"Vertragsnr\">",
                "give the field export with --fields, or map the label under labels: in the configuration"
            )
        case .fieldGuessed:
            (
                "No field has this label; its api name was guessed from it.",
                "<FL val=\"No. de Empleados\"> as No_de_Empleados",
                "check the api name against the field export"
            )
        case .fieldRepeated:
            (
                "The same field is given more than once; the last one counts.",
                "Stage and Potential Stage",
                "check that the last one is meant"
            )
        case .fieldMissing:
            (
                "A deal is asked for, but a field that every deal needs has no value.",
                "createPotential true without Closing Date",
                "add the field, or a default for it under defaults: in the configuration"
            )
        case .fieldNoDeal:
            (
                "createPotential is not true, so the field has nowhere to go and was left out.",
                "createPotential false with Amount",
                "nothing to do if no deal is wanted"
            )
        case .fieldSystem:
            (
                "The field is set or computed by the CRM and cannot be sent. It was left out.",
                "<FL val=\"Created Time\">",
                "nothing to do"
            )
        case .fieldReference:
            (
                "The field holds another record's name where v2 takes only its id. It was left out.",
                "<FL val=\"Account Name\">Acme</FL>",
                "give a table of names and ids with --lookup, or set it after the conversion"
            )
        case .fieldNested:
            (
                "The field holds elements where only text may be, so it was left out.",
                "<FL val=\"Description\">a <b>b</b></FL>",
                "write < as &lt; in the value"
            )
        case .fieldEmpty:
            (
                "The field is empty or the text null, which v1 does not send with newFormat 1.",
                "<FL val=\"Next Step\">null</FL>",
                "nothing to do; with newFormat=2 it is sent as null"
            )
        case .fieldEscaped:
            (
                "The value still looks escaped after reading. It was kept as it is.",
                "<![CDATA[R&amp;D]]>",
                "check whether it was escaped twice"
            )
        case .valueDate:
            (
                "The value is not a date in a form that is read.",
                "13/45/2009",
                "correct the value, or pass --date-order day-first for archives written that way"
            )
        case .valueDatetime:
            (
                "The value is not a date with a time in a form that is read, or has no offset and no time zone is configured.",
                "2018-02-30 10:00:00",
                "correct the value, or pass --time-zone"
            )
        case .valueLocalTime:
            (
                "The clocks were changed at this local time, so it came twice or never; the earlier offset was used.",
                "2018-10-28 02:30:00 in Europe/Paris",
                "check the value if the hour matters"
            )
        case .valueTime:
            (
                "The value of a date field has a time of day, which was left out.",
                "2018-05-06 14:30:00",
                "nothing to do if the day is right"
            )
        case .valueCurrency:
            (
                "The value is not a plain decimal number.",
                "1,234.50 €",
                "write digits with a decimal point only"
            )
        case .valueDouble:
            (
                "The value is not a plain decimal number.",
                "1.234,5",
                "write digits with a decimal point only"
            )
        case .valuePercent:
            (
                "The value is not a plain decimal number.",
                "50 percent",
                "write digits with a decimal point only"
            )
        case .valuePercentSign:
            (
                "A percent sign behind the number was left out.",
                "75%",
                "nothing to do"
            )
        case .valueInteger:
            (
                "The value is not a whole number.",
                "12.5",
                "write digits only"
            )
        case .valueBigint:
            (
                "The value is not a whole number.",
                "12.5",
                "write digits only"
            )
        case .valueBoolean:
            (
                "The value is neither true nor false.",
                "yes",
                "write true or false"
            )
        case .valueLookup:
            (
                "The value is not a record id of 1 to 20 digits.",
                "3.28952E+18",
                "find the whole id; a spreadsheet may have shortened it"
            )
        case .valuePicklist:
            (
                "The value is not among the field's picklist values. It was sent as it is.",
                "Closed-Won",
                "correct the value, or add it to the picklist in the CRM"
            )
        case .valueLength:
            (
                "The text is longer than the field takes. It was sent as it is.",
                "a Deal Name of 150 characters",
                "shorten it, or make the field longer in the CRM"
            )
        case .userMissing:
            (
                "No user that can own records has this e-mail.",
                "assignTo sample@zoho.com",
                "give the users export with --users; for users who are deleted or in no export name a successor with --unknown-assignee, or edit the request"
            )
        case .userInactive:
            (
                "The only user with this e-mail is inactive. Its id was sent.",
                "assignTo of somebody who left",
                "assign the records to somebody else if the CRM refuses it"
            )
        case .userAmbiguous:
            (
                "Two active users have this e-mail; the first was taken.",
                "two users pages with one e-mail",
                "correct the users table"
            )
        case .userUnlisted:
            (
                "The assignee is given by an id that the users table does not list. It was sent as it is.",
                "assignTo 5550000000112009",
                "check that the users export is complete"
            )
        case .nameMissing:
            (
                "The name is not in the lookup table of this field, so the field was left out.",
                "Campaign Source Spring fair",
                "add the name and its id to the --lookup table"
            )
        case .roleMissing:
            (
                "The contact role has no id in the roles table, so it was left out. v2 never takes a role's name.",
                "Contact Role Purchasing",
                "give the contact roles export with --roles"
            )
        case .roleVersion:
            (
                "A contact role can be sent from v7 on only, so it was left out.",
                "Contact Role with --api-version v2",
                "pass --api-version v7 or later, or set the role after the conversion"
            )
        case .tableUnreadable:
            (
                "A table's file is not in a form that is read.",
                "a users export without users",
                "give a file in one of the forms that the option names"
            )
        case .tableValue:
            (
                "An entry of a table has a value that cannot be used.",
                "a user without an id",
                "correct the entry"
            )
        case .tableConflict:
            (
                "Two entries of a table contradict each other.",
                "one name with two ids",
                "keep the right one"
            )
        case .configSyntax:
            (
                "The configuration is not YAML.",
                "labels: [",
                "correct the YAML at this place"
            )
        case .configOption:
            (
                "The configuration has an option that does not exist.",
                "apiversion: v2",
                "check its spelling; options are named as on the command line, without the dashes"
            )
        case .configValue:
            (
                "An option of the configuration has a value it cannot have.",
                "api-version: v9",
                "correct the value"
            )
        case .configDefault:
            (
                "A default is for a field that the field export does not list. It is sent as it is.",
                "defaults: {Ammount: 1}",
                "check the spelling of the api name, or give a newer field export"
            )
        case .inputUnreadable:
            (
                "An input file cannot be opened or read.",
                "--users with a file that does not exist",
                "check the path and the permissions"
            )
        case .outputUnwritable:
            (
                "An output cannot be created or written. An output that was there before is unchanged.",
                "--output into a directory that does not exist",
                "choose another path, or see to its directory, the permissions and the space that is left"
            )
        case .replySyntax:
            (
                "The reply is not JSON.",
                "{\"data\":[",
                "look at what the server sent; the old caller gets error 4500"
            )
        case .replyEmpty:
            (
                "The reply is empty.",
                "an empty body",
                "look at what the server sent; the old caller gets error 4500"
            )
        case .replyPage:
            (
                "The reply is a web page, not JSON.",
                "<html>…",
                "check the address and the network between; the old caller gets error 4500"
            )
        case .replyShape:
            (
                "The reply is JSON, but not one of Zoho's reply shapes.",
                "{\"data\":[]}",
                "look at what the server sent; the old caller gets error 4500"
            )
        case .replyScheduled:
            (
                "The conversion was scheduled, so no ids exist yet.",
                "{\"data\":[{\"code\":\"SCHEDULED\",…}]}",
                "ask for the job's result later; the old caller gets error 4500"
            )
        case .replySeveral:
            (
                "The reply has several items, and one v1 reply holds one.",
                "{\"data\":[{…},{…}]}",
                "split the reply and translate each item"
            )
        case .replyCodeUnknown:
            (
                "The v2 error code is not in the table; the old caller gets error 4500 with the code in its message.",
                "{\"code\":\"NEW_CODE\",\"status\":\"error\"}",
                "give the v1 code you want for it under errors: in the configuration"
            )
        case .replyTrailingComma:
            (
                "The JSON has a comma before a closing bracket, as the sample on Zoho's own page has.",
                "{\"Contacts\":\"1\",}",
                "nothing to do"
            )
        case .replyAlreadyV1:
            (
                "The reply is a v1 reply already and was passed through.",
                "<success>…</success>",
                "nothing to do"
            )
        case .archiveUnreadable:
            (
                "The file cannot be read.",
                "a file without read permission",
                "check the file and run again"
            )
        case .archiveEmpty:
            (
                "The file is empty.",
                "a file of 0 bytes",
                "look whether the request was lost when the archive was made"
            )
        case .archiveTruncated:
            (
                "The compressed file is damaged or ends too early. What was read before is kept.",
                "half of a .gz file",
                "get the file again"
            )
        case .archiveLineLength:
            (
                "The line is longer than the limit and was not read.",
                "a line of 1 GB",
                "split the line, or look what it is"
            )
        case .archiveEntry:
            (
                "An entry of the archive cannot be read.",
                "a CSV row with too few columns",
                "correct the entry"
            )
        case .internalError:
            (
                "Something went wrong that is our fault.",
                "",
                "please report it with the input, after removing what is confidential"
            )
        }
    }
}
