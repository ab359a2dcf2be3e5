//! `extends`: a profile and those that it extends become one table.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::files::{Files, ProfileFile};
use super::paths::{Env, PathResolver};
use super::read::{Entry, Mistake, Syntax, excerpt};
use super::secret_variables;
use crate::catalog::{self, Origin, SourceText};
use crate::fs::is_same_file;

/// The key of the profile that a profile extends.
const KEY: &str = "extends";

/// A profile with all that it extends.
pub(super) struct Extended<'f> {
    /// Of each key the value that holds. Its spans are places in all files.
    pub(super) table: DeTable<'f>,
    pub(super) syntax: Vec<Syntax>,
    /// Why a base could not be read. Its keys are unknown then.
    pub(super) unread: Option<Mistake>,
}

impl<'f> Extended<'f> {
    /// Reads the profiles that this one extends.
    pub(super) fn follow(files: &'f Files, env: &Env<'_>) -> Self {
        let mut file = files.profile();
        let (mut table, errors) = file.parse();
        secret_variables::hide(&table);
        let mut next = table.remove_entry(KEY);
        let mut extended = Self { table, syntax: vec![Syntax { start: 0, errors }], unread: None };
        while let Some((key, value)) = next.take() {
            match base(files, file, &Entry::new(key.span(), &value), env) {
                Ok(base) => file = file.extend(base),
                Err(mistake) => {
                    extended.unread = Some(mistake);
                    break;
                }
            }
            let (base, errors) = file.parse();
            // Also those that a profile above it replaces: they are in the environment all the same.
            secret_variables::hide(&base);
            let mut base = moved_table(base, file.start);
            next = base.remove_entry(KEY);
            inherit(&mut extended.table, base, files);
            extended.syntax.push(Syntax { start: file.start, errors });
        }
        extended
    }
}

/// The profile that a file names in this entry.
fn base(files: &Files, file: &ProfileFile, entry: &Entry<'_>, env: &Env<'_>) -> Result<SourceText, Mistake> {
    let mistake = |message: String, help: Option<&str>| Mistake {
        span: entry.span.clone(),
        message,
        help: help.map(str::to_owned),
    };
    let Some(written) = entry.as_str() else {
        let message = format!("`extends` must be a string, not {}", entry.type_name());
        return Err(mistake(message, Some("it names one profile, such as \"base\"")));
    };
    let folder = file.source.folder();
    let found = if catalog::is_profile_path(written) {
        let path = PathResolver { folder, env }.resolve(written).map_err(|bad| Mistake {
            span: entry.inside(files, written, &bad.at),
            ..mistake(bad.message, bad.help)
        })?;
        catalog::read_profile(path)
    } else {
        catalog::find_base(written, folder)
    };
    let found = found.map_err(|error| mistake(error.summary(), error.help.as_deref()))?;
    let Some(first) = files.iter().position(|known| is_same(&known.source, &found)) else {
        return Ok(found);
    };
    let circle = files.iter().skip(first).map(|file| &file.source).chain([&found]);
    let names: Vec<_> = circle.map(|source| excerpt(&source.display_path())).collect();
    let message = format!("`extends` leads in a circle: {}", names.join(" -> "));
    Err(mistake(message, Some("one of these profiles must not extend the next")))
}

fn is_same(one: &SourceText, other: &SourceText) -> bool {
    match (&one.origin, &other.origin) {
        (Origin::File(one), Origin::File(other)) => is_same_file(one, other),
        (Origin::Embedded, Origin::Embedded) => one.name == other.name,
        _ => false,
    }
}

/// Adds what the base has and the table does not. A `[section]` adds to that of the base. Any other value replaces that
/// of the base, also an inline table: in TOML it is one value, to which nothing can be added.
fn inherit<'f>(table: &mut DeTable<'f>, base: DeTable<'f>, files: &Files) {
    for (key, theirs) in base {
        let Some(own) = table.get_mut(key.get_ref().as_ref()) else {
            table.insert(key, theirs);
            continue;
        };
        let is_inline = files.text(&own.span()).starts_with('{');
        if let (DeValue::Table(own), false, DeValue::Table(theirs)) =
            (own.get_mut(), is_inline, theirs.into_inner())
        {
            inherit(own, theirs, files);
        }
    }
}

/// The table with spans that are places in all files.
fn moved_table(table: DeTable<'_>, by: usize) -> DeTable<'_> {
    let entries = table.into_iter();
    entries
        .map(|(key, value)| (Spanned::new(moved(&key.span(), by), key.into_inner()), moved_value(value, by)))
        .collect()
}

fn moved_value(value: Spanned<DeValue<'_>>, by: usize) -> Spanned<DeValue<'_>> {
    let span = moved(&value.span(), by);
    let value = match value.into_inner() {
        DeValue::Array(array) => {
            DeValue::Array(array.into_iter().map(|element| moved_value(element, by)).collect())
        }
        DeValue::Table(table) => DeValue::Table(moved_table(table, by)),
        scalar => scalar,
    };
    Spanned::new(span, value)
}

fn moved(span: &Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}
