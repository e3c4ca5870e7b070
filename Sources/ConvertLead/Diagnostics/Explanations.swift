/// What each code means: its cause, an input that raises it, and what to do about it.
///
/// The only place where this is written: `convertlead explain` prints it, the article *Diagnostics* is derived from it, and
/// every finding shows the advice.
extension DiagnosticCode {
    /// What was found, in one or two sentences.
    public var cause: String { explanation.cause }

    /// An input that raises the code; empty when none can be shown.
    public var example: String { explanation.example }

    /// What to do about it.
    public var advice: String { explanation.advice }

    private var explanation: Explanation {
        switch self {
        case .xmlSyntax:
            Explanation(
                "The XML is not well formed: a tag is not closed, a quote is missing, or there is text where none may be.",
                #"<FL val="Amount">12</row>"#,
                "correct the XML at this place; a bare & must be written &amp;")
        case .xmlEncoding:
            Explanation(
                "The bytes are not in the encoding they claim, or in one that is not read. UTF-8, UTF-16, ISO-8859-1 and windows-1252 are.",
                #"<?xml version="1.0" encoding="Shift_JIS"?>"#,
                "save the text as UTF-8, or correct the encoding that its first line declares")
        case .xmlEntity:
            Explanation(
                "An entity is used that XML does not define. Only amp, lt, gt, quot and apos exist.",
                #"<FL val="Description">5 &euro;</FL>"#,
                "write the character itself or its number, such as &#8364;")
        case .xmlCharacter:
            Explanation(
                "The text holds a character that XML cannot hold, such as a control character.",
                #"<FL val="Description">a&#1;b</FL>"#,
                "remove the character")
        case .xmlDoctype:
            Explanation(
                "The document has a DOCTYPE. Nothing it names is fetched or expanded.",
                #"<!DOCTYPE Potentials SYSTEM "http://example.com/x.dtd">"#,
                "remove the DOCTYPE; no v1 request needs one")
        case .xmlVersion:
            Explanation(
                "The document says it is XML 1.1.",
                #"<?xml version="1.1"?>"#,
                #"write version="1.0""#)
        case .xmlNamespace:
            Explanation(
                "A prefix is used that was not declared, or a namespace is declared wrongly.",
                #"<z:row no="1">"#,
                "declare the prefix or remove it")
        case .xmlDepth:
            Explanation(
                "Elements are nested deeper than the limit.",
                "<a><a><a>…",
                "remove the nesting; a v1 request needs four levels")
        case .xmlSize:
            Explanation(
                "The text is longer than the limit.",
                "an xmlData of 12 MiB",
                "split the input; a v1 request has some kilobytes")
        case .jsonSyntax:
            Explanation(
                "The JSON is broken.",
                #"{"leadId":"1",}"#,
                "correct the JSON at this place")
        case .callUnrecognized:
            Explanation(
                "The input is neither v1 XML nor a v1 call in a known form.",
                "Hello",
                "give the xmlData text, a URL, a form body, a raw HTTP request or a JSON wrapper with leadId and xmlData"
            )
        case .callMethod:
            Explanation(
                "The call is not convertLead but another method of v1.",
                "https://crm.zoho.com/crm/private/xml/Leads/insertRecords?…",
                "leave it out; only convertLead calls are translated")
        case .callRawForm:
            Explanation(
                "The XML in the form body was not percent-encoded. It was read up to the end tag of its root.",
                "leadId=1&xmlData=<Potentials>…</Potentials>&scope=crmapi",
                "check a few of these by eye; percent-encode the XML when you write such archives")
        case .callDoubleEncoding:
            Explanation(
                "The XML was percent-encoded twice, and was decoded twice.",
                "xmlData=%253CPotentials%253E…",
                "nothing to do")
        case .callConflict:
            Explanation(
                "One parameter is given twice with different values.",
                "…?leadId=1&leadId=2",
                "keep the right one")
        case .callHost:
            Explanation(
                "The host is not one of Zoho's known v1 hosts, so the configured API domain, or the default one, is used.",
                "https://crm.example.com/crm/private/xml/Leads/convertLead",
                "set api-domain in the configuration if your organisation is in another data centre")
        case .callBodyMissing:
            Explanation(
                "The log line records a POST without its body, so there is nothing to translate.",
                "POST /crm/private/xml/Leads/convertLead HTTP/1.1",
                "find the body in another log; the lead must be converted by hand otherwise")
        case .callVariable:
            Explanation(
                "A variable of the collection has no value.",
                "{{lead_id}}",
                "add the variable to the collection and run again")
        case .leadIDInvalid:
            Explanation(
                "The lead id is not made of 1 to 20 digits.",
                "leadId=3.28952E+18",
                "find the whole id; a spreadsheet may have shortened it")
        case .leadIDMissing:
            Explanation(
                "There is no lead id. v2 has it in the address, not in the body.",
                "xmlData without leadId",
                "give the request its lead id, or the call the XML came from; --lead-id serves all requests that have none; a body alone needs none"
            )
        case .newFormatInvalid:
            Explanation(
                "newFormat is neither 1 nor 2; it was read as 1.",
                "newFormat=3",
                "write 1 or 2")
        case .xmlMissing:
            Explanation(
                "The call has no xmlData, or an empty one.",
                "leadId=1&scope=crmapi",
                "find the XML of this call; without it nothing is known of the conversion")
        case .rootUnknown:
            Explanation(
                "The root element is neither Potentials nor Deals.",
                "<Contacts>",
                "check that this is the xmlData of a convertLead call")
        case .rootLeads:
            Explanation(
                "The root element is Leads; it was read as Potentials because a row holds convert options.",
                #"<Leads><row no="1"><option val="createPotential">"#,
                "nothing to do")
        case .elementNamespace:
            Explanation(
                "An element has a namespace prefix or a namespace; it was read by its local name.",
                #"<z:row xmlns:z="urn:z">"#,
                "nothing to do")
        case .elementUnknown:
            Explanation(
                "An element that v1 does not have was ignored with all it holds.",
                "<column>",
                "check whether it holds something the conversion needs")
        case .elementUnnamed:
            Explanation(
                "An option or FL has no val attribute, so nobody knows what it means. It was ignored.",
                "<FL>12</FL>",
                "add the val attribute")
        case .elementText:
            Explanation(
                "Text stands where only elements may be. It was ignored.",
                #"<row no="2">Amount 12</row>"#,
                "check whether it belongs into an element")
        case .rowOptionsMissing:
            Explanation(
                "No row holds convert options, so this is not a convertLead request.",
                #"<Potentials><row no="1"><FL val="Potential Name">"#,
                "add the option row; a lead insert is another method")
        case .rowOptionsAsFields:
            Explanation(
                "Options are written as FL elements, as some old helpers do. They were read as options.",
                #"<FL val="createPotential">true</FL>"#,
                "nothing to do")
        case .rowFieldInOptions:
            Explanation(
                "A field stands in the option row. It was not sent.",
                #"<row no="1"><option …/><FL val="Amount">12</FL></row>"#,
                "move it into the field row")
        case .rowOptionInFields:
            Explanation(
                "An option stands in the field row, beside an option row of its own. It was ignored.",
                #"<row no="2"><FL val="assignTo">"#,
                "move it into the option row")
        case .rowRepeatedOptions:
            Explanation(
                "There is a second option row. It was ignored.",
                #"<row no="3"><option val="assignTo">"#,
                "keep one option row")
        case .rowRepeatedFields:
            Explanation(
                "There is a second field row; one lead becomes at most one deal, so it was ignored.",
                #"<row no="3"><FL val="Potential Name">"#,
                "check which of the deals is meant")
        case .optionUnknown:
            Explanation(
                "The option is not one that v1 has.",
                #"<option val="createAccount">"#,
                "check its spelling; v1 has createPotential, assignTo, notifyLeadOwner and notifyNewEntityOwner")
        case .optionCase:
            Explanation(
                "The option's name differs from v1's in upper and lower case.",
                #"<option val="assignto">"#,
                "nothing to do")
        case .optionRepeated:
            Explanation(
                "The option is given more than once; the last one counts.",
                "two assignTo",
                "check that the last one is meant")
        case .optionEmpty:
            Explanation(
                "The option has no value and counts as absent.",
                #"<option val="notifyLeadOwner"></option>"#,
                "nothing to do if that is meant")
        case .optionNested:
            Explanation(
                "The option holds elements where only text may be, so it was left out.",
                #"<option val="assignTo"><b>x</b></option>"#,
                "write the value as text")
        case .optionPotentialMissing:
            Explanation(
                "createPotential is absent, so no deal is created and the field values are left out.",
                "an option row with assignTo only",
                "add createPotential with true if a deal is wanted")
        case .fieldUnknown:
            Explanation(
                "No field has this label, so its value was left out.",
                #"<FL val="Vertragsnr">"#,
                "give the field export with --fields, or map the label under labels: in the configuration")
        case .fieldGuessed:
            Explanation(
                "No field has this label; its api name was guessed from it.",
                #"<FL val="No. de Empleados"> as No_de_Empleados"#,
                "check the api name against the field export")
        case .fieldRepeated:
            Explanation(
                "The same field is given more than once; the last one counts.",
                "Stage and Potential Stage",
                "check that the last one is meant")
        case .fieldMissing:
            Explanation(
                "A deal is asked for, but a field that every deal needs has no value.",
                "createPotential true without Closing Date",
                "add the field, or a default for it under defaults: in the configuration")
        case .fieldNoDeal:
            Explanation(
                "createPotential is not true, so the field has nowhere to go and was left out.",
                "createPotential false with Amount",
                "nothing to do if no deal is wanted")
        case .fieldSystem:
            Explanation(
                "The field is set or computed by the CRM and cannot be sent. It was left out.",
                #"<FL val="Created Time">"#,
                "nothing to do")
        case .fieldReference:
            Explanation(
                "The field holds another record's name where v2 takes only its id. It was left out.",
                #"<FL val="Account Name">Acme</FL>"#,
                "give a table of names and ids with --lookup, or set it after the conversion")
        case .fieldNested:
            Explanation(
                "The field holds elements where only text may be, so it was left out.",
                #"<FL val="Description">a <b>b</b></FL>"#,
                "write < as &lt; in the value")
        case .fieldEmpty:
            Explanation(
                "The field is empty or the text null, which v1 does not send with newFormat 1.",
                #"<FL val="Next Step">null</FL>"#,
                "nothing to do; with newFormat=2 it is sent as null")
        case .fieldEscaped:
            Explanation(
                "The value still looks escaped after reading. It was kept as it is.",
                "<![CDATA[R&amp;D]]>",
                "check whether it was escaped twice")
        case .valueDate:
            Explanation(
                "The value is not a date in a form that is read.",
                "13/45/2009",
                "correct the value, or pass --date-order day-first for archives written that way")
        case .valueDatetime:
            Explanation(
                "The value is not a date with a time in a form that is read, or has no offset and no time zone is configured.",
                "2018-02-30 10:00:00",
                "correct the value, or pass --time-zone")
        case .valueLocalTime:
            Explanation(
                "The clocks were changed at this local time, so it came twice or never; the earlier offset was used.",
                "2018-10-28 02:30:00 in Europe/Paris",
                "check the value if the hour matters")
        case .valueTime:
            Explanation(
                "The value of a date field has a time of day, which was left out.",
                "2018-05-06 14:30:00",
                "nothing to do if the day is right")
        case .valueCurrency:
            Explanation(
                "The value is not a plain decimal number.",
                "1,234.50 €",
                "write digits with a decimal point only")
        case .valueDouble:
            Explanation(
                "The value is not a plain decimal number.",
                "1.234,5",
                "write digits with a decimal point only")
        case .valuePercent:
            Explanation(
                "The value is not a plain decimal number.",
                "50 percent",
                "write digits with a decimal point only")
        case .valuePercentSign:
            Explanation(
                "A percent sign behind the number was left out.",
                "75%",
                "nothing to do")
        case .valueInteger:
            Explanation(
                "The value is not a whole number.",
                "12.5",
                "write digits only")
        case .valueBigint:
            Explanation(
                "The value is not a whole number.",
                "12.5",
                "write digits only")
        case .valueBoolean:
            Explanation(
                "The value is neither true nor false.",
                "yes",
                "write true or false")
        case .valueLookup:
            Explanation(
                "The value is not a record id of 1 to 20 digits.",
                "3.28952E+18",
                "find the whole id; a spreadsheet may have shortened it")
        case .valuePicklist:
            Explanation(
                "The value is not among the field's picklist values. It was sent as it is.",
                "Closed-Won",
                "correct the value, or add it to the picklist in the CRM")
        case .valueLength:
            Explanation(
                "The text is longer than the field takes. It was sent as it is.",
                "a Deal Name of 150 characters",
                "shorten it, or make the field longer in the CRM")
        case .userMissing:
            Explanation(
                "No user that can own records has this e-mail.",
                "assignTo sample@zoho.com",
                "give the users export with --users; for users who are deleted or in no export name a successor with --unknown-assignee, or edit the request"
            )
        case .userInactive:
            Explanation(
                "The only user with this e-mail is inactive. Its id was sent.",
                "assignTo of somebody who left",
                "assign the records to somebody else if the CRM refuses it")
        case .userAmbiguous:
            Explanation(
                "Two active users have this e-mail; the first was taken.",
                "two users pages with one e-mail",
                "correct the users table")
        case .userUnlisted:
            Explanation(
                "The assignee is given by an id that the users table does not list. It was sent as it is.",
                "assignTo 5550000000112009",
                "check that the users export is complete")
        case .nameMissing:
            Explanation(
                "The name is not in the lookup table of this field, so the field was left out.",
                "Campaign Source Spring fair",
                "add the name and its id to the --lookup table")
        case .roleMissing:
            Explanation(
                "The contact role has no id in the roles table, so it was left out. v2 never takes a role's name.",
                "Contact Role Purchasing",
                "give the contact roles export with --roles")
        case .roleVersion:
            Explanation(
                "A contact role can be sent from v7 on only, so it was left out.",
                "Contact Role with --api-version v2",
                "pass --api-version v7 or later, or set the role after the conversion")
        case .tableUnreadable:
            Explanation(
                "A table's file is not in a form that is read.",
                "a users export without users",
                "give a file in one of the forms that the option names")
        case .tableValue:
            Explanation(
                "An entry of a table has a value that cannot be used.",
                "a user without an id",
                "correct the entry")
        case .tableConflict:
            Explanation(
                "Two entries of a table contradict each other.",
                "one name with two ids",
                "keep the right one")
        case .configSyntax:
            Explanation(
                "The configuration is not YAML.",
                "labels: [",
                "correct the YAML at this place")
        case .configOption:
            Explanation(
                "The configuration has an option that does not exist.",
                "apiversion: v2",
                "check its spelling; options are named as on the command line, without the dashes")
        case .configValue:
            Explanation(
                "An option of the configuration has a value it cannot have.",
                "api-version: v9",
                "correct the value")
        case .configDefault:
            Explanation(
                "A default is for a field that the field export does not list. It is sent as it is.",
                "defaults: {Ammount: 1}",
                "check the spelling of the api name, or give a newer field export")
        case .inputUnreadable:
            Explanation(
                "An input file cannot be opened or read.",
                "--users with a file that does not exist",
                "check the path and the permissions")
        case .outputUnwritable:
            Explanation(
                "An output cannot be created or written. An output that was there before is unchanged.",
                "--output into a directory that does not exist",
                "choose another path, or see to its directory, the permissions and the space that is left")
        case .replySyntax:
            Explanation(
                "The reply is not JSON.",
                #"{"data":["#,
                "look at what the server sent; the old caller gets error 4500")
        case .replyEmpty:
            Explanation(
                "The reply is empty.",
                "an empty body",
                "look at what the server sent; the old caller gets error 4500")
        case .replyPage:
            Explanation(
                "The reply is a web page, not JSON.",
                "<html>…",
                "check the address and the network between; the old caller gets error 4500")
        case .replyShape:
            Explanation(
                "The reply is JSON, but not one of Zoho's reply shapes.",
                #"{"data":[]}"#,
                "look at what the server sent; the old caller gets error 4500")
        case .replyScheduled:
            Explanation(
                "The conversion was scheduled, so no ids exist yet.",
                #"{"data":[{"code":"SCHEDULED",…}]}"#,
                "ask for the job's result later; the old caller gets error 4500")
        case .replySeveral:
            Explanation(
                "The reply has several items, and one v1 reply holds one.",
                #"{"data":[{…},{…}]}"#,
                "split the reply and translate each item")
        case .replyCodeUnknown:
            Explanation(
                "The v2 error code is not in the table; the old caller gets error 4500 with the code in its message.",
                #"{"code":"NEW_CODE","status":"error"}"#,
                "give the v1 code you want for it under errors: in the configuration")
        case .replyTrailingComma:
            Explanation(
                "The JSON has a comma before a closing bracket, as the sample on Zoho's own page has.",
                #"{"Contacts":"1",}"#,
                "nothing to do")
        case .replyAlreadyV1:
            Explanation(
                "The reply is a v1 reply already and was passed through.",
                "<success>…</success>",
                "nothing to do")
        case .archiveUnreadable:
            Explanation(
                "The file cannot be read.",
                "a file without read permission",
                "check the file and run again")
        case .archiveEmpty:
            Explanation(
                "The file is empty.",
                "a file of 0 bytes",
                "look whether the request was lost when the archive was made")
        case .archiveTruncated:
            Explanation(
                "The compressed file is damaged or ends too early. What was read before is kept.",
                "half of a .gz file",
                "get the file again")
        case .archiveLineLength:
            Explanation(
                "The line is longer than the limit and was not read.",
                "a line of 1 GB",
                "split the line, or look what it is")
        case .archiveEntry:
            Explanation(
                "An entry of the archive cannot be read.",
                "a CSV row with too few columns",
                "correct the entry")
        case .internalError:
            Explanation(
                "Something went wrong that is our fault.",
                "",
                "please report it with the input, after removing what is confidential")
        }
    }
}

/// Three texts about a code.
private struct Explanation {
    let cause: String
    let example: String
    let advice: String

    init(_ cause: String, _ example: String, _ advice: String) {
        self.cause = cause
        self.example = example
        self.advice = advice
    }
}
