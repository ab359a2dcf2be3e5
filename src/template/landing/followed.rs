//! An output whose values are followed.

use std::io::{self, Write};

use super::fault::{Checked, Refusal};
use super::formats::lexer;
use super::lexer::{Lexer, ValueKind};
use crate::template::format::Format;
use crate::template::sink::Sink;

/// Refuses what the lexer of the format refuses.
#[derive(Debug)]
pub(in crate::template) struct Followed<W> {
    out: W,
    format: Format,
    /// `None` if values of the format are not followed.
    lexer: Option<Box<dyn Lexer>>,
    /// What stands before the first character of the output.
    mark: &'static str,
    /// The last value.
    value: String,
    line: usize,
    column: usize,
}

impl<W: Write> Followed<W> {
    /// With `validate`, the whole output has to be of the format.
    pub(in crate::template) fn new(out: W, format: Format, validate: bool) -> Self {
        let lexer = lexer(format, validate);
        Self { out, format, lexer, mark: "", value: String::new(), line: 1, column: 1 }
    }

    /// With a byte order mark, unless the output is empty.
    pub(in crate::template) fn with_byte_order_mark(self) -> Self {
        Self { mark: "\u{feff}", ..self }
    }

    /// The whole output.
    pub(in crate::template) fn finish(mut self) -> io::Result<W> {
        self.pay_what_is_owed(None)?;
        if let Some(lexer) = &mut self.lexer {
            let checked = lexer.end();
            self.accept(checked)?;
        }
        Ok(self.out)
    }

    /// Writes what the lexer owes to a reader before it goes on.
    fn pay_what_is_owed(&mut self, next: Option<char>) -> io::Result<()> {
        match self.lexer.as_ref().map_or("", |lexer| lexer.owed(next)) {
            "" => Ok(()),
            owed => self.checked_text(owed),
        }
    }

    fn checked_text(&mut self, text: &str) -> io::Result<()> {
        let checked = self.lexer.as_mut().map_or(Ok(()), |lexer| lexer.text(text));
        self.accept(checked)?;
        self.deliver(text)
    }

    fn deliver(&mut self, text: &str) -> io::Result<()> {
        let bytes = text.as_bytes();
        let line_start = memchr::memrchr(b'\n', bytes).map(|at| at + 1);
        if let Some(start) = line_start {
            self.line += memchr::memchr_iter(b'\n', &bytes[..start]).count();
            self.column = 1;
        }
        self.column += text[line_start.unwrap_or(0)..].chars().count();
        self.put(text)
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        if !self.mark.is_empty() && !text.is_empty() {
            self.out.write_all(std::mem::take(&mut self.mark).as_bytes())?;
        }
        self.out.write_all(text.as_bytes())
    }

    fn accept(&self, checked: Checked) -> io::Result<()> {
        checked.map_err(|fault| {
            io::Error::other(Refusal {
                fault,
                value: self.value.clone(),
                format: self.format,
                line: self.line,
                column: self.column,
            })
        })
    }
}

/// An error can be a [`Refusal`].
impl<W: Write> Sink for Followed<W> {
    fn text(&mut self, text: &str) -> io::Result<()> {
        if self.lexer.is_none() {
            return self.put(text);
        }
        let Some(next) = text.chars().next() else { return Ok(()) };
        self.pay_what_is_owed(Some(next))?;
        self.checked_text(text)
    }

    fn trusted(&mut self, value: &str) -> io::Result<()> {
        self.text(value)
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> io::Result<()> {
        let Some(lexer) = &mut self.lexer else { return self.put(value) };
        if value.is_empty() {
            lexer.empty_value();
            return Ok(());
        }
        self.value.clear();
        self.value.push_str(value);
        let checked = lexer.value(value, kind);
        let written = lexer.written();
        self.accept(checked)?;
        self.deliver(written.as_deref().unwrap_or(value))
    }
}
