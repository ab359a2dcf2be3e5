//! Names in a tag, in which case does not count.

/// The beginning of a name, in lower case. All names that matter are shorter.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    bytes: [u8; Self::LONGEST],
    length: usize,
    /// Whether something did not fit.
    is_cut: bool,
}

impl Name {
    const LONGEST: usize = 24;

    pub(super) fn push(&mut self, character: char) {
        self.push_str(character.encode_utf8(&mut [0; 4]));
    }

    pub(super) fn push_str(&mut self, text: &str) {
        let free = if self.is_cut { 0 } else { Self::LONGEST - self.length };
        let mut taken = text.len().min(free);
        while !text.is_char_boundary(taken) {
            taken -= 1;
        }
        let place = &mut self.bytes[self.length..self.length + taken];
        place.copy_from_slice(&text.as_bytes()[..taken]);
        place.make_ascii_lowercase();
        self.length += taken;
        self.is_cut |= taken < text.len();
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}
