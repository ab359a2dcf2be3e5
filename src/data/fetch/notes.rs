//! What a person is told of a source once its rows are there: each thing once, however many rows it is about.

use std::cell::RefCell;

use super::node::ListOf;
use crate::data::first_names::{FirstNames, Place};
use crate::data::source_name::SourceName;

#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The rows of the parent for which the list is left out.
    skipped: RefCell<FirstNames>,
    cut: RefCell<Cut>,
    /// The numbers of rows in which characters were replaced.
    replaced: RefCell<FirstNames>,
}

/// The lists that a service has cut.
#[derive(Debug, Default)]
struct Cut {
    /// Where each belongs, such as `` for `x` of `data.endpoints` ``; empty if the source has no parent.
    lists: FirstNames,
    /// Why the first one is, and which one that is.
    why: Option<(Place, String)>,
}

impl Notes {
    pub(super) fn skip(&self, parent: &[usize], row: &str) {
        self.skipped.borrow_mut().add_at(parent, format!("`{row}`"));
    }

    pub(super) fn cut(&self, of: &ListOf, why: String) {
        let mut cut = self.cut.borrow_mut();
        cut.lists.add_at(&of.place, of.label.trim_start());
        if cut.why.as_ref().is_none_or(|(place, _)| of.place < *place) {
            cut.why = Some((of.place.clone(), why));
        }
    }

    pub(super) fn replace(&self, of: &ListOf, rows: &[usize]) {
        let mut replaced = self.replaced.borrow_mut();
        for number in rows {
            replaced.add_at(&of.place, number.to_string());
        }
    }

    /// Says it. `service` sent the rows.
    pub(super) fn say(&self, source: &SourceName, service: &str) {
        let (replaced, cut, skipped) = (self.replaced.borrow(), self.cut.borrow(), self.skipped.borrow());
        match replaced.count() {
            0 => {}
            1 => log::warn!(
                "{service} sent a lone surrogate in number {replaced} of the {}; U+FFFD replaces it",
                source.name()
            ),
            many => log::warn!(
                "{service} sent lone surrogates in {many} of the {}, numbers {replaced}; U+FFFD replaces them",
                source.name()
            ),
        }
        let Cut { lists, why } = &*cut;
        let why = why.as_ref().map_or("", |(_, why)| why);
        match lists.count() {
            0 => {}
            1 => {
                let of = lists.to_string();
                let space = if of.is_empty() { "" } else { " " };
                log::warn!("the list `{source}`{space}{of} is not whole: {why}");
            }
            many => log::warn!("{many} lists `{source}` are not whole, {lists}: {why}"),
        }
        if skipped.count() > 0 {
            let rows = if skipped.count() == 1 { "row" } else { "rows" };
            log::warn!(
                "`{source}` is left out for {} {rows} of its parent, as `on_status` says: {skipped}",
                skipped.count()
            );
        }
    }
}
