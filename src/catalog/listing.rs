//! Everything that can be found by name.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::embedded::{EMBEDDED_PROFILES, EMBEDDED_TEMPLATES, embedded};
use super::name::is_hidden;
use super::search_path::{SearchPath, files};
use super::source_text::{Origin, SourceText, read_path, unreadable};
use crate::{Error, Result};

/// A profile or template that can be found by name.
#[derive(Debug)]
pub struct Found {
    /// Its name, origin and text.
    pub source: SourceText,
    /// Why it can't be read; its text is then empty.
    pub problem: Option<Error>,
    /// The file of the same name that is found first, so that this one is not used.
    pub shadowed_by: Option<Origin>,
}

impl SearchPath {
    /// Every profile, sorted by name; the used one of a name comes first.
    #[must_use]
    pub fn list_profiles(&self) -> Vec<Found> {
        list("profile", self.profile_candidates(), EMBEDDED_PROFILES)
    }

    /// Every template but those beside profiles, sorted by name; the used one of a name comes first.
    #[must_use]
    pub fn list_templates(&self) -> Vec<Found> {
        list("template", self.template_candidates(), EMBEDDED_TEMPLATES)
    }
}

/// Every profile on this process's search path; see [`SearchPath::list_profiles`].
#[must_use]
pub fn list_profiles() -> Vec<Found> {
    SearchPath::from_env().list_profiles()
}

/// The profiles in one folder, sorted by name. Fails with [`Kind::Usage`](crate::Kind::Usage) if there are none.
pub fn list_profiles_in(folder: &Path) -> Result<Vec<Found>> {
    fs::read_dir(folder).map_err(|error| unreadable("folder", folder, &error))?;
    let name_of = |file: String| {
        let name = file.strip_suffix(".toml").filter(|name| !is_hidden(name))?;
        Some((name.to_owned(), Origin::File(folder.join(&file))))
    };
    let found = list("profile", files(folder).into_iter().filter_map(name_of).collect(), &[]);
    if found.is_empty() {
        return Err(Error::usage(format!("there are no profiles in `{}`", folder.display()))
            .because("no file in it ends in `.toml`"));
    }
    Ok(found)
}

/// Every template on this process's search path; see [`SearchPath::list_templates`].
#[must_use]
pub fn list_templates() -> Vec<Found> {
    SearchPath::from_env().list_templates()
}

/// Reads these files, which are in the order of the search.
fn list(what: &str, candidates: Vec<(String, Origin)>, embedded_files: &[(&str, &str)]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (name, origin) in candidates {
        let first = found.iter().find(|earlier| earlier.source.name == name);
        let shadowed_by = first.map(|first| first.source.origin.clone());
        let read = match &origin {
            Origin::File(path) => read_path(what, path.clone(), name.clone()).map(Some),
            Origin::Embedded => Ok(embedded(embedded_files, &name)),
        };
        let (source, problem) = match read {
            Ok(source) => (source, None),
            Err(error) => (None, Some(error)),
        };
        let source = source.unwrap_or_else(|| SourceText { name, origin, text: Arc::from("") });
        found.push(Found { source, problem, shadowed_by });
    }
    // The sort is stable, so that one name keeps the order of the search.
    found.sort_by(|a, b| a.source.name.cmp(&b.source.name));
    found
}
