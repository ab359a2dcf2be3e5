//! The profiles and templates that ship inside the binary.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::source_text::{Origin, SourceText};

/// The profiles inside the binary, by name.
pub const EMBEDDED_PROFILES: &[(&str, &str)] = &[
    ("groups", include_str!("../../profiles/groups.toml")),
    ("groups-csv-excel", include_str!("../../profiles/groups-csv-excel.toml")),
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

/// The formats that the templates inside the binary write, sorted.
#[must_use]
pub fn ready_formats() -> BTreeSet<&'static str> {
    EMBEDDED_TEMPLATES.iter().filter_map(|(name, _)| Some(kind_and_format(name)?.1)).collect()
}

/// The name of the template inside the binary that writes this format. Of several, the one of the same kind as `like`
/// comes first: `tree.dot.hbs` for `tree.txt.hbs`.
#[must_use]
pub fn ready_template(format: &str, like: &str) -> String {
    let file = like.rsplit('/').next().unwrap_or(like);
    let kind = kind_and_format(file).map_or("", |(kind, _)| kind);
    let of_format = EMBEDDED_TEMPLATES
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| kind_and_format(name).is_some_and(|(_, written)| written == format));
    let of_kind =
        of_format.clone().find(|name| kind_and_format(name).is_some_and(|(found, _)| found == kind));
    of_kind.or_else(|| of_format.clone().next()).map_or_else(|| format!("groups.{format}.hbs"), str::to_owned)
}

/// `tree` and `dot` for `tree.dot.hbs`.
fn kind_and_format(template: &str) -> Option<(&str, &str)> {
    template.strip_suffix(".hbs")?.rsplit_once('.')
}

/// The file with this name, if it is one of these.
pub(super) fn embedded(files: &[(&str, &str)], name: &str) -> Option<SourceText> {
    let (_, text) = files.iter().find(|(embedded, _)| *embedded == name)?;
    Some(SourceText { name: name.to_owned(), origin: Origin::Embedded, text: Arc::from(*text) })
}
