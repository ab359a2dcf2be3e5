//! What keeps a value from breaking the format it is written into: one file for each family of formats.
//!
//! What a format cannot hold at all is replaced by something visible, never dropped and never an error. Dropped,
//! `admins` and `admins` with a NUL in it would be the same name; and an error would let anybody who can name a
//! group stop other people's runs.

pub(super) mod csv;
pub(super) mod dot;
pub(super) mod html;
pub(super) mod json;
pub(super) mod markdown;
pub(super) mod sh;
pub(super) mod sql;
pub(super) mod tex;
pub(super) mod tsv;
pub(super) mod xml;
pub(super) mod yaml;

/// The picture of a control character of ASCII, from the block Control Pictures: `␀` for NUL.
fn picture(control: char) -> char {
    match control {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(control)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        other => other,
    }
}

/// The text with some characters written otherwise. One that `replacement` says nothing about stays.
fn replace(text: &str, mut replacement: impl FnMut(char, &mut String) -> bool) -> String {
    let mut safe = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        if !replacement(character, &mut safe) {
            safe.push(character);
        }
    }
    safe
}
