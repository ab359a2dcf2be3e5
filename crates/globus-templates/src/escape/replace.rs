//! Replacing characters, for all formats.

use crate::stops::Stops;

/// The picture of an ASCII control character, from the block Control Pictures: `␀` for NUL.
pub(super) fn picture(control: char) -> char {
    match control {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(control)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        other => other,
    }
}

/// Like [`replace`], where neither letters nor digits nor blanks of ASCII are replaced: most of a text.
pub(super) fn replace_signs(text: &str, mut replacement: impl FnMut(char, &mut String) -> bool) -> String {
    const SIGNS: Stops = Stops::at_all_but(" ");
    let mut safe = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    loop {
        let (plain, from) = rest.split_at(SIGNS.run(rest));
        safe.push_str(plain);
        let Some(sign) = from.chars().next() else { return safe };
        if !replacement(sign, &mut safe) {
            safe.push(sign);
        }
        rest = &from[sign.len_utf8()..];
    }
}

/// The text with some characters replaced. `replacement` writes what replaces a character and returns true, or
/// returns false to keep it.
pub(super) fn replace(text: &str, mut replacement: impl FnMut(char, &mut String) -> bool) -> String {
    let mut safe = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        if !replacement(character, &mut safe) {
            safe.push(character);
        }
    }
    safe
}
