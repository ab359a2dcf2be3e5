//! JSON in lines ([JSON Lines](https://jsonlines.org/)): each line is one whole JSON value.

use super::fault::{Checked, invalid, misplaced};
use super::json::Json;
use super::lexer::{Lexer, ValueKind};

#[derive(Debug)]
pub(super) struct Jsonl {
    validate: bool,
    /// This line.
    line: Json,
    is_empty: bool,
}

impl Jsonl {
    pub(super) fn new(validate: bool) -> Self {
        Self { validate, line: Json::new(validate), is_empty: true }
    }

    fn line_ends(&mut self) -> Checked {
        if self.is_empty {
            return invalid(self.validate, "a line is empty");
        }
        self.line.end()?;
        *self = Self::new(self.validate);
        Ok(())
    }
}

impl Lexer for Jsonl {
    fn text(&mut self, text: &str) -> Checked {
        let mut lines = text.split('\n');
        let mut part = lines.next().unwrap_or_default();
        loop {
            self.is_empty &= part.is_empty();
            self.line.text(part)?;
            let Some(next) = lines.next() else { return Ok(()) };
            self.line_ends()?;
            part = next;
        }
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        self.is_empty = false;
        if value.contains('\n') {
            return misplaced("in more than one line", "write `{{json x}}` without `pretty`");
        }
        self.line.value(value, kind)
    }

    fn end(&mut self) -> Checked {
        if self.is_empty { Ok(()) } else { self.line_ends() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn each_line_is_a_value() {
        for output in ["", "{\"a\": \"«b»\"}\r\n‹[1]›\n«2»\n", "1\n2", "‹{}›"] {
            assert_eq!(read(&mut Jsonl::new(true), output), Ok(()), "{output}");
        }
        for output in ["\n", "1\n\n2", "1 2\n", "[1,\n2]", "\"a\nb\"", "{\n}", "1\n{\"a\":"] {
            assert!(read(&mut Jsonl::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Jsonl::new(false), output), Ok(()), "{output}");
        }
        for (output, place) in [
            ("«a»\n", "outside quotes"),
            ("\"a\n«b»\"", "outside quotes"),
            ("‹{\n}›", "in more than one line"),
            ("\"‹\"a\"›\"", "inside quotes"),
        ] {
            let found = refused(&mut Jsonl::new(false), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }
}
