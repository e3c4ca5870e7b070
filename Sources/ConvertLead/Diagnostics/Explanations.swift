/// What each code means: its cause, an input that raises it, and what to do about it.
///
/// The only place where this is written: `convertlead explain` prints it, the article *Diagnostics* is derived from it, and
/// every finding shows the advice.
extension DiagnosticCode {
    /// What was found, in one or two sentences.
    public var cause: String { explanation.cause }

    /// An input that raises the code; empty when none can be shown.
    public var example: String { explanation.example }

    /// What to do about it. Names only options that every subcommand has which finds the code; where more is known of the
    /// options in force, the finding has advice of its own.
    public var advice: String { explanation.advice }

    /// Advice about an assignee without a user id once an option has decided what becomes of it.
    package static let decidedAssigneeAdvice =
        "no action needed if --unknown-assignee decides as you want; otherwise pass a current users export with --users"

    private var explanation: Explanation {
        switch self {
        case .xmlSyntax:
            Explanation(
                "The XML is not well formed: a tag is not closed, a quote is missing, or there is text where "
                    + "none is allowed.",
                #"<FL val="Amount">12</row>"#,
                "correct the XML at this place; write a bare & as &amp;")
        case .xmlEncoding:
            Explanation(
                "The bytes do not match the declared encoding, or the encoding is not supported. "
                    + "Supported are UTF-8, UTF-16, ISO-8859-1 and windows-1252.",
                #"<?xml version="1.0" encoding="Shift_JIS"?>"#,
                "save the text as UTF-8, or correct the encoding in the XML declaration")
        case .xmlEntity:
            Explanation(
                "The entity is not defined in XML. XML defines only amp, lt, gt, quot and apos.",
                #"<FL val="Description">5 &euro;</FL>"#,
                "write the character itself, or its number such as &#8364;")
        case .xmlCharacter:
            Explanation(
                "The text contains a character that XML does not allow, such as a control character.",
                #"<FL val="Description">a&#1;b</FL>"#,
                "remove the character")
        case .xmlDoctype:
            Explanation(
                "The document has a DOCTYPE. It was not read, and nothing it names was fetched or expanded.",
                #"<!DOCTYPE Potentials SYSTEM "http://example.com/x.dtd">"#,
                "remove the DOCTYPE; no v1 request needs one")
        case .xmlVersion:
            Explanation(
                "The document is not declared as XML 1.0.",
                #"<?xml version="1.1"?>"#,
                #"write version="1.0" in the XML declaration"#)
        case .xmlNamespace:
            Explanation(
                "A namespace prefix is not declared, or a namespace declaration is wrong.",
                #"<z:row no="1">"#,
                "declare the prefix, or remove it")
        case .xmlDepth:
            Explanation(
                "Elements are nested too deeply.",
                "<a><a><a>…",
                "remove the nesting; a v1 request needs four levels")
        case .xmlSize:
            Explanation(
                "The XML is too large.",
                "an xmlData of 12 MiB",
                "split the input; a v1 request usually has a few kilobytes")
        case .jsonSyntax:
            Explanation(
                "The JSON is broken.",
                #"{"leadId":"1",}"#,
                "correct the JSON at this place")
        case .callUnrecognized:
            Explanation(
                "The input is neither v1 XML nor a v1 call in a supported form.",
                "Hello",
                "pass the xmlData text, a URL, a form body, a raw HTTP request, or a JSON object with leadId "
                    + "and xmlData")
        case .callMethod:
            Explanation(
                "The call is for another v1 method, not convertLead.",
                "https://crm.zoho.com/crm/private/xml/Leads/insertRecords?…",
                "remove the call from the input; only convertLead calls are translated")
        case .callRawForm:
            Explanation(
                "The XML in the form body was not percent-encoded. It was read up to the end tag of its root.",
                "leadId=1&xmlData=<Potentials>…</Potentials>&scope=crmapi",
                "spot-check a few of these; percent-encode the XML if you generate these files")
        case .callDoubleEncoding:
            Explanation(
                "The XML was percent-encoded twice and was decoded twice.",
                "xmlData=%253CPotentials%253E…",
                "no action needed")
        case .callConflict:
            Explanation(
                "The call has a parameter twice, with different values.",
                "…?leadId=1&leadId=2",
                "keep the right value and remove the other")
        case .callHost:
            Explanation(
                "The host is not a known Zoho v1 host, so it did not decide the API domain.",
                "https://crm.example.com/crm/private/xml/Leads/convertLead",
                "check the address of the v2 call; pass --api-domain if your organisation is in another data centre")
        case .callDataCenter:
            Explanation(
                "The configured API domain belongs to another data centre than the host of the call. The configured one is used.",
                "https://crm.zoho.com/… with --api-domain www.zohoapis.eu",
                "remove api-domain unless the organisation has moved to that data centre")
        case .callBodyMissing:
            Explanation(
                "The log line records a POST without its body, so there is no request to translate.",
                "POST /crm/private/xml/Leads/convertLead HTTP/1.1",
                "look for the body in another log, or convert the lead by hand")
        case .callVariable:
            Explanation(
                "A variable of the collection has no value.",
                "{{lead_id}}",
                "add the variable to the collection and run again")
        case .callSourceCode:
            Explanation(
                "The text is source code, not a recorded request: the program puts a value where the document has a placeholder.",
                "xmlData: '<Potentials>…<FL val=\"Amount\">' + amount + '</FL>…'",
                "look for the request in a log, or write the value in place of the placeholder")
        case .leadIDInvalid:
            Explanation(
                "The lead id is not 1 to 20 digits.",
                "leadId=3.28952E+18",
                "find the full id; a spreadsheet may have shortened it")
        case .leadIDRowNumber:
            Explanation(
                "The lead id comes from a plain \"id\" or a file's name and has fewer than 10 digits; it may be a row number.",
                "{\"id\":17,\"xmlData\":\"…\"}",
                "check that it is the id of a lead; if it is, call it leadId")
        case .callContentEncoding:
            Explanation(
                "The body of the HTTP request is compressed, so it cannot be read.",
                "Content-Encoding: gzip",
                "save the request with its plain body and without Content-Encoding")
        case .leadIDMissing:
            Explanation(
                "The request has no lead id. v2 needs it in the address, not in the body.",
                "xmlData without leadId",
                "add the lead id, or pass --lead-id to use one id for every request without one")
        case .newFormatInvalid:
            Explanation(
                "newFormat is neither 1 nor 2. It was read as 1.",
                "newFormat=3",
                "write 1 or 2")
        case .xmlMissing:
            Explanation(
                "The call has no xmlData, or an empty one.",
                "leadId=1&scope=crmapi",
                "find the XML of this call; it cannot be translated without it")
        case .rootUnknown:
            Explanation(
                "The root element is neither Potentials nor Deals.",
                "<Contacts>",
                "check that this is the xmlData of a convertLead call")
        case .rootLeads:
            Explanation(
                "The root element is Leads. It was read as Potentials because a row has convert options.",
                #"<Leads><row no="1"><option val="createPotential">"#,
                "no action needed")
        case .elementNamespace:
            Explanation(
                "An element is in a namespace. It was read by its local name.",
                #"<z:row xmlns:z="urn:z">"#,
                "no action needed")
        case .elementUnknown:
            Explanation(
                "The element is not part of v1. It was ignored, with its content.",
                "<column>",
                "check whether the element holds data that the conversion needs")
        case .elementUnnamed:
            Explanation(
                "An option or FL element has no val attribute. It was ignored.",
                "<FL>12</FL>",
                "add the val attribute")
        case .elementText:
            Explanation(
                "Unexpected text between elements. It was ignored.",
                #"<row no="2">Amount 12</row>"#,
                "check whether the text belongs in an element")
        case .rowOptionsMissing:
            Explanation(
                "No row has convert options, so this is not a convertLead request.",
                #"<Potentials><row no="1"><FL val="Potential Name">"#,
                "add the option row; inserting a lead is another v1 method")
        case .rowOptionsAsFields:
            Explanation(
                "The options are FL elements, as some old helper libraries write them. They were read as options.",
                #"<FL val="createPotential">true</FL>"#,
                "no action needed")
        case .rowFieldsAsOptions:
            Explanation(
                "Records are named in option elements outside the option row, as some old clients write them. "
                    + "They were read as fields.",
                #"<row no="2"><option val="ACCOUNTID">1386586000000753001</option></row>"#,
                "no action needed")
        case .rowFieldInOptions:
            Explanation(
                "A field is in the option row. It was not sent.",
                #"<row no="1"><option …/><FL val="Amount">12</FL></row>"#,
                "move the field to the field row")
        case .rowOptionInFields:
            Explanation(
                "An option is in the field row, although there is an option row. It was ignored.",
                #"<row no="2"><FL val="assignTo">"#,
                "move the option to the option row")
        case .rowRepeatedOptions:
            Explanation(
                "The request has a second option row. It was ignored.",
                #"<row no="3"><option val="assignTo">"#,
                "keep one option row")
        case .rowRepeatedFields:
            Explanation(
                "The request has a second field row. It was ignored, because a lead becomes at most one deal.",
                #"<row no="3"><FL val="Potential Name">"#,
                "check which of the deals to create")
        case .optionUnknown:
            Explanation(
                "v1 has no option of this name. It was ignored.",
                #"<option val="createAccount">"#,
                "check the spelling; the options are createPotential, assignTo, notifyLeadOwner and "
                    + "notifyNewEntityOwner")
        case .optionCase:
            Explanation(
                "The option's name differs from v1's only in upper and lower case.",
                #"<option val="assignto">"#,
                "no action needed")
        case .optionRepeated:
            Explanation(
                "The option is given more than once. The last value was used.",
                "two assignTo",
                "check that the last value is the right one")
        case .optionEmpty:
            Explanation(
                "The option is empty and counts as absent.",
                #"<option val="notifyLeadOwner"></option>"#,
                "no action needed, unless the option should have a value")
        case .optionNested:
            Explanation(
                "The option contains elements instead of text. It was left out.",
                #"<option val="assignTo"><b>x</b></option>"#,
                "write the value as text")
        case .optionPotentialMissing:
            Explanation(
                "createPotential is absent, so no deal is created and the field values were left out.",
                "an option row with assignTo only",
                "add createPotential with the value true if you want a deal")
        case .fieldUnknown:
            Explanation(
                "No field has this label. Its value was left out.",
                #"<FL val="Vertragsnr">"#,
                "pass a current field export with --fields, or map the label under labels: in the configuration")
        case .fieldGuessed:
            Explanation(
                "No field has this label. Its api name was guessed.",
                #"<FL val="No. de Empleados"> as No_de_Empleados"#,
                "check the api name against the field export")
        case .fieldRepeated:
            Explanation(
                "The same field is given more than once. The last value was used.",
                "Stage and Potential Stage",
                "check that the last value is the right one")
        case .fieldMissing:
            Explanation(
                "The request creates a deal, but a mandatory field has no value.",
                "createPotential true without Closing Date",
                "add the field, or set a default under defaults: in the configuration")
        case .fieldNoDeal:
            Explanation(
                "The request creates no deal, so the field was left out.",
                "createPotential false with Amount",
                "no action needed, unless you want a deal")
        case .fieldSystem:
            Explanation(
                "The CRM sets or computes this field, so it cannot be sent. It was left out.",
                #"<FL val="Created Time">"#,
                "no action needed")
        case .fieldType:
            Explanation(
                "The field takes a list, an object or an unknown type, which text cannot express. It was left out.",
                #"<FL val="Territory">EMEA</FL>"#,
                "set the field with a separate call after the conversion")
        case .fieldReference:
            Explanation(
                "The field has the name of a record, but v2 accepts only an id. It was left out.",
                #"<FL val="Account Name">Acme</FL>"#,
                "pass a table of names and ids with --lookup, or set the field after the conversion")
        case .fieldNested:
            Explanation(
                "The field contains elements instead of text. It was left out.",
                #"<FL val="Description">a <b>b</b></FL>"#,
                "write < as &lt; in the value")
        case .fieldEmpty:
            Explanation(
                "The field is empty or has the text null. v1 ignores such a field unless newFormat is 2.",
                #"<FL val="Next Step">null</FL>"#,
                "no action needed")
        case .fieldEscaped:
            Explanation(
                "The value still looks escaped. It was not changed.",
                "<![CDATA[R&amp;D]]>",
                "check whether the value was escaped twice")
        case .valueDate:
            Explanation(
                "The value is not in a supported date format, or there is no such day.",
                "2019/12/21",
                "write the date as yyyy-MM-dd")
        case .valueDatetime:
            Explanation(
                "The value is not in a supported date and time format, or it has no UTC offset and no time "
                    + "zone is set.",
                "2018-02-30 10:00:00",
                "write it as yyyy-MM-dd HH:mm:ss, or pass --time-zone when only the offset is missing")
        case .valueLocalTime:
            Explanation(
                "This local time is ambiguous or does not exist (daylight-saving change). The earlier offset was used.",
                "2018-10-28 02:30:00 in Europe/Paris",
                "check the value if the hour matters")
        case .valueTime:
            Explanation(
                "The value of a date field has a time of day, which was left out.",
                "2018-05-06 14:30:00",
                "no action needed, if the day is right")
        case .valueCurrency:
            Explanation(
                "The value is not a plain decimal number.",
                "1,234.50 €",
                "write only digits and a decimal point")
        case .valueDouble:
            Explanation(
                "The value is not a plain decimal number.",
                "1.234,5",
                "write only digits and a decimal point")
        case .valuePercent:
            Explanation(
                "The value is not a plain decimal number.",
                "50 percent",
                "write only digits and a decimal point")
        case .valuePercentSign:
            Explanation(
                "The percent sign after the number was left out.",
                "75%",
                "no action needed")
        case .valueInteger:
            Explanation(
                "The value is not a whole number.",
                "12.5",
                "write only digits")
        case .valueBigint:
            Explanation(
                "The value is not a whole number.",
                "12.5",
                "write only digits")
        case .valueRange:
            Explanation(
                "The percentage is below 0 or above 100.",
                #"<FL val="Probability">150</FL>"#,
                "correct the value")
        case .valueBoolean:
            Explanation(
                "The value is neither true nor false.",
                "yes",
                "write true or false")
        case .valueLookup:
            Explanation(
                "The value is not a record id of 1 to 20 digits.",
                "3.28952E+18",
                "find the full id; a spreadsheet may have shortened it")
        case .valuePicklist:
            Explanation(
                "The value is not in the field's picklist, or is no longer in use. It was not changed.",
                "Closed-Won",
                "correct the value, or add it to the picklist in the CRM")
        case .valueLength:
            Explanation(
                "The text is longer than the field allows. It was not changed.",
                "a Deal Name of 150 characters",
                "shorten the text, or make the field longer in the CRM")
        case .userMissing:
            Explanation(
                "No user who can own records has this e-mail.",
                "assignTo sample@zoho.com",
                "add the user to the users table, name a fallback with --unknown-assignee, or edit the request")
        case .userInactive:
            Explanation(
                "The only user with this e-mail is inactive. The user's id was sent.",
                "assignTo a user who has left",
                "choose another assignee if the CRM refuses this one")
        case .userAmbiguous:
            Explanation(
                "Two active users have this e-mail. The first was used.",
                "two users pages with one e-mail",
                "correct the users table")
        case .userUnlisted:
            Explanation(
                "The assignee's id is not in the users table. It was not changed.",
                "assignTo 5550000000112009",
                "check that the users export is complete")
        case .nameMissing:
            Explanation(
                "The name is not in the lookup table of this field. The field was left out.",
                "Campaign Source Spring fair",
                "add the name and its id to the --lookup table")
        case .roleMissing:
            Explanation(
                "The contact role is not in the roles table. It was left out, because v2 accepts only an id.",
                "Contact Role Purchasing",
                "pass a current contact roles export with --roles")
        case .roleVersion:
            Explanation(
                "Before v7 a contact role cannot be sent. It was left out.",
                "Contact Role with --api-version v2",
                "pass --api-version v7 or later, or set the role after the conversion")
        case .tableUnreadable:
            Explanation(
                "Unsupported file format for this table.",
                "a users export without users",
                "provide one of the formats listed for the option")
        case .tableValue:
            Explanation(
                "An entry of the table has an invalid value.",
                "a user without an id",
                "correct the entry")
        case .tableConflict:
            Explanation(
                "Two entries of the table contradict each other.",
                "one name with two ids",
                "keep the right entry and remove the other")
        case .configSyntax:
            Explanation(
                "The configuration is not valid YAML.",
                "labels: [",
                "correct the YAML at this place")
        case .configOption:
            Explanation(
                "The configuration has an unknown option.",
                "apiversion: v2",
                "check the spelling; options have the names of the command line, without the dashes")
        case .configValue:
            Explanation(
                "The configuration has an invalid value.",
                "api-version: v9",
                "correct the value")
        case .configDefault:
            Explanation(
                "The field export does not list the field of this default.",
                "defaults: {Ammount: 1}",
                "check the spelling of the api name, or pass a current field export")
        case .inputUnreadable:
            Explanation(
                "An input file cannot be opened or read.",
                "--users with a file that does not exist",
                "check the path and the permissions")
        case .outputUnwritable:
            Explanation(
                "The output cannot be created or written. An existing output was not changed.",
                "--output into a directory that does not exist",
                "choose another path, or check its directory, the permissions and the free space")
        case .inputEmpty:
            Explanation(
                "The input is empty.",
                "a pipe from a command that printed nothing",
                "check the command or file that the input comes from")
        case .inputTooLarge:
            Explanation(
                "The file is larger than 64 MiB and was not read.",
                "request < /dev/zero",
                "check that this is the right file; use bulk for archives")
        case .replySyntax:
            Explanation(
                "The reply is not JSON.",
                #"{"data":["#,
                "check what the server sent; the old caller gets error 4500")
        case .replyEmpty:
            Explanation(
                "The reply is empty.",
                "an empty body",
                "check what the server sent; the old caller gets error 4500")
        case .replyPage:
            Explanation(
                "The reply is a web page, not JSON.",
                "<html>…",
                "check the address and the network; the old caller gets error 4500")
        case .replyShape:
            Explanation(
                "The reply is JSON, but not a known reply of Zoho's.",
                #"{"data":[]}"#,
                "check what the server sent; the old caller gets error 4500")
        case .replyScheduled:
            Explanation(
                "The conversion was scheduled, so there are no ids yet.",
                #"{"data":[{"code":"SCHEDULED",…}]}"#,
                "ask for the result of the job later; the old caller gets error 4500")
        case .replySeveral:
            Explanation(
                "The reply has several items, but a v1 reply can hold only one.",
                #"{"data":[{…},{…}]}"#,
                "split the reply and translate each item")
        case .replyCodeUnknown:
            Explanation(
                "The v2 error code is not known. The old caller gets error 4500 with the code in its message.",
                #"{"code":"NEW_CODE","status":"error"}"#,
                "map the code to a v1 code under errors: in the configuration")
        case .replyTrailingComma:
            Explanation(
                "The JSON has a comma before a closing bracket, as on Zoho's own sample page. It was ignored.",
                #"{"Contacts":"1",}"#,
                "no action needed")
        case .replyAlreadyV1:
            Explanation(
                "The reply is already a v1 reply. It was not changed.",
                "<success>…</success>",
                "no action needed")
        case .archiveUnreadable:
            Explanation(
                "The file cannot be read.",
                "a file without read permission",
                "check the file and run again")
        case .archiveWithoutRequest:
            Explanation(
                "The archives contain no request: everything in them was skipped.",
                "a directory of replies only",
                "check the paths and the first skipped places in the summary; pass --columns for tables without a header"
            )
        case .archiveEmpty:
            Explanation(
                "The file is empty.",
                "a file of 0 bytes",
                "check whether the request was lost when the archive was created")
        case .archiveTruncated:
            Explanation(
                "The compressed file is damaged or incomplete. Everything before the damage was read.",
                "half of a .gz file",
                "get the file again")
        case .archiveLineLength:
            Explanation(
                "The line is too long and was not read.",
                "a line of 1 GB",
                "split the line, or check what it is")
        case .archiveEntry:
            Explanation(
                "An entry of the archive cannot be read.",
                "a CSV row with too few columns",
                "correct the entry")
        case .archiveTableColumns:
            Explanation(
                "The table has no header row. The columns were recognised by the cells of each row.",
                "5550000000700001,\"<Potentials>…</Potentials>\"",
                "check one of these by eye, or name the columns with --columns")
        case .archiveTableEscapes:
            Explanation(
                "A cell of a table has backslashes, and nothing in it shows whether they are text or escapes.",
                "C:\\new, which is a folder or has a line end",
                "compare one of these with its source; if it differs, export the table as CSV with doubled quotes")
        case .usage:
            Explanation(
                "The arguments are wrong or contradict each other.",
                "--resume with --output -",
                "correct the command; --help lists the options")
        case .runChanged:
            Explanation(
                "The archives are not the ones that the stopped run read.",
                "an archive that has grown since",
                "restore the archives, or start again without --resume")
        case .runOutputTaken:
            Explanation(
                "The output has results of another run.",
                "a second run into the same directory",
                "choose another directory, or remove the results; pass --resume to finish a stopped run")
        case .runOutputInUse:
            Explanation(
                "Another run is writing to the output.",
                "two runs into one directory at the same time",
                "wait for the other run to end, or choose another directory")
        case .runDeadLetters:
            Explanation(
                "The run has more dead letters than --max-dead-letters allows.",
                "--max-dead-letters 10 with an archive of day-first dates",
                "correct the cause of the dead letters, or run again with a higher limit")
        case .runMachine:
            Explanation(
                "The machine could not read, write or start something that the run needs.",
                "a full disk, or an archive.zst without the program zstd",
                "fix the cause and run again")
        case .runInterrupted:
            Explanation(
                "The run was stopped.",
                "Control-C",
                "run again")
        case .verifyLost:
            Explanation(
                "The archives have a request whose line is not in the results.",
                "a line deleted in an editor",
                "restore the file from a copy, or run bulk again into another directory")
        case .verifyDoubled:
            Explanation(
                "The same line is in the results twice, so its call would be sent twice.",
                "a line pasted twice",
                "remove the second line, or run bulk again into another directory")
        case .verifyAdded:
            Explanation(
                "The results have a line for which the archives have no request.",
                "a line pasted from other results",
                "find out where the line comes from before it is sent, or run bulk again into another directory")
        case .verifyChanged:
            Explanation(
                "The line is not what convertlead writes for this request today.",
                "an amount changed in an editor",
                "find out what changed the line, or run bulk again into another directory and compare")
        case .verifyMisplaced:
            Explanation(
                "The line is in the results, but not in the order of the archives.",
                "results that were sorted",
                "put the lines back in order, or run bulk again into another directory")
        case .verifyMalformed:
            Explanation(
                "The line is not what bulk writes: it is not a JSON object, or a member is missing or wrong.",
                "a file that was cut short",
                "restore the file from a copy, or run bulk again into another directory")
        case .verifyCount:
            Explanation(
                "A figure in summary.json differs from a new count.",
                "a summary of other results",
                "look at the differing lines first; if there are none, restore summary.json from a copy")
        case .verifyHash:
            Explanation(
                "The SHA-256 of converted.ndjson is not the one that report.html names.",
                "a file that changed after the report was signed",
                "do not send the calls; restore the files from a copy, or run bulk again into another directory")
        case .verifyHashMissing:
            Explanation(
                "The report does not name a SHA-256, so it cannot be compared.",
                "a report of an older version",
                "keep the SHA-256 that verify prints with the signed report")
        case .verifyArchive:
            Explanation(
                "The results match the report, but not what the archives translate to today.",
                "an archive that has grown since the run",
                "restore the archives of the run, and use the version of convertlead that made the results")
        case .verifyLetter:
            Explanation(
                "A file of dead letters is missing, changed, or not one of this run.",
                "a document that was corrected in place",
                "no action needed for a document that you corrected; restore others from a copy, or run bulk again into another directory"
            )
        case .verifyUnfinished:
            Explanation(
                "The directory does not have the results of a finished run.",
                "a run that was stopped",
                "pass the directory that bulk wrote; finish a stopped run with bulk --resume")
        case .verifyOtherRun:
            Explanation(
                "Options, tables or archives are not those of the run.",
                "verify results old/ without the --users of the run",
                "pass the options, tables and archives of the run; summary.json lists the archives")
        case .internalError:
            Explanation(
                "Internal error. This is a bug in convertlead.",
                "",
                "report the bug with the input, after removing confidential data")
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
