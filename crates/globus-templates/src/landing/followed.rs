//! An output whose values are followed.

use std::io::{self, Write};
use std::ops::Range;

use super::fault::{Checked, Refusal};
use super::formats::lexer;
use super::lexer::{Lexer, ValueKind};
use crate::format::Format;
use crate::landing::Sink;

/// Refuses what the lexer of the format refuses.
#[derive(Debug)]
pub struct Followed<W> {
    out: W,
    format: Format,
    /// `None` if values of the format are not followed.
    lexer: Option<Box<dyn Lexer>>,
    /// What stands before the first character of the output.
    mark: &'static str,
    /// What is not written to `out` yet.
    waiting: String,
    /// Where the last value is in it; none if the value is in `value`.
    value_at: Option<Range<usize>>,
    value: String,
    /// The line and column of its first character.
    line: usize,
    column: usize,
}

/// So many bytes are written at once.
const CHUNK: usize = 8 * 1024;

impl<W: Write> Followed<W> {
    /// With `validate`, the whole output has to be of the format.
    pub fn new(out: W, format: Format, validate: bool) -> Self {
        let lexer = lexer(format, validate);
        Self {
            out,
            format,
            lexer,
            mark: "",
            waiting: String::new(),
            value_at: None,
            value: String::new(),
            line: 1,
            column: 1,
        }
    }

    /// With a byte order mark, unless the output is empty.
    #[must_use]
    pub fn with_byte_order_mark(self) -> Self {
        Self { mark: "\u{feff}", ..self }
    }

    /// The whole output.
    pub fn finish(mut self) -> io::Result<W> {
        self.pay_what_is_owed(None)?;
        if let Some(lexer) = &mut self.lexer {
            let checked = lexer.end();
            self.accept(checked)?;
        }
        self.flush()?;
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
        self.waiting.push_str(text);
        if self.waiting.len() > CHUNK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.waiting.is_empty() {
            self.out.write_all(std::mem::take(&mut self.mark).as_bytes())?;
        }
        (self.line, self.column) = self.place();
        if let Some(value) = self.value_at.take().and_then(|at| self.waiting.get(at)) {
            value.clone_into(&mut self.value);
        }
        self.out.write_all(self.waiting.as_bytes())?;
        self.waiting.clear();
        Ok(())
    }

    /// The line and the column of the next character.
    fn place(&self) -> (usize, usize) {
        let lines = memchr::memchr_iter(b'\n', self.waiting.as_bytes()).count();
        match self.waiting.rsplit_once('\n') {
            Some((_, line)) => (self.line + lines, 1 + line.chars().count()),
            None => (self.line, self.column + self.waiting.chars().count()),
        }
    }

    fn accept(&self, checked: Checked) -> io::Result<()> {
        checked.map_err(|fault| {
            let (line, column) = self.place();
            let value = self.last_value().to_owned();
            io::Error::other(Refusal { fault, value, format: self.format, line, column })
        })
    }

    fn last_value(&self) -> &str {
        self.value_at.clone().and_then(|at| self.waiting.get(at)).unwrap_or(&self.value)
    }

    fn keep_value(&mut self, value: &str) {
        value.clone_into(&mut self.value);
        self.value_at = None;
    }
}

/// An error can be a [`Refusal`].
impl<W: Write> Sink for Followed<W> {
    fn text(&mut self, text: &str) -> io::Result<()> {
        if self.lexer.is_none() {
            return self.deliver(text);
        }
        let Some(next) = text.chars().next() else { return Ok(()) };
        self.pay_what_is_owed(Some(next))?;
        self.checked_text(text)
    }

    fn trusted(&mut self, value: &str) -> io::Result<()> {
        self.text(value)
    }

    fn author(&mut self, value: &str) -> io::Result<()> {
        let author =
            |lexer: &mut Box<dyn Lexer>| lexer.author(value).map(|checked| (checked, lexer.written()));
        match self.lexer.as_mut().filter(|_| !value.is_empty()).and_then(author) {
            Some((checked, written)) => {
                self.keep_value(value);
                self.accept(checked)?;
                self.deliver(written.as_deref().unwrap_or(value))
            }
            None => self.text(value),
        }
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> io::Result<()> {
        let Some(lexer) = &mut self.lexer else { return self.deliver(value) };
        if value.is_empty() {
            lexer.empty_value();
            return Ok(());
        }
        let checked = lexer.value(value, kind);
        let written = lexer.written();
        if checked.is_err() || written.is_some() {
            self.keep_value(value);
            self.accept(checked)?;
        } else {
            self.value_at = Some(self.waiting.len()..self.waiting.len() + value.len());
        }
        self.deliver(written.as_deref().unwrap_or(value))
    }
}
