//! The state of reading a table: the mistakes so far, and their messages.

use std::cell::{OnceCell, RefCell};
use std::collections::HashSet;
use std::ops::Range;
use std::ptr;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::entry::Entry;
use super::key_path::KeyPath;
use super::read_error::ReadError;
use super::report::{Mistake, excerpt};
use crate::diagnostic::nearest;
use crate::profile::paths::{BadPath, Paths};
use crate::profile::schema;

/// The state of reading one table.
pub(super) struct Reading<'r> {
    pub(super) paths: &'r Paths<'r>,
    mistakes: RefCell<Vec<Mistake>>,
    /// The wrong values, by address, which the next pass does not see.
    taken_out: RefCell<HashSet<*const ()>>,
    /// Made for the first mistake that needs it.
    schema: OnceCell<Value>,
    make_schema: fn() -> Value,
}

impl<'r> Reading<'r> {
    pub(super) fn new(paths: &'r Paths<'r>, make_schema: fn() -> Value) -> Self {
        Self {
            paths,
            mistakes: RefCell::default(),
            taken_out: RefCell::default(),
            schema: OnceCell::new(),
            make_schema,
        }
    }

    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes.into_inner()
    }

    pub(super) fn is_taken_out(&self, value: &DeValue<'_>) -> bool {
        let taken_out = self.taken_out.borrow();
        !taken_out.is_empty() && taken_out.contains(&address(value))
    }

    /// Notes what is wrong with an entry, and takes it out.
    pub(super) fn note(&self, error: ReadError, entry: &Entry<'_>, key_path: &KeyPath<'_>) -> ReadError {
        if !matches!(error, ReadError::Noted) {
            let (message, help) = self.describe(error, entry.type_name(), key_path);
            self.take_out(entry.span.clone(), message, help, entry.value);
        }
        ReadError::Noted
    }

    /// Notes a path that cannot be used.
    pub(super) fn note_path(&self, written: &str, bad: BadPath, entry: &Entry<'_>) -> ReadError {
        let span = entry.inside(self.paths.files, written, &bad.at);
        self.take_out(span, bad.message, bad.help.map(str::to_owned), entry.value);
        ReadError::Noted
    }

    /// Notes every key of a table other than these.
    pub(super) fn note_unknown(
        &self,
        known: &[&str],
        table: &DeTable<'_>,
        key_path: &KeyPath<'_>,
    ) -> ReadError {
        let path = key_path.keys();
        let section =
            if path.is_empty() { String::new() } else { format!(" in `[{}]`", excerpt(&path.join("."))) };
        for (key, value) in table {
            if !known.contains(&key.get_ref().as_ref()) {
                let message = format!("unknown key `{}`{section}", excerpt(key.get_ref()));
                let help = self.help_for_unknown(key.get_ref(), known, &path);
                self.take_out(key.span(), message, Some(help), value.get_ref());
            }
        }
        ReadError::Noted
    }

    fn take_out(&self, span: Range<usize>, message: String, help: Option<String>, value: &DeValue<'_>) {
        self.mistakes.borrow_mut().push(Mistake { span, message, help });
        self.taken_out.borrow_mut().insert(address(value));
    }

    fn schema(&self) -> &Value {
        self.schema.get_or_init(self.make_schema)
    }

    /// The message and the help for an error in a value of the type `found`.
    fn describe(&self, error: ReadError, found: &str, key_path: &KeyPath<'_>) -> (String, Option<String>) {
        let path = excerpt(&key_path.path());
        let name =
            if key_path.is_element() { format!("an element of `{path}`") } else { format!("`{path}`") };
        match error {
            ReadError::Type { expected } => {
                let expected = self.type_in_words(expected, key_path);
                (format!("{name} must be {expected}, not {found}"), self.such_as(key_path))
            }
            ReadError::Choice { found, choices } => {
                let help = match nearest(&found, choices.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it is one of {}", listed(choices.iter().copied())),
                };
                (format!("{name} cannot be `{}`", excerpt(&found)), Some(help))
            }
            ReadError::Refused(reason) => match reason.split_once('\n') {
                Some((reason, help)) => (format!("{name} {reason}"), Some(help.to_owned())),
                None => (format!("{name} {reason}"), self.such_as(key_path)),
            },
            ReadError::MissingKey(key) => (format!("{name} lacks the key `{key}`"), None),
            ReadError::UnknownKey { .. } | ReadError::Noted => (format!("{name} cannot be read"), None),
        }
    }

    /// The name of a type in TOML, for its name in serde.
    fn type_in_words(&self, expected: String, key_path: &KeyPath<'_>) -> String {
        match expected.as_str() {
            "a boolean" => "true or false".to_owned(),
            "f32" | "f64" => match self.schema_of(key_path).and_then(schema::format) {
                Some(unit @ "seconds") => format!("a number of {unit}"),
                _ => "a number".to_owned(),
            },
            "i8" | "i16" | "i32" | "i64" | "i128" | "u8" | "u16" | "u32" | "u64" | "usize" => {
                "an integer".to_owned()
            }
            "a map" => "a table".to_owned(),
            "a sequence" => match self.schema_of(key_path).and_then(schema::element_type) {
                Some(element) => format!("an array of {element}s"),
                None => "an array".to_owned(),
            },
            _ => expected,
        }
    }

    /// The example that the schema has for this key.
    fn such_as(&self, key_path: &KeyPath<'_>) -> Option<String> {
        let key = Some(key_path).filter(|key_path| !key_path.is_element())?;
        let example = self.schema_of(key).and_then(schema::example)?;
        Some(format!("such as {example}"))
    }

    fn schema_of(&self, key_path: &KeyPath<'_>) -> Option<&Value> {
        schema::find(self.schema(), &key_path.keys())
    }

    fn help_for_unknown(&self, key: &str, known: &[&str], path: &[&str]) -> String {
        let schema = self.schema();
        match schema::section_with(schema, key) {
            Some("") => return "it belongs at the top of the file, before the first `[section]`".to_owned(),
            Some(section) => return format!("it belongs in `[{section}]`"),
            None => {}
        }
        if let Some(near) = nearest(key, known.iter().copied()) {
            return format!("did you mean `{near}`?");
        }
        match schema::find(schema, path) {
            Some(table) => format!("the keys here are {}", listed(schema::keys(table))),
            None => format!("the keys here are {}", listed(known.iter().copied())),
        }
    }
}

/// A required key is missing at the top. The help is a line with an example.
pub(super) fn missing_key(schema: &Value, key: &str) -> Mistake {
    let example = schema::find(schema, &[key]).and_then(schema::example);
    let help = example.map(|example| format!("add a line such as `{key} = {example}`"));
    Mistake { span: 0..0, message: format!("`{key}` is missing"), help }
}

fn address(value: &DeValue<'_>) -> *const () {
    ptr::from_ref(value).cast()
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
