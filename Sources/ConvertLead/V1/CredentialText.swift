import Bytes

/// What a secret looks like in text that could not be read as a call, so that it can be cut out before the text is kept.
package enum CredentialText {
    /// True when a parameter, member or header of this name holds a secret.
    package static func isCredentialName(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in 0..<name.count {
            let rest = name.dropping(index)
            if rest.hasPrefixIgnoringCase("token") || rest.hasPrefixIgnoringCase("ticket")
                || rest.hasPrefixIgnoringCase("apikey") || rest.hasPrefixIgnoringCase("api_key")
                || rest.hasPrefixIgnoringCase("api-key") || rest.hasPrefixIgnoringCase("authorization")
                || rest.hasPrefixIgnoringCase("cookie") || rest.hasPrefixIgnoringCase("password")
                || rest.hasPrefixIgnoringCase("secret")
            {
                return true
            }
        }
        return false
    }
}
