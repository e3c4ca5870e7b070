/// How much is read at a time and what is too much.
struct ReadingLimits: Sendable {
    /// Bytes of entries in a chunk.
    var chunkSize = 256 << 10
    /// Longest entry; a longer one becomes a dead letter without its text.
    var entrySize = 16 << 20
    /// Longest document that can only be read as a whole, such as a Postman collection.
    var documentSize = 64 << 20
    /// Bytes that a file may always expand to, however small it is.
    var expansion = 1 << 30
    /// Bytes looked at to tell what a file is.
    var headSize = 65_536
    /// Names of columns for tables without a header.
    var columns: [String] = []
}
