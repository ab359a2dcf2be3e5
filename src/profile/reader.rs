//! A profile as written: small readers over the spanned TOML table, which collect every mistake.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, clean, nearest};

/// How many mistakes of one file are shown. A person mends the first ones and asks again.
const SHOWN_MAX: usize = 20;
/// How many characters of a key or value a message repeats.
const WORD_MAX: usize = 60;

/// The mistakes found so far.
pub(super) struct Report<'s> {
    text: &'s str,
    /// The lines a syntax error stands on: what was recovered from them says little about what was meant.
    broken: Vec<Range<usize>>,
    mistakes: Vec<Mistake>,
}

struct Mistake {
    span: Range<usize>,
    message: String,
    help: Option<String>,
}

impl<'s> Report<'s> {
    /// Starts with the mistakes of TOML's own syntax.
    pub(super) fn new(text: &'s str, syntax: &[toml::de::Error]) -> Self {
        let mut report = Self { text, broken: Vec::new(), mistakes: Vec::new() };
        for error in syntax {
            let span = error.span().unwrap_or(0..0);
            let message = error.message().trim_end().replace('\n', ", ");
            report.mistakes.push(Mistake { span: span.clone(), message, help: None });
            // Thousands of errors on one long line would each walk it.
            if !report.broken.last().is_some_and(|line| line.start <= span.start && span.end <= line.end) {
                report.broken.push(line_around(text, &span));
            }
        }
        report.broken.sort_by_key(|line| line.start);
        report
    }

    pub(super) fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    pub(super) fn error(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.push(span, message.into(), None);
    }

    pub(super) fn error_help(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(span, message.into(), Some(help.into()));
    }

    /// A required key is not there. Says nothing while the syntax is broken: the key may be there, unread.
    pub(super) fn missing(&mut self, key: &str, example: &str) {
        if self.broken.is_empty() {
            self.push(0..0, format!("`{key}` is missing"), Some(format!("add a line such as `{example}`")));
        }
    }

    /// Something of a later version of this program.
    pub(super) fn later(&mut self, span: Range<usize>, what: &str) {
        self.push(span, format!("{what} is not supported yet"), None);
    }

    fn push(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        let next = self.broken.partition_point(|line| line.start <= span.start);
        let on_broken_line = next > 0 && span.start < self.broken[next - 1].end;
        // TOML fills in a value it could not read, and gives it no place.
        let filled_in = span.is_empty() && !self.broken.is_empty();
        if !on_broken_line && !filled_in {
            self.mistakes.push(Mistake { span, message, help });
        }
    }

    /// How many mistakes there are, and the first of them, each over the text `shown`.
    pub(super) fn finish(mut self, path: &str, shown: &Arc<str>) -> (usize, Vec<Diagnostic>) {
        self.mistakes.sort_by_key(|mistake| mistake.span.start);
        let total = self.mistakes.len();
        let first = self.mistakes.into_iter().take(SHOWN_MAX);
        let diagnostics = first.map(|Mistake { span, message, help }| Diagnostic {
            help,
            ..Diagnostic::error(path, Arc::clone(shown), span, message)
        });
        (total, diagnostics.collect())
    }

    /// The bytes of the file that hold the bytes `inner` of a string, where it stands there as it is.
    pub(super) fn inside(&self, item: &Item<'_>, value: &str, inner: &Range<usize>) -> Range<usize> {
        let written = self.text.get(item.span.clone()).unwrap_or_default();
        let plain = written.len() == value.len() + 2 && written.get(1..written.len() - 1) == Some(value);
        if plain && !inner.is_empty() {
            let start = item.span.start + 1;
            return start + inner.start..start + inner.end;
        }
        item.span.clone()
    }
}

fn line_around(text: &str, span: &Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let from = span.start.min(bytes.len());
    let to = span.end.clamp(from, bytes.len());
    let start = bytes[..from].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let end = bytes[to..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| to + at);
    start..end.max(start + 1)
}

/// A word from the file, fit to be repeated in a message.
pub(super) fn word(text: &str) -> String {
    match text.char_indices().nth(WORD_MAX) {
        Some((at, _)) => format!("{}...", clean(&text[..at])),
        None => clean(text),
    }
}

/// The right words, as a message lists them.
pub(super) fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// One value and its place.
#[derive(Clone)]
pub(super) struct Item<'t> {
    /// The key as a message names it, with its section: `auth.login`.
    pub(super) name: String,
    pub(super) key_span: Range<usize>,
    pub(super) span: Range<usize>,
    pub(super) value: &'t DeValue<'t>,
}

impl<'t> Item<'t> {
    pub(super) fn wrong_type(&self, expected: &str, report: &mut Report<'_>) {
        let found = kind(self.value);
        report.error(self.span.clone(), format!("`{}` must be {expected}, not {found}", self.name));
    }

    pub(super) fn string(&self, report: &mut Report<'_>) -> Option<&'t str> {
        let string = self.value.as_str();
        if string.is_none() {
            self.wrong_type("a string", report);
        }
        string
    }

    pub(super) fn boolean(&self, report: &mut Report<'_>) -> Option<bool> {
        let boolean = self.value.as_bool();
        if boolean.is_none() {
            self.wrong_type("true or false", report);
        }
        boolean
    }

    pub(super) fn table(&self, known: &[&str], report: &mut Report<'_>) -> Option<Table<'t>> {
        let DeValue::Table(entries) = self.value else {
            self.wrong_type("a table", report);
            return None;
        };
        let table = Table { entries, name: self.name.clone() };
        table.refuse_unknown(known, report);
        Some(table)
    }

    /// The elements of an array, each named like the array.
    pub(super) fn array(&self, expected: &str, report: &mut Report<'_>) -> Option<Vec<Item<'t>>> {
        let DeValue::Array(values) = self.value else {
            self.wrong_type(expected, report);
            return None;
        };
        let item = |value: &'t Spanned<DeValue<'t>>| Item {
            name: self.name.clone(),
            key_span: self.key_span.clone(),
            span: value.span(),
            value: value.get_ref(),
        };
        Some(values.iter().map(item).collect())
    }
}

/// One table, whose unknown keys have been reported.
pub(super) struct Table<'t> {
    entries: &'t DeTable<'t>,
    name: String,
}

impl<'t> Table<'t> {
    pub(super) fn root(entries: &'t DeTable<'t>, known: &[&str], report: &mut Report<'_>) -> Self {
        let table = Self { entries, name: String::new() };
        table.refuse_unknown(known, report);
        table
    }

    pub(super) fn get(&self, key: &str) -> Option<Item<'t>> {
        let (written, value) = self.entries.iter().find(|(written, _)| written.get_ref() == key)?;
        let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        Some(Item { name, key_span: written.span(), span: value.span(), value: value.get_ref() })
    }

    fn refuse_unknown(&self, known: &[&str], report: &mut Report<'_>) {
        for written in self.entries.keys() {
            let key: &str = written.get_ref();
            if known.contains(&key) {
                continue;
            }
            let place = if self.name.is_empty() { String::new() } else { format!(" in `[{}]`", self.name) };
            let message = format!("unknown key `{}`{place}", word(key));
            let help = match (nearest(key, known.iter().copied()), super::sections::home_of(key)) {
                (_, Some("")) => "it belongs at the top of the file, before the first `[section]`".to_owned(),
                (_, Some(section)) => format!("it belongs in `[{section}]`"),
                (Some(near), None) => format!("did you mean `{near}`?"),
                (None, None) => format!("the keys here are {}", listed(known)),
            };
            report.error_help(written.span(), message, help);
        }
    }
}

/// What a value is, for a person.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
