@_spi(Package) import Bytes

/// One conversion in the vocabulary of v2, without v2's JSON shape: the middle of the road from v1 to any v2 version.
///
/// All texts lie in the memory of the request reader and the tables, until the next request is read. The lists are reused.
package struct ConversionRequest: ~Copyable {
    /// One deal field in the order of the v1 document.
    package struct DealField: BitwiseCopyable {
        /// The `api_name`, which no notation has to escape.
        package var name: PaddedView
        /// The value.
        package var value: FieldValue
        /// Where v1 gave it.
        package var site: DiagnosticSite
    }

    /// Who shall own the new records.
    package enum Assignee: BitwiseCopyable {
        /// Not said.
        case none
        /// What v1 said: an e-mail or a user id.
        case reference(PaddedView, DiagnosticSite)
        /// A user id.
        case id(ByteView)
    }

    /// Whether the account's name becomes the lead's company.
    package var overwrite: Bool?
    /// Whether the lead's owner gets a mail.
    package var notifyLeadOwner: Bool?
    /// Whether the new records' owner gets a mail.
    package var notifyNewEntityOwner: Bool?
    /// Id of the account to use.
    package var account: ByteView?
    /// Id of the contact to use.
    package var contact: ByteView?
    /// Owner of the new records.
    package var assignee: Assignee = .none
    /// Whether a deal is created.
    package var createsDeal = false
    /// The deal's fields.
    package var fields = ReusableArray<DealField>(minimumCapacity: 64)
    /// Whether one of the fields is the contact role, which not every API version takes.
    package var hasContactRole = false
    /// Entries of multi-select picklists, and tags.
    package var choices = ReusableArray<PaddedView>()

    /// A request that says nothing.
    package init() {}

    /// Forgets the request before and keeps the memory.
    package mutating func reset() {
        overwrite = nil
        notifyLeadOwner = nil
        notifyNewEntityOwner = nil
        account = nil
        contact = nil
        assignee = .none
        createsDeal = false
        fields.removeAll()
        hasContactRole = false
        choices.removeAll()
    }
}
