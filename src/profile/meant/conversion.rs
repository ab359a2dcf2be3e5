//! What the conversion of a profile needs.

use std::path::PathBuf;

use toml::de::DeTable;

use crate::profile::paths::Paths;
use crate::profile::place::Place;
use crate::profile::read::{Entry, Report};

/// The table that is read, and where mistakes go. A key is named with its section, such as `auth.login`.
pub struct Conversion<'c, 's> {
    pub table: &'c DeTable<'c>,
    pub paths: &'c Paths<'c>,
    pub report: &'c mut Report<'s>,
}

impl<'c> Conversion<'c, '_> {
    /// Where a key is written; none if it is not.
    pub(super) fn entry(&self, key: &str) -> Option<Entry<'c>> {
        Entry::find(self.table, key)
    }

    /// Whether a key is written, whether its value is right or wrong.
    pub(super) fn is_written(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// The string that a key has; none if it has none.
    pub(super) fn text(&self, key: &str) -> Option<&'c str> {
        self.entry(key)?.as_str()
    }

    /// Reports the value of a key.
    pub(super) fn refuse(&mut self, key: &str, message: impl Into<String>, help: impl Into<String>) {
        if let Some(entry) = self.entry(key) {
            self.report.error_help(entry.span, message, help);
        }
    }

    /// Reports the key itself.
    pub(super) fn refuse_key(&mut self, key: &str, message: impl Into<String>, help: impl Into<String>) {
        if let Some(entry) = self.entry(key) {
            self.report.error_help(entry.key_span, message, help);
        }
    }

    /// The file and the bytes of it where the value of a key is written.
    pub(super) fn place(&self, key: &str) -> Option<Place> {
        let span = self.entry(key)?.span;
        let file = self.paths.files.at(span.start);
        Some(Place::new(&file.source, file.own(&span)))
    }

    /// The path that a string means, or a report of why it cannot be used. The string is the value of this entry.
    pub(super) fn path(&mut self, entry: Option<Entry<'_>>, written: &str) -> Option<PathBuf> {
        let entry = entry?;
        match self.paths.at(entry.span.start).resolve(written) {
            Ok(path) => Some(path),
            Err(bad) => {
                self.report.bad_path(&entry, written, bad);
                None
            }
        }
    }
}
