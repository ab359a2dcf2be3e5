//! The files of a template.

use std::collections::BTreeMap;

use crate::catalog::SourceText;
use globus_templates::handlebars::Body;

/// A file, parsed.
#[derive(Debug)]
pub(super) struct File {
    pub(super) source: SourceText,
    pub(super) tree: Body,
}

/// A template and its partials, by their names.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) main: File,
    pub(super) partials: BTreeMap<String, File>,
}

impl Files {
    /// The partial with this name, or the main template.
    pub(super) fn file(&self, partial: Option<&str>) -> &File {
        partial.and_then(|name| self.partials.get(name)).unwrap_or(&self.main)
    }

    /// Each file with the name of the partial that it is.
    pub(super) fn all(&self) -> impl Iterator<Item = &File> {
        std::iter::once(&self.main).chain(self.partials.values())
    }
}
