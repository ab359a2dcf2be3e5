//! The profiles and templates that ship inside the binary.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::source_text::{Origin, SourceText};

/// The profiles inside the binary, by name.
pub const EMBEDDED_PROFILES: &[(&str, &str)] = &[
    ("flow-runs", include_str!("../../profiles/flow-runs.toml")),
    ("globus-identity-mapping", include_str!("../../profiles/globus-identity-mapping.toml")),
    ("groups", include_str!("../../profiles/groups.toml")),
    ("groups-csv-excel", include_str!("../../profiles/groups-csv-excel.toml")),
    ("groups-html", include_str!("../../profiles/groups-html.toml")),
    ("groups-json", include_str!("../../profiles/groups-json.toml")),
    ("groups-md", include_str!("../../profiles/groups-md.toml")),
    ("groups-txt", include_str!("../../profiles/groups-txt.toml")),
    ("groups-yaml", include_str!("../../profiles/groups-yaml.toml")),
    ("hiera-yaml", include_str!("../../profiles/hiera-yaml.toml")),
    ("htgroup", include_str!("../../profiles/htgroup.toml")),
    ("jupyterhub-allowlist", include_str!("../../profiles/jupyterhub-allowlist.toml")),
    ("members", include_str!("../../profiles/members.toml")),
    ("members-html", include_str!("../../profiles/members-html.toml")),
    ("members-json", include_str!("../../profiles/members-json.toml")),
    ("passwd", include_str!("../../profiles/passwd.toml")),
    ("people", include_str!("../../profiles/people.toml")),
    ("transfers", include_str!("../../profiles/transfers.toml")),
    ("tree", include_str!("../../profiles/tree.toml")),
    ("tree-dot", include_str!("../../profiles/tree-dot.toml")),
    ("unix-group", include_str!("../../profiles/unix-group.toml")),
];

/// The templates inside the binary, by name.
pub const EMBEDDED_TEMPLATES: &[(&str, &str)] = &[
    ("flow-runs.csv.hbs", include_str!("../../templates/flow-runs.csv.hbs")),
    ("groups.csv.hbs", include_str!("../../templates/groups.csv.hbs")),
    ("groups.html.hbs", include_str!("../../templates/groups.html.hbs")),
    ("groups.json.hbs", include_str!("../../templates/groups.json.hbs")),
    ("groups.md.hbs", include_str!("../../templates/groups.md.hbs")),
    ("groups.txt.hbs", include_str!("../../templates/groups.txt.hbs")),
    ("groups.yaml.hbs", include_str!("../../templates/groups.yaml.hbs")),
    ("hiera.yaml.hbs", include_str!("../../templates/hiera.yaml.hbs")),
    ("identity-mapping.json.hbs", include_str!("../../templates/identity-mapping.json.hbs")),
    ("jupyterhub.json.hbs", include_str!("../../templates/jupyterhub.json.hbs")),
    ("members.csv.hbs", include_str!("../../templates/members.csv.hbs")),
    ("members.group.hbs", include_str!("../../templates/members.group.hbs")),
    ("members.htgroup.hbs", include_str!("../../templates/members.htgroup.hbs")),
    ("members.html.hbs", include_str!("../../templates/members.html.hbs")),
    ("members.json.hbs", include_str!("../../templates/members.json.hbs")),
    ("people.csv.hbs", include_str!("../../templates/people.csv.hbs")),
    ("people.passwd.hbs", include_str!("../../templates/people.passwd.hbs")),
    ("report-script.html.hbs", include_str!("../../templates/report-script.html.hbs")),
    ("report-style.html.hbs", include_str!("../../templates/report-style.html.hbs")),
    ("transfers.csv.hbs", include_str!("../../templates/transfers.csv.hbs")),
    ("tree.dot.hbs", include_str!("../../templates/tree.dot.hbs")),
    ("tree.txt.hbs", include_str!("../../templates/tree.txt.hbs")),
];

/// The kinds of templates that need no more than groups.
const OF_GROUPS: [&str; 2] = ["groups", "tree"];

/// The formats that the templates inside the binary write for groups, sorted.
#[must_use]
pub fn ready_formats() -> BTreeSet<&'static str> {
    let templates = EMBEDDED_TEMPLATES.iter().filter_map(|(name, _)| kind_and_format(name));
    let mut formats = BTreeSet::new();
    formats.extend(templates.filter(|(kind, _)| OF_GROUPS.contains(kind)).map(|(_, format)| format));
    formats
}

/// The name of the template inside the binary that writes this format. Of several, the one of the same kind as `like`
/// comes first, such as `tree.dot.hbs` for `tree.txt.hbs`, and then that of groups.
#[must_use]
pub fn ready_template(format: &str, like: &str) -> String {
    let file = like.rsplit('/').next().unwrap_or(like);
    let kind = kind_and_format(file).map_or("", |(kind, _)| kind);
    let of_format = EMBEDDED_TEMPLATES
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| kind_and_format(name).is_some_and(|(_, written)| written == format));
    let of_kind = |wanted: &str| {
        of_format.clone().find(|name| kind_and_format(name).is_some_and(|(found, _)| found == wanted))
    };
    let found = of_kind(kind).or_else(|| of_kind("groups")).or_else(|| of_format.clone().next());
    found.map_or_else(|| format!("groups.{format}.hbs"), str::to_owned)
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
