//! An output whose values are followed.

use std::io::{self, Write};

use super::follower::Follower;
use super::lexer::ValueKind;
use crate::format::Format;
use crate::landing::Sink;

/// Refuses what the lexer of the format refuses.
#[derive(Debug)]
pub struct Followed<W> {
    out: W,
    follower: Follower,
}

impl<W: Write> Followed<W> {
    /// With `validate`, the whole output has to be of the format.
    pub fn new(out: W, format: Format, validate: bool) -> Self {
        Self { out, follower: Follower::new(format, validate) }
    }

    /// With a byte order mark, unless the output is empty.
    #[must_use]
    pub fn with_byte_order_mark(self) -> Self {
        Self { follower: self.follower.with_mark("\u{feff}"), ..self }
    }

    /// The whole output.
    pub fn finish(mut self) -> io::Result<W> {
        self.follower.end(&mut self.out)?;
        Ok(self.out)
    }
}

/// An error can be a [`Refusal`](super::Refusal).
impl<W: Write> Sink for Followed<W> {
    fn text(&mut self, text: &str) -> io::Result<()> {
        self.follower.text(text, &mut self.out)
    }

    fn trusted(&mut self, value: &str) -> io::Result<()> {
        self.text(value)
    }

    fn author(&mut self, value: &str) -> io::Result<()> {
        self.follower.author(value, &mut self.out)
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> io::Result<()> {
        self.follower.value(value, kind, &mut self.out)
    }
}
