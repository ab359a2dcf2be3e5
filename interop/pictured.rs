//! What a format can hold of control characters.

/// The control characters of ASCII but those kept, by their pictures.
pub fn pictured(name: &str, kept: &str) -> String {
    let picture = |character: char| match character {
        character if kept.contains(character) => character,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap(),
        '\u{7f}' => '\u{2421}',
        character => character,
    };
    name.chars().map(picture).collect()
}
