/// Suggestions for misspelled words.
package enum Spelling {
    /// The known word nearest to `word`; `nil` when none is near enough to be a misspelling.
    package static func nearest(to word: String, among known: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().unicodeScalars)
        let ranked = known.map { ($0, distance(letters, Array($0.lowercased().unicodeScalars))) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 < letters.count,
            best.1 <= max(2, best.0.unicodeScalars.count / 3)
        else { return nil }
        return best.0
    }

    /// How many letters must be changed, added or removed to make one word of the other.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let changed = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, min(row[j], diagonal) + 1)
            }
        }
        return row[b.count]
    }
}
