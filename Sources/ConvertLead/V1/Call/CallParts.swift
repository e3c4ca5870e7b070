@_spi(Package) import Bytes

/// What every form of a v1 call comes down to: its parts, as views of one text.
///
/// Views of the text that was read or of its reader's buffers: valid until the reader's next call, and no longer than the text.
/// Credentials are not among them. Made by ``V1CallReader``, or straight from a text of a known shape; taken by
/// ``Translator/translate(_:fallback:needsLeadID:log:)``.
package struct CallParts: BitwiseCopyable {
    /// Text of `xmlData`; empty when there is none.
    package var xml = ByteView.empty
    /// Whether ``xml`` is UTF-8 already, so that an encoding it declares is ignored.
    package var isXMLDecoded = true
    /// The lead id as it was written, trimmed, valid or not; empty when none was given.
    package var leadID = ByteView.empty
    /// What v1 does with `null`.
    package var newFormat = V1Call.NewFormat.omitsNull
    /// Host of the v1 call without its port, in any case; empty when none was given.
    package var host = ByteView.empty
    /// Text of the v1 address; empty without one.
    package var addressText = ByteView.empty
    /// Whether the body is damaged on its way, so that what it says is not trusted; the reason is in the log.
    package var isBodyDamaged = false
    /// Whether a variable of a collection hides the method of the address.
    package var isMethodHidden = false

    /// The v1 address, with the host that was given apart from it; `nil` without one. Read again from its text, so that the parts
    /// stay small.
    package var address: V1Address? {
        guard !addressText.isEmpty else { return nil }
        var address = V1Address(addressText)
        address.takeHost(host)
        return isMethodHidden ? address.hidden : address
    }

    /// A call that says nothing yet.
    package init() {}

    /// A call of a lead id and its document.
    @inline(__always)
    package init(xml: ByteView, isXMLDecoded: Bool = true, leadID: ByteView = .empty) {
        self.xml = xml
        self.isXMLDecoded = isXMLDecoded
        self.leadID = leadID
    }

    /// Style of the reply that the old caller expects.
    package var replyFormat: V1ReplyFormat { address?.format ?? .xml }

    /// The path that v1 repeats in error replies to this call.
    package var uri: String { address?.uri ?? V1ReplyFormat.xml.convertLeadPath }
}
