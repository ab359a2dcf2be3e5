//! CSV ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)) and TSV: records of fields.

use super::fault::{Checked, invalid, misplaced};
use super::lexer::{ALL_ALIKE, ClassOf, Lexer, UNLIKE, ValueKind};

/// In CSV a value is a whole field, because it may need quotes. In TSV it can be part of one: nothing is quoted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Delimited {
    delimiter: u8,
    quotes: bool,
    validate: bool,
    field: Field,
    /// The fields of this record before the present one.
    fields: usize,
    /// The fields of the first record.
    columns: Option<usize>,
    /// Whether the last byte was a CR, which may begin a line end of two bytes.
    after_cr: bool,
    /// Whether this record so far is one empty value.
    is_empty_value: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Start,
    Plain,
    Quoted,
    /// In TSV, a field whose quotes some readers know, and others do not.
    MaybeQuoted,
    /// A quote in a quoted field: its end, or the first of two.
    QuoteInQuoted,
    /// The field is a value.
    Value,
}

impl Delimited {
    pub(super) fn csv(validate: bool) -> Self {
        Self::new(b',', true, validate)
    }

    pub(super) fn tsv(validate: bool) -> Self {
        Self::new(b'\t', false, validate)
    }

    fn new(delimiter: u8, quotes: bool, validate: bool) -> Self {
        Self {
            delimiter,
            quotes,
            validate,
            field: Field::Start,
            fields: 0,
            columns: None,
            after_cr: false,
            is_empty_value: false,
        }
    }

    fn byte(&mut self, byte: u8) -> Checked {
        self.is_empty_value = false;
        let after_cr = std::mem::replace(&mut self.after_cr, byte == b'\r' && self.field != Field::Quoted);
        match (self.field, byte) {
            (Field::Quoted, b'"') => self.field = Field::QuoteInQuoted,
            (Field::Quoted, _) => {}
            (_, b'\n') if after_cr => {}
            (_, b'\n' | b'\r') => return self.record_ends(),
            (_, byte) if byte == self.delimiter => {
                self.fields += 1;
                self.field = Field::Start;
            }
            (Field::Start, b'"') if self.quotes => self.field = Field::Quoted,
            (Field::Start, b'"') | (Field::MaybeQuoted, _) => self.field = Field::MaybeQuoted,
            (Field::QuoteInQuoted, b'"') => self.field = Field::Quoted,
            (Field::QuoteInQuoted, _) => {
                return invalid(self.validate, "text follows the quote that ends a field");
            }
            (Field::Value, _) if self.quotes => return touched(),
            (Field::Plain, b'"') if self.quotes => {
                return invalid(
                    self.validate,
                    "there is a quote inside a field that has no quotes around it",
                );
            }
            _ => self.field = Field::Plain,
        }
        Ok(())
    }

    fn record_ends(&mut self) -> Checked {
        let (fields, field) = (self.fields + 1, self.field);
        self.fields = 0;
        self.field = Field::Start;
        // Readers skip empty lines.
        if fields == 1 && field == Field::Start {
            return Ok(());
        }
        match *self.columns.get_or_insert(fields) {
            columns if columns == fields => Ok(()),
            columns => invalid(
                self.validate,
                format!(
                    "this record has {fields} {}, and the first one has {columns}",
                    if fields == 1 { "field" } else { "fields" }
                ),
            ),
        }
    }
}

fn touched() -> Checked {
    misplaced("right beside other text", "join the parts first: `{{concat \"a \" x}}`")
}

impl Lexer for Delimited {
    fn text(&mut self, text: &str) -> Checked {
        let mut rest = text.as_bytes();
        while let Some((byte, after)) = rest.split_first() {
            self.byte(*byte)?;
            rest = after;
            if self.field == Field::Quoted {
                rest = &rest[memchr::memchr(b'"', rest).unwrap_or(rest.len())..];
            }
        }
        Ok(())
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        if self.field == Field::MaybeQuoted {
            return misplaced(
                "after a quote, which some readers of TSV take for a part of the text",
                "remove the quotes around it",
            );
        }
        if self.quotes {
            match self.field {
                Field::Start => {}
                Field::Quoted | Field::QuoteInQuoted => {
                    return misplaced("inside quotes, and brings its own", "remove the quotes around it");
                }
                Field::Plain | Field::MaybeQuoted | Field::Value => return touched(),
            }
        }
        if kind == ValueKind::Finished {
            self.text(value)?;
        }
        self.field = Field::Value;
        self.after_cr = false;
        self.is_empty_value = false;
        Ok(())
    }

    fn classes(&self, kind: ValueKind) -> ClassOf {
        // A finished value can be a record.
        if kind == ValueKind::Finished { UNLIKE } else { ALL_ALIKE }
    }

    fn empty_value(&mut self) {
        self.is_empty_value = self.quotes && self.fields == 0 && self.field == Field::Start;
    }

    /// A record of one empty field: readers would skip an empty line.
    fn owed(&self, next: Option<char>) -> &'static str {
        if self.is_empty_value && matches!(next, None | Some('\n' | '\r')) { "\"\"" } else { "" }
    }

    fn end(&mut self) -> Checked {
        if self.field == Field::Quoted {
            return invalid(self.validate, "a quote has no end");
        }
        self.record_ends()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_are_whole_fields() {
        for output in [
            "a,b\n«x»,‹\"y\"›\r\n\n\"q\"\"\",«\"1,2\"»",
            "«x»",
            "",
            "\n\n",
            "a,b\r\n‹x,\"y\"›\r\n1,2\r",
            "‹\"\"›\n",
        ] {
            assert_eq!(read(&mut Delimited::csv(true), output), Ok(()), "{output}");
        }
        for (output, place) in [
            ("a «x»\n", "right beside"),
            ("«x» a\n", "right beside"),
            ("«x»«y»\n", "right beside"),
            ("a,\"«x»\"\n", "inside quotes"),
            ("a,\"b\"«x»\n", "inside quotes"),
        ] {
            let found = refused(&mut Delimited::csv(false), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
        let found = refused(&mut Delimited::tsv(true), "a\t\"«x»\"\n");
        assert!(found.starts_with("after a quote"), "{found}");
        assert_eq!(read(&mut Delimited::tsv(true), "a «x»\t\"\n«y»b\t\"c\n"), Ok(()));
    }

    #[test]
    fn records_have_the_same_length() {
        for output in ["a,b\nc\n", "a\nb,c", "a,b\n‹1,2,3›\n", "a,\"b", "a\"b\n", "\"a\"b\n", "a\rb,c\r"]
        {
            assert!(read(&mut Delimited::csv(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Delimited::csv(false), output), Ok(()), "{output}");
        }
        assert!(read(&mut Delimited::tsv(true), "a\tb\nc\n").is_err());
    }
}
