//! Text that is safe to show at a terminal.

/// The text with every control character and direction mark replaced by a visible character.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
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
        | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}
