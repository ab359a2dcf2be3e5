//! Spans of time in words.

/// Such as `1 day 23 hours`: the two largest units, rounded down.
#[must_use]
pub fn in_words(seconds: u64) -> String {
    const UNITS: [(&str, u64); 4] = [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)];
    let mut rest = seconds;
    let mut counted = UNITS.iter().map(|(unit, length)| {
        let count = rest / length;
        rest %= length;
        (count, *unit)
    });
    let Some(largest) = counted.find(|(count, _)| *count > 0) else { return "less than a second".to_owned() };
    let next = counted.next().filter(|(count, _)| *count > 0);
    let word = |(count, unit): (u64, &str)| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    [Some(largest), next].into_iter().flatten().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn two_units_at_most() {
        for (seconds, words) in [
            (0, "less than a second"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "1 minute 1 second"),
            (600, "10 minutes"),
            (3600, "1 hour"),
            (3661, "1 hour 1 minute"),
            (172_799, "1 day 23 hours"),
            (86_400, "1 day"),
            (90_000 - 3601, "23 hours 59 minutes"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
