//! Sizes in words.

/// From 1 kB.
const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];

/// Such as `3.4 kB`, which is 3,400 bytes.
#[must_use]
pub fn in_words(bytes: u64) -> String {
    if bytes < 1000 {
        return if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    }
    // Tenths of the unit, rounded; a thousand of one unit are one of the next.
    let mut tenths = bytes / 100 + u64::from(bytes % 100 >= 50);
    let mut units = UNITS.iter();
    let mut unit = units.next();
    while tenths >= 10_000 {
        tenths = (tenths + 500) / 1000;
        unit = units.next();
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, unit.unwrap_or(&"EB"))
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn one_decimal_and_the_largest_unit() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (3449, "3.4 kB"),
            (3450, "3.5 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (54_800_000, "54.8 MB"),
            (2_000_000_000, "2.0 GB"),
            (u64::MAX - 100, "18.4 EB"),
        ] {
            assert_eq!(in_words(bytes), words, "{bytes}");
        }
    }
}
