/// The v1 labels and v2 fields that every organisation has; custom fields come from field exports.
///
/// Lengths and picklists are left to exports, because they differ between organisations.
/// Source: Zoho CRM API v1, module fields of Potentials and Deals; Zoho.md, "Fields of a deal".
public enum StandardFields {
    /// All of them, mandatory deal fields first.
    public static let all: [Field] = [
        Field(apiName: "Deal_Name", dataType: .text, labels: ["Potential Name", "Deal Name"]),
        Field(apiName: "Closing_Date", dataType: .date, labels: ["Closing Date"]),
        Field(apiName: "Stage", dataType: .picklist, labels: ["Potential Stage", "Stage", "Deal Stage"]),
        Field(apiName: "Amount", dataType: .currency, labels: ["Amount"]),
        Field(apiName: "Probability", dataType: .integer, labels: ["Probability", "Probability (%)"]),
        Field(apiName: "Contact_Role", dataType: .text, destination: .contactRole, labels: ["Contact Role"]),
        Field(apiName: "Campaign_Source", dataType: .lookup, labels: ["CAMPAIGNID", "Campaign Source"]),
        Field(apiName: "Type", dataType: .picklist, labels: ["Type"]),
        Field(apiName: "Next_Step", dataType: .text, labels: ["Next Step"]),
        Field(apiName: "Lead_Source", dataType: .picklist, labels: ["Lead Source"]),
        Field(apiName: "Description", dataType: .textarea, labels: ["Description"]),
        Field(apiName: "Currency", dataType: .picklist, labels: ["Currency"]),
        Field(apiName: "Exchange_Rate", dataType: .double, labels: ["Exchange Rate"]),
        Field(apiName: "Territory", dataType: .other, labels: ["Territory"]),
        Field(apiName: "Pipeline", dataType: .picklist, labels: ["Pipeline"]),
        Field(apiName: "Tag", dataType: .tags, labels: ["Tag"]),
        Field(apiName: "Layout", dataType: .layout, labels: ["Layout"]),
        Field(apiName: "Accounts", dataType: .lookup, destination: .account, labels: ["ACCOUNTID"]),
        Field(apiName: "Contacts", dataType: .lookup, destination: .contact, labels: ["CONTACTID"]),
        Field(apiName: "overwrite", dataType: .boolean, destination: .overwrite, labels: ["OVERWRITE"]),
        Field(apiName: "Account_Name", dataType: .lookup, destination: .system, labels: ["Account Name"]),
        Field(apiName: "Contact_Name", dataType: .lookup, destination: .system, labels: ["Contact Name"]),
        Field(
            apiName: "Owner", dataType: .ownerlookup, destination: .system,
            labels: ["SMOWNERID", "Potential Owner", "Deal Owner"]),
        Field(apiName: "Expected_Revenue", dataType: .currency, destination: .system, labels: ["Expected Revenue"]),
        Field(apiName: "id", dataType: .bigint, destination: .system, labels: ["POTENTIALID", "DEALID"]),
        Field(
            apiName: "Created_By", dataType: .ownerlookup, destination: .system, labels: ["SMCREATORID", "Created By"]),
        Field(
            apiName: "Modified_By", dataType: .ownerlookup, destination: .system, labels: ["MODIFIEDBY", "Modified By"]),
        Field(apiName: "Created_Time", dataType: .datetime, destination: .system, labels: ["Created Time"]),
        Field(apiName: "Modified_Time", dataType: .datetime, destination: .system, labels: ["Modified Time"]),
        Field(
            apiName: "Last_Activity_Time", dataType: .datetime, destination: .system, labels: ["Last Activity Time"]),
        Field(
            apiName: "Lead_Conversion_Time", dataType: .integer, destination: .system, labels: ["Lead Conversion Time"]),
        Field(
            apiName: "Sales_Cycle_Duration", dataType: .integer, destination: .system, labels: ["Sales Cycle Duration"]),
        Field(
            apiName: "Overall_Sales_Duration", dataType: .integer, destination: .system,
            labels: ["Overall Sales Duration"]),
        Field(apiName: "Deal_Category_Status", dataType: .text, destination: .system, labels: ["Deal Category Status"]),
    ]

    /// Fields that no other standard module has, so that an export with one of them is of Deals.
    static let namesOfDealsOnly: Set<String> = [
        "Deal_Name", "Closing_Date", "Stage", "Amount", "Probability", "Contact_Role", "Campaign_Source", "Next_Step",
        "Pipeline", "Expected_Revenue",
    ]

    /// Fields that name the records of the other standard modules, as `Deal_Name` names deals.
    static let namesOfOtherRecords: Set<String> = [
        "Last_Name", "Campaign_Name", "Product_Name", "Vendor_Name", "Price_Book_Name", "Solution_Title", "Subject",
        "Case_Number", "Event_Title", "Call_Type", "Name",
    ]

    /// Api names without which a deal cannot be created, each with the v1 label shown in diagnostics.
    ///
    /// Source: v2 Convert Lead page; Zoho.md, "Fields of a deal".
    package static let mandatory: [(apiName: String, label: String)] = [
        ("Deal_Name", "Potential Name"), ("Closing_Date", "Closing Date"), ("Stage", "Potential Stage"),
    ]
}
