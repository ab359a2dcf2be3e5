//! An output whose values are followed.

use std::io::{self, Write};

use super::fault::{Checked, Refusal, misplaced};
use super::formats::lexer;
use super::lexer::{Lexer, ValueKind};
use super::marks::{Mark, split_at_mark};
use crate::template::format::Format;

/// Takes the marks out of what is written, and refuses what the lexer of the format refuses.
#[derive(Debug)]
pub(in crate::template) struct Followed<W> {
    out: W,
    format: Format,
    /// `None` if values of the format are not followed. They are not marked then.
    lexer: Option<Box<dyn Lexer>>,
    /// The kind of the value that is being written.
    open: Option<ValueKind>,
    /// What stands before the first character of the output.
    mark: &'static str,
    /// That value so far, or the last one.
    value: String,
    line: usize,
    column: usize,
}

impl<W: Write> Followed<W> {
    /// With `validate`, the whole output has to be of the format.
    pub(in crate::template) fn new(out: W, format: Format, validate: bool) -> Self {
        let lexer = lexer(format, validate);
        Self { out, format, lexer, open: None, mark: "", value: String::new(), line: 1, column: 1 }
    }

    /// With a byte order mark, unless the output is empty.
    pub(in crate::template) fn with_byte_order_mark(self) -> Self {
        Self { mark: "\u{feff}", ..self }
    }

    /// Writes text with marked values. An error can be a [`Refusal`].
    pub(in crate::template) fn write(&mut self, text: &str) -> io::Result<()> {
        if self.lexer.is_none() {
            return self.put(text);
        }
        let mut rest = text;
        loop {
            match (self.open, split_at_mark(rest)) {
                (None, None) => return self.text(rest),
                (Some(_), None) => {
                    self.value.push_str(rest);
                    return Ok(());
                }
                (None, Some((text, Mark::Start(kind), after))) => {
                    self.text(text)?;
                    self.open = Some(kind);
                    self.value.clear();
                    rest = after;
                }
                (Some(kind), Some((part, Mark::End(end), after))) if end == kind => {
                    self.value.push_str(part);
                    self.open = None;
                    self.complete_value(kind)?;
                    rest = after;
                }
                (_, Some(_)) => return self.accept(unbalanced()),
            }
        }
    }

    /// The whole output.
    pub(in crate::template) fn finish(mut self) -> io::Result<W> {
        if self.open.is_some() {
            self.accept(unbalanced())?;
        }
        self.pay_what_is_owed(None)?;
        if let Some(lexer) = &mut self.lexer {
            let checked = lexer.end();
            self.accept(checked)?;
        }
        Ok(self.out)
    }

    /// Text without marks, outside of values.
    fn text(&mut self, text: &str) -> io::Result<()> {
        let Some(next) = text.chars().next() else { return Ok(()) };
        self.pay_what_is_owed(Some(next))?;
        self.checked_text(text)
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

    fn complete_value(&mut self, kind: ValueKind) -> io::Result<()> {
        let Some(lexer) = &mut self.lexer else { return Ok(()) };
        if self.value.is_empty() {
            lexer.empty_value();
            return Ok(());
        }
        let checked = lexer.value(&self.value, kind);
        self.accept(checked)?;
        let value = std::mem::take(&mut self.value);
        self.deliver(&value)?;
        self.value = value;
        Ok(())
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

/// A mark without its other half. Only a raw value can write one, and what follows it could be lost.
fn unbalanced() -> Checked {
    misplaced(
        "beside a raw value with one of U+FDD0 to U+FDD3, which have no place in a text",
        "write `{{x}}` for it",
    )
}
