//! The profiles and templates that ship inside the binary.

use std::sync::Arc;

use super::source_text::{Origin, SourceText};

/// The profiles inside the binary, by name.
pub const EMBEDDED_PROFILES: &[(&str, &str)] = &[
    ("groups", include_str!("../../profiles/groups.toml")),
    ("groups-html", include_str!("../../profiles/groups-html.toml")),
    ("groups-json", include_str!("../../profiles/groups-json.toml")),
    ("groups-md", include_str!("../../profiles/groups-md.toml")),
    ("groups-txt", include_str!("../../profiles/groups-txt.toml")),
    ("groups-yaml", include_str!("../../profiles/groups-yaml.toml")),
    ("tree", include_str!("../../profiles/tree.toml")),
    ("tree-dot", include_str!("../../profiles/tree-dot.toml")),
];

/// The templates inside the binary, by name.
pub const EMBEDDED_TEMPLATES: &[(&str, &str)] = &[
    ("groups.csv.hbs", include_str!("../../templates/groups.csv.hbs")),
    ("groups.html.hbs", include_str!("../../templates/groups.html.hbs")),
    ("groups.json.hbs", include_str!("../../templates/groups.json.hbs")),
    ("groups.md.hbs", include_str!("../../templates/groups.md.hbs")),
    ("groups.txt.hbs", include_str!("../../templates/groups.txt.hbs")),
    ("groups.yaml.hbs", include_str!("../../templates/groups.yaml.hbs")),
    ("tree.dot.hbs", include_str!("../../templates/tree.dot.hbs")),
    ("tree.txt.hbs", include_str!("../../templates/tree.txt.hbs")),
];

/// The file with this name, if it is one of these.
pub(super) fn embedded(files: &[(&str, &str)], name: &str) -> Option<SourceText> {
    let (_, text) = files.iter().find(|(embedded, _)| *embedded == name)?;
    Some(SourceText { name: name.to_owned(), origin: Origin::Embedded, text: Arc::from(*text) })
}
