//! The settings of a profile, from its table and the schema.

use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};

use super::meant::{Meant, absolute, masked, meant};
use super::same_meaning::with_defaults;
use super::setting::{Setting, Source};
use crate::Result;
use crate::catalog::SourceText;
use crate::profile::extends::Extended;
use crate::profile::files::Files;
use crate::profile::model::Profile;
use crate::profile::parse::{ReadProfile, read_table};
use crate::profile::paths::{Env, Paths};
use crate::profile::read::Entry;
use crate::profile::schema::{self, Shape};

/// What stands for a value that looks like a secret.
const HIDDEN: &str = "***";

/// A profile key by key.
#[derive(Debug)]
pub struct Settings {
    /// The files, as messages name them: that of the profile, then those of its bases.
    pub files: Vec<String>,
    pub settings: Vec<Setting>,
}

/// A key that an environment variable sets.
#[derive(Debug)]
pub struct Override {
    pub key: [&'static str; 2],
    pub variable: &'static str,
    pub value: Value,
}

impl Settings {
    /// Fails as [`Profile::parse`]. `overrides` gives what the environment sets, whatever the profile says.
    pub fn of(
        source: SourceText,
        env: &Env<'_>,
        overrides: impl FnOnce(&Profile) -> Result<Vec<Override>>,
    ) -> Result<Self> {
        let files = Files::new(source);
        let extended = Extended::follow(&files, env);
        let ReadProfile { profile, .. } = read_table(&files, &extended, env);
        let profile = profile?;
        let mut collector = Collector {
            paths: Paths { files: &files, env },
            overrides: overrides(&profile)?,
            meant: meant(&profile),
            masked: masked(&profile),
            element: None,
            settings: Vec::new(),
        };
        collector.table(&Profile::schema(), Some(&extended.table), &[]);
        let from_default = |setting: &Setting| setting.source == Source::Default;
        let settings = with_defaults(collector.settings, from_default, env);
        let files = files.iter().map(|file| file.source.display_path()).collect();
        Ok(Self { files, settings })
    }
}

struct Collector<'c> {
    paths: Paths<'c>,
    overrides: Vec<Override>,
    meant: Vec<Meant>,
    masked: Option<(&'static [&'static str], Value)>,
    /// Which one of several tables the keys are in.
    element: Option<usize>,
    settings: Vec<Setting>,
}

impl Collector<'_> {
    /// The keys of a section, and then the sections in it, as TOML wants them.
    fn table(&mut self, schema: &Value, table: Option<&DeTable<'_>>, section: &[String]) {
        let keys: Vec<&str> =
            schema::keys(schema).filter(|key| !section.is_empty() || *key != "extends").collect();
        let of = |key: &str| schema::find(schema, &[key]).unwrap_or(&Value::Null);
        let entry = |key: &str| table.and_then(|table| Entry::find_key(table, key));
        for key in keys.iter().filter(|key| schema::shape(of(key)) == Shape::Value) {
            self.value(of(key), entry(key).as_ref(), section, vec![(*key).to_owned()]);
        }
        for key in keys {
            let path = [section, &[key.to_owned()]].concat();
            let written = entry(key);
            let inner = written.as_ref().and_then(Entry::as_table);
            match schema::shape(of(key)) {
                Shape::Value => {}
                Shape::Section if written.as_ref().is_some_and(Entry::is_array) => {
                    self.tables(of(key), written.as_ref(), &path);
                }
                Shape::Section => {
                    // Some sections do something by being there.
                    if inner.is_some_and(DeTable::is_empty) {
                        self.value(&Value::Null, written.as_ref(), &path, Vec::new());
                    }
                    self.table(of(key), inner, &path);
                }
                Shape::Named(each) => {
                    for (name, named) in inner.into_iter().flatten() {
                        let path = [&path[..], &[name.get_ref().to_string()]].concat();
                        self.table(each, named.get_ref().as_table(), &path);
                    }
                }
                Shape::Free => self.free(inner, &path, &[]),
            }
        }
    }

    /// Several tables, each with a header of its own.
    fn tables(&mut self, schema: &Value, array: Option<&Entry<'_>>, section: &[String]) {
        for (index, element) in array.into_iter().flat_map(Entry::elements).enumerate() {
            self.element = Some(index);
            self.value(&Value::Null, Some(&element), section, Vec::new());
            if let Some(header) = self.settings.last_mut() {
                header.value = json!({});
            }
            self.table(schema, element.as_table(), section);
        }
        self.element = None;
    }

    /// Keys that no schema names. Dotted keys keep their order, also where a table comes before a value.
    fn free(&mut self, table: Option<&DeTable<'_>>, section: &[String], above: &[String]) {
        for (key, value) in table.into_iter().flatten() {
            let path = [above, &[key.get_ref().to_string()]].concat();
            match value.get_ref() {
                DeValue::Table(inner) if !inner.is_empty() => self.free(Some(inner), section, &path),
                _ => self.value(&Value::Null, Some(&Entry::new(key.span(), value)), section, path),
            }
        }
    }

    fn value(&mut self, schema: &Value, entry: Option<&Entry<'_>>, section: &[String], key: Vec<String>) {
        let full: Vec<&str> = section.iter().chain(&key).map(String::as_str).collect();
        let by_variable = self.overrides.iter().find(|by| full == by.key);
        let is_this =
            |meant: &&Meant| full == meant.key && meant.element.unwrap_or(0) == self.element.unwrap_or(0);
        let meant = self.meant.iter().find(is_this).map(|meant| meant.value.clone());
        let is_hidden = entry.is_some_and(|entry| self.paths.files.at(entry.span.start).hides(&entry.span));
        let (value, source) = match (by_variable, entry) {
            (Some(by), _) => (Some(by.value.clone()), Source::Variable(by.variable)),
            (None, Some(written)) if is_hidden => {
                let masked = self.masked.as_ref().filter(|(key, _)| full == *key);
                let shown = masked.map_or_else(|| json!(HIDDEN), |(_, shown)| shown.clone());
                (Some(shown), self.source(written))
            }
            (None, Some(written)) => {
                let value = meant.unwrap_or_else(|| self.written(schema, written));
                (Some(value), self.source(written))
            }
            (None, None) => (meant.or_else(|| schema.get("default").cloned()), Source::Default),
        };
        if let Some(value) = value {
            let (section, element) = (section.to_vec(), self.element);
            self.settings.push(Setting { section, element, key, value, source, is_hidden });
        }
    }

    /// The value as it is written, but for a path, which is whole.
    fn written(&self, schema: &Value, entry: &Entry<'_>) -> Value {
        let resolve = |written: &str| self.paths.at(entry.span.start).resolve(written).ok();
        let path = entry.as_str().filter(|_| schema::format(schema) == Some("path")).and_then(resolve);
        path.map_or_else(|| entry.to_json(), |path| absolute(&path))
    }

    fn source(&self, entry: &Entry<'_>) -> Source {
        let file = self.paths.files.at(entry.key_span.start);
        let index = self.paths.files.iter().position(|other| other.start == file.start);
        Source::File { file: index.unwrap_or_default(), line: file.line(entry.key_span.start) }
    }
}
