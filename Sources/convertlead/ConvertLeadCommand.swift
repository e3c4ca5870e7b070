import ArgumentParser

/// The command; its work is done by one subcommand a file.
@main
struct ConvertLeadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convertlead",
        abstract: "Translates Zoho CRM v1 convertLead requests to v2, and v2 replies back to v1."
    )
}
