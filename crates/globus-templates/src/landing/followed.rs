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
    /// What stands before the first character of the output.
    mark: &'static str,
    follower: Follower,
}

/// So many bytes are written at once.
const CHUNK: usize = 8 * 1024;

impl<W: Write> Followed<W> {
    /// With `validate`, the whole output has to be of the format.
    pub fn new(out: W, format: Format, validate: bool) -> Self {
        Self { out, mark: "", follower: Follower::new(format, validate) }
    }

    /// With a byte order mark, unless the output is empty.
    #[must_use]
    pub fn with_byte_order_mark(self) -> Self {
        Self { mark: "\u{feff}", ..self }
    }

    /// The whole output.
    pub fn finish(mut self) -> io::Result<W> {
        self.follower.end()?;
        self.write()?;
        Ok(self.out)
    }

    fn write_chunk(&mut self) -> io::Result<()> {
        if self.follower.waiting().len() > CHUNK { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> io::Result<()> {
        let waiting = self.follower.waiting();
        if !waiting.is_empty() {
            self.out.write_all(std::mem::take(&mut self.mark).as_bytes())?;
        }
        self.out.write_all(waiting.as_bytes())?;
        self.follower.taken();
        Ok(())
    }
}

/// An error can be a [`Refusal`](super::Refusal).
impl<W: Write> Sink for Followed<W> {
    fn text(&mut self, text: &str) -> io::Result<()> {
        self.follower.text(text)?;
        self.write_chunk()
    }

    fn trusted(&mut self, value: &str) -> io::Result<()> {
        self.text(value)
    }

    fn author(&mut self, value: &str) -> io::Result<()> {
        self.follower.author(value)?;
        self.write_chunk()
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> io::Result<()> {
        self.follower.value(value, kind)?;
        self.write_chunk()
    }
}
