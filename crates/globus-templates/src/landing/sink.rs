//! Where a rendering goes.

use std::io;

use super::lexer::ValueKind;

/// Takes a rendering in pieces.
pub trait Sink {
    /// Text of the template.
    fn text(&mut self, text: &str) -> io::Result<()>;

    /// A raw value, which is the author's word, as text is.
    fn trusted(&mut self, value: &str) -> io::Result<()>;

    /// A value of the author, escaped.
    fn author(&mut self, value: &str) -> io::Result<()>;

    /// A value from outside.
    fn value(&mut self, value: &str, kind: ValueKind) -> io::Result<()>;
}

/// Begins each line with blanks, but not what follows a line end inside a value.
pub struct Indented<'o> {
    out: &'o mut dyn Sink,
    blanks: &'o str,
    is_line_start: bool,
}

impl<'o> Indented<'o> {
    pub fn new(out: &'o mut dyn Sink, blanks: &'o str) -> Self {
        Self { out, blanks, is_line_start: true }
    }

    /// Writes the blanks before a value, unless it is empty: the line may end here.
    fn start_line(&mut self, value: &str) -> io::Result<()> {
        if self.is_line_start && !value.is_empty() {
            self.is_line_start = false;
            self.out.text(self.blanks)?;
        }
        Ok(())
    }
}

impl Sink for Indented<'_> {
    fn text(&mut self, text: &str) -> io::Result<()> {
        for line in text.split_inclusive('\n') {
            if self.is_line_start {
                self.out.text(self.blanks)?;
            }
            self.out.text(line)?;
            self.is_line_start = line.ends_with('\n');
        }
        Ok(())
    }

    fn trusted(&mut self, value: &str) -> io::Result<()> {
        self.start_line(value)?;
        self.out.trusted(value)
    }

    fn author(&mut self, value: &str) -> io::Result<()> {
        self.start_line(value)?;
        self.out.author(value)
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> io::Result<()> {
        self.start_line(value)?;
        self.out.value(value, kind)
    }
}
