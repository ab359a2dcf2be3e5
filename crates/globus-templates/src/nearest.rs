//! "Did you mean": the known word nearest to a wrong one.

/// The candidate that was most likely meant by `wrong`; `None` if none is near enough.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A word pasted by mistake can be a megabyte long, and the cost is the product of both lengths.
    if wrong.is_empty() || wrong.len() > 100 {
        return None;
    }
    let plain = fold(wrong);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&plain, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| {
            *distance <= (candidate.chars().count().max(plain.chars().count()) / 3).max(1)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `Client-ID` and `client_id` count as the same word.
fn fold(word: &str) -> String {
    word.to_lowercase().replace(['-', ' '], "_")
}

/// Whether so many typing mistakes lie between a word and one that is meant.
#[must_use]
pub fn is_within(word: &str, meant: &str, mistakes: usize) -> bool {
    // Each mistake changes the length by one at most, and most words differ by more.
    word.chars().count().abs_diff(meant.len()) <= mistakes
        && strsim::damerau_levenshtein(word, meant) <= mistakes
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let keys = ["client_id", "scopes", "storage"];
        assert_eq!(nearest("client-id", keys), Some("client_id"));
        assert_eq!(nearest("ClientID", keys), Some("client_id"));
        assert_eq!(nearest("scope", keys), Some("scopes"));
        assert_eq!(nearest("soteage", keys), Some("storage"));
        assert_eq!(nearest("banana", keys), None);
        assert_eq!(nearest("", keys), None);
    }
}
