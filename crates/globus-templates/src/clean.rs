//! Text that is safe to show at a terminal.

/// The text with every control character and direction mark replaced by a visible character.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut characters = text.chars().peekable();
    let mut last = '\0';
    let mut cleaned = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        let is_kept = match character {
            ZWNJ | ZWJ => is_joined(last) && characters.peek().is_some_and(|next| is_joined(*next)),
            // The flag of a region, such as Scotland, is written with its name in invisible letters.
            TAG_START..=TAG_END => matches!(last, BLACK_FLAG | TAG_START..=TAG_END),
            _ => false,
        };
        last = if is_kept { character } else { visible(character) };
        cleaned.push(last);
    }
    cleaned
}

/// Zero-width non-joiner and joiner: letters of Persian or Hindi and emojis are written with them. Elsewhere they only
/// make two names look the same.
const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';
const TAG_START: char = '\u{e0000}';
const TAG_END: char = '\u{e007f}';
const BLACK_FLAG: char = '\u{1f3f4}';

/// Whether joiners mean something beside this character: not in Latin, Greek, Cyrillic, Armenian and Hebrew.
fn is_joined(character: char) -> bool {
    !matches!(character, '\0'..'\u{600}' | '\u{1e00}'..='\u{206f}' | '\u{fffd}')
}

/// One character for one character, so that columns stay right. A tab stays: the renderer expands it.
fn visible(c: char) -> char {
    match c {
        '\t' => '\t',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        // C1 controls, line separators, and marks that reorder or hide text.
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | TAG_START..=TAG_END => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_hides_or_reorders_is_shown() {
        for (text, shown) in [
            ("a\0\u{1b}[31m\u{7f}\tb\n", "a␀␛[31m␡\tb␊"),
            ("\u{202e}x\u{2066}\u{feff}\u{ad}", "\u{fffd}x\u{fffd}\u{fffd}\u{fffd}"),
            ("ad\u{200d}min \u{200c}é\u{200d}é", "ad\u{fffd}min \u{fffd}é\u{fffd}é"),
            ("👩\u{200d}\u{200d}🔬", "👩\u{fffd}\u{fffd}🔬"),
            ("a\u{e0061}\u{e0062}", "a\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(clean(text), shown);
        }
    }

    #[test]
    fn what_scripts_and_emojis_are_written_with_stays() {
        for text in [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩🏽\u{200d}🔬 ❤\u{fe0f}\u{200d}🔥",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "e\u{301} שלום",
        ] {
            assert_eq!(clean(text), text);
        }
    }
}
