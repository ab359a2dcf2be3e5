//! Whether a list changes while its pages are read.

use std::collections::HashSet;

use crate::data::row_kind::RowKind;
use crate::diagnostic::clean;
use crate::globus::api::{Next, Paginator};
use globus_templates::value::{Object, Value};

/// The rows of the pages so far.
pub(super) struct SeenRows<'k> {
    kind: &'k RowKind,
    keys: HashSet<String>,
    /// The page before, if each one says which rows it is asked for: a service that ignores this sends the same one for ever.
    page: Option<Vec<Value>>,
}

impl<'k> SeenRows<'k> {
    pub(super) fn new(kind: &'k RowKind, paginator: &Paginator) -> Self {
        let page = matches!(paginator, Paginator::Offset(_)).then(Vec::new);
        Self { kind, keys: HashSet::new(), page }
    }

    /// Takes the rows of a page. The error says why they can't follow those before.
    pub(super) fn check(&mut self, rows: &[Value], next: &Next) -> Result<(), String> {
        if self.page.as_ref().is_some_and(|page| !rows.is_empty() && page == rows) {
            return Err("it has the same rows as the page before, so the list would never end".to_owned());
        }
        if let Some(twice) = self.objects(rows).find(|(key, _)| self.keys.contains(key)) {
            let (key, row) = twice;
            let label = clean(&self.kind.label_of(row).unwrap_or(key));
            return Err(format!(
                "`{label}` is on an earlier page too: the list changed while it was read, so rows may be missing"
            ));
        }
        if matches!(next, Next::Page(_)) {
            let keys: Vec<String> = self.objects(rows).map(|(key, _)| key).collect();
            self.keys.extend(keys);
            if let Some(page) = &mut self.page {
                *page = rows.to_vec();
            }
        }
        Ok(())
    }

    /// The rows that have a key.
    fn objects<'r>(&self, rows: &'r [Value]) -> impl Iterator<Item = (String, &'r Object)> {
        let kind = self.kind;
        rows.iter().filter_map(move |row| {
            let row = row.as_object()?;
            Some((kind.key_of(row)?, row))
        })
    }
}
