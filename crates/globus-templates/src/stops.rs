//! Sets of bytes that end a run of others.

/// Bytes that end a run.
#[derive(Debug)]
pub(crate) struct Stops([bool; 256]);

impl Stops {
    /// ASCII characters.
    pub(crate) const fn at(characters: &str) -> Self {
        Self([false; 256]).and_set(characters, true)
    }

    /// All but letters and digits of ASCII, and these characters of it.
    pub(crate) const fn at_all_but(characters: &str) -> Self {
        let mut stops = [true; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            stops[byte as usize] = !byte.is_ascii_alphanumeric();
            byte += 1;
        }
        Self(stops).and_set(characters, false)
    }

    /// These characters as well.
    pub(crate) const fn and_at(self, characters: &str) -> Self {
        self.and_set(characters, true)
    }

    /// All control characters of ASCII as well.
    pub(crate) const fn and_controls(self) -> Self {
        self.and_between(0, 0x20).and_between(0x7f, 0x80)
    }

    /// All characters as well that are not ASCII.
    pub(crate) const fn and_beyond_ascii(self) -> Self {
        self.and_between(0x80, 0x100)
    }

    const fn and_set(mut self, characters: &str, stops: bool) -> Self {
        let characters = characters.as_bytes();
        let mut index = 0;
        while index < characters.len() {
            self.0[characters[index] as usize] = stops;
            index += 1;
        }
        self
    }

    const fn and_between(mut self, first: usize, end: usize) -> Self {
        let mut byte = first;
        while byte < end {
            self.0[byte] = true;
            byte += 1;
        }
        self
    }

    /// How many bytes come before the first of these.
    pub(crate) fn run(&self, text: impl AsRef<[u8]>) -> usize {
        let text = text.as_ref();
        text.iter().position(|byte| self.0[usize::from(*byte)]).unwrap_or(text.len())
    }
}
