//! The texts of a profile and of those that it extends.

use std::cell::OnceCell;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, Error};

use super::secret;
use crate::catalog::{Origin, SourceText};

/// The texts one behind the other, so that the place of a byte among all of them also says in which file it is.
pub(super) struct Files {
    profile: ProfileFile,
}

/// The file of a profile. What it extends is added while what is parsed from it is in use.
pub(super) struct ProfileFile {
    pub(super) source: SourceText,
    /// The place of its first byte.
    pub(super) start: usize,
    shown: OnceCell<Arc<str>>,
    base: OnceCell<Box<Self>>,
}

impl Files {
    pub(super) fn new(profile: SourceText) -> Self {
        Self { profile: ProfileFile::new(profile, 0) }
    }

    /// The profile itself.
    pub(super) fn profile(&self) -> &ProfileFile {
        &self.profile
    }

    /// The profile, the one that it extends, and so on.
    pub(super) fn iter(&self) -> impl Iterator<Item = &ProfileFile> {
        iter::successors(Some(&self.profile), |file| file.base.get().map(Box::as_ref))
    }

    /// Where the bases are, the nearest one first.
    pub(super) fn bases(&self) -> Vec<Origin> {
        self.iter().skip(1).map(|file| file.source.origin.clone()).collect()
    }

    /// The file with the byte at this place.
    pub(super) fn at(&self, place: usize) -> &ProfileFile {
        self.iter().take_while(|file| file.start <= place).last().unwrap_or(&self.profile)
    }

    /// These bytes, as they are written.
    pub(super) fn text(&self, span: &Range<usize>) -> &str {
        let file = self.at(span.start);
        file.source.text.get(file.own(span)).unwrap_or_default()
    }
}

impl ProfileFile {
    fn new(source: SourceText, start: usize) -> Self {
        Self { source, start, shown: OnceCell::new(), base: OnceCell::new() }
    }

    /// Adds the profile that this one extends.
    pub(super) fn extend(&self, base: SourceText) -> &Self {
        // One byte lies between two files: a mistake can be at the end of the first.
        let start = self.start + self.source.text.len() + 1;
        self.base.get_or_init(|| Box::new(Self::new(base, start)))
    }

    /// Its table, with spans that are counted from its own first byte, and its mistakes of syntax.
    pub(super) fn parse(&self) -> (DeTable<'_>, Vec<Error>) {
        let text = &self.source.text;
        let (table, errors) = DeTable::parse_recoverable(text);
        (table.into_inner(), errors)
    }

    /// Its text, in which what looks like a secret is masked.
    pub(super) fn shown(&self) -> Arc<str> {
        self.shown.get_or_init(|| secret::shown(&self.source.text)).clone()
    }

    /// Whether any of these bytes look like a secret.
    pub(super) fn hides(&self, span: &Range<usize>) -> bool {
        self.source.text.get(self.own(span)) != self.shown().get(self.own(span))
    }

    /// The line with the byte at this place, counted from 1.
    pub(super) fn line(&self, place: usize) -> usize {
        let before = self.source.text.bytes().take(place.saturating_sub(self.start));
        before.filter(|byte| *byte == b'\n').count() + 1
    }

    /// The same bytes, counted from its own first one.
    pub(super) fn own(&self, span: &Range<usize>) -> Range<usize> {
        span.start.saturating_sub(self.start)..span.end.saturating_sub(self.start)
    }
}
