//! An output whose values are followed.

use std::io::{self, Write};

use super::fault::{Checked, Refusal};
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
    /// The value that is being written.
    open: Option<(ValueKind, String)>,
    /// The last value that was written.
    last: String,
    line: usize,
    column: usize,
}

impl<W: Write> Followed<W> {
    /// With `validate`, the whole output has to be of the format.
    pub(in crate::template) fn new(out: W, format: Format, validate: bool) -> Self {
        let lexer = lexer(format, validate);
        Self { out, format, lexer, open: None, last: String::new(), line: 1, column: 1 }
    }

    /// Writes text with marked values. An error can be a [`Refusal`].
    pub(in crate::template) fn write(&mut self, text: &str) -> io::Result<()> {
        if self.lexer.is_none() {
            return self.out.write_all(text.as_bytes());
        }
        let mut rest = text;
        while let Some((before, mark, after)) = split_at_mark(rest) {
            self.piece(before)?;
            self.mark(mark)?;
            rest = after;
        }
        self.piece(rest)
    }

    /// The whole output.
    pub(in crate::template) fn finish(mut self) -> io::Result<W> {
        if let Some(lexer) = &mut self.lexer {
            let checked = lexer.end();
            self.accept(checked)?;
        }
        Ok(self.out)
    }

    /// Text without marks.
    fn piece(&mut self, text: &str) -> io::Result<()> {
        match (&mut self.open, &mut self.lexer) {
            (Some((_, value)), _) => {
                value.push_str(text);
                Ok(())
            }
            (None, Some(lexer)) if !text.is_empty() => {
                let checked = lexer.text(text);
                self.accept(checked)?;
                self.deliver(text)
            }
            _ => Ok(()),
        }
    }

    /// Marks that do not match can only come from a template that writes noncharacters itself; they are dropped.
    fn mark(&mut self, mark: Mark) -> io::Result<()> {
        match (mark, self.open.take()) {
            (Mark::Start(kind), None) => self.open = Some((kind, String::new())),
            (Mark::End(end), Some((kind, value))) if end == kind => {
                self.last = value;
                let checked = self.lexer.as_mut().map_or(Ok(()), |lexer| lexer.value(&self.last, kind));
                self.accept(checked)?;
                let value = std::mem::take(&mut self.last);
                self.deliver(&value)?;
                self.last = value;
            }
            (_, open) => self.open = open,
        }
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
        self.out.write_all(bytes)
    }

    fn accept(&self, checked: Checked) -> io::Result<()> {
        checked.map_err(|fault| {
            io::Error::other(Refusal {
                fault,
                value: self.last.clone(),
                format: self.format,
                line: self.line,
                column: self.column,
            })
        })
    }
}
