//! What there is to try: `formats/*.toml`.

use std::fs;
use std::path::Path;

use serde::Deserialize;

/// A format, by the inner extension of its templates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    #[serde(skip)]
    pub extension: String,
    /// The parsers that read its places.
    readers: Vec<String>,
    /// What stands before the rows, and after them.
    #[serde(default)]
    head: String,
    #[serde(default)]
    tail: String,
    /// The longest name that is tried, in bytes, where a parser is slow.
    #[serde(default = "any_length")]
    pub longest: usize,
    /// Whether a name with blanks at its ends is left out, because a parser drops them.
    #[serde(default)]
    pub leaves_blanks_out: bool,
    #[serde(rename = "place")]
    pub places: Vec<Place>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub at: String,
    /// The template of one group.
    pub row: String,
    head: Option<String>,
    tail: Option<String>,
    readers: Option<Vec<String>>,
    /// `json` if it holds any text, because its values are JSON.
    pub holds: Option<String>,
    /// Whether nothing can stand here, because the format has no such place.
    #[serde(default)]
    pub invalid: bool,
    /// Which values can stand here, if not all can.
    pub only: Option<String>,
}

fn any_length() -> usize {
    usize::MAX
}

impl Format {
    /// In the order of their names.
    pub fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/places/formats");
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| Self::read(file)).collect()
    }

    fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap();
        let format: Self =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Self { extension: file.file_stem().unwrap().to_str().unwrap().to_owned(), ..format }
    }

    pub fn readers<'a>(&'a self, place: &'a Place) -> &'a [String] {
        place.readers.as_ref().unwrap_or(&self.readers)
    }

    /// A template with this row instead of that of a place.
    pub fn template_of(&self, row: &str) -> String {
        format!("{}{{{{#each groups}}}}{row}{{{{/each}}}}{}", self.head, self.tail)
    }

    pub fn template(&self, place: &Place) -> String {
        let head = place.head.as_ref().unwrap_or(&self.head);
        let tail = place.tail.as_ref().unwrap_or(&self.tail);
        format!("{head}{{{{#each groups}}}}{}{{{{/each}}}}{tail}", place.row)
    }
}
