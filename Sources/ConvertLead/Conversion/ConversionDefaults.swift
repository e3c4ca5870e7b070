@_spi(Package) import Bytes

/// What each conversion gets that does not say it itself.
///
/// Made once from the options. The values are read, checked and resolved like those of a request.
package struct ConversionDefaults: ~Copyable {
    /// `overwrite` for requests without one.
    package var overwrite: Bool?
    /// Whether the new data goes to an existing record where one matches.
    package var addsToExistingRecord = false
    /// Api name of the module that gets the lead's attachments.
    package var attachmentsModule: String?
    /// Tags by module that the new records keep.
    package var carriedTags: [(module: String, tags: [String])] = []
    /// Fields of the deal, in a request of their own. Their texts lie in ``texts`` and in the tables.
    package var deal = ConversionRequest()
    /// Memory of the fields' texts.
    package var texts = ByteBuffer()

    /// No defaults.
    package init() {}
}
