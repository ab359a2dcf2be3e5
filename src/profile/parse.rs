//! From the text of a profile to the [`Profile`] that is meant.

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::model::{Auth, Environment, Escaping, Http, Output, Profile, Storage};
use super::paths::{self, BadPath, Env};
use super::reader::{Item, Report, Table, listed, word};
use super::{auth, secret, sections, vars};
use crate::catalog::{self, Source};
use crate::diagnostic::{clean, mask};
use crate::globus::scope::Scope;
use crate::globus::tokens;
use crate::{Error, Result};

/// What the scopes of Globus Groups begin with.
const GROUPS_SCOPES: &str = "urn:globus:auth:scope:groups.api.globus.org:";
const STORAGE_HELP: &str = "write a path that ends in `.json` or `.db`, \"app:NAME\" or \"memory\"";
const TEMPLATE_HELP: &str = "its name tells the format of the output, as `groups.csv.hbs` does";

impl Profile {
    /// Finds a profile by name or path and reads it; see [`search`] and [`Profile::parse`].
    pub fn load(name: &str) -> Result<Self> {
        Self::parse(catalog::find_profile(name)?, &paths::process_env)
    }

    /// Reads the text of a profile. Fails with [`Kind::Usage`](crate::Kind::Usage) and every mistake in it, each with
    /// its place. `env` gives the variables for `~` and `${VAR}`.
    pub fn parse(source: Source, env: &Env<'_>) -> Result<Self> {
        let (table, syntax) = DeTable::parse_recoverable(&source.text);
        let table = table.get_ref();
        let shown = mask(&source.text, &secret::hidden(&source.text, table, !syntax.is_empty()));
        let mut report = Report::new(&source.text, &syntax);
        let read = read(table, &Place { folder: source.folder(), env }, &mut report);
        match read {
            Some(required) if report.is_empty() => {
                Ok(Self { name: source.name, origin: source.origin, source: shown, ..required })
            }
            _ => {
                let path = source.display_path();
                let (total, diagnostics) = report.finish(&path, &shown);
                let what = match total {
                    1 => format!("the profile {} has a mistake", clean(&path)),
                    n if n > diagnostics.len() => format!(
                        "the profile {} has {n} mistakes, of which the first {} are shown",
                        clean(&path),
                        diagnostics.len()
                    ),
                    n => format!("the profile {} has {n} mistakes", clean(&path)),
                };
                Err(Error::usage(what).with(diagnostics))
            }
        }
    }
}

/// Where a profile lies and what its paths are expanded with.
pub(super) struct Place<'p> {
    folder: Option<&'p Path>,
    env: &'p Env<'p>,
}

impl Place<'_> {
    /// A path as meant.
    pub(super) fn path(&self, item: &Item<'_>, report: &mut Report<'_>) -> Option<PathBuf> {
        let text = item.string(report)?;
        let path = paths::resolve(text, self.folder, self.env);
        path.map_err(|bad| refuse_path(item, text, bad, report)).ok()
    }
}

fn refuse_path(item: &Item<'_>, text: &str, bad: BadPath, report: &mut Report<'_>) {
    let span = report.inside(item, text, &bad.at);
    match bad.help {
        Some(help) => report.error_help(span, bad.message, help),
        None => report.error(span, bad.message),
    }
}

/// The profile without its name, origin and text; none if something required is missing or wrong.
fn read(entries: &DeTable<'_>, place: &Place<'_>, report: &mut Report<'_>) -> Option<Profile> {
    let root = Table::root(entries, sections::ROOT, report);
    let description =
        root.get("description").and_then(|item| item.string(report)).unwrap_or_default().to_owned();
    let client_id =
        required(&root, "client_id", "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"", report)
            .and_then(|item| client_id(&item, report));
    let scopes = required(
        &root,
        "scopes",
        &format!("scopes = [\"{GROUPS_SCOPES}view_my_groups_and_memberships\"]"),
        report,
    )
    .and_then(|item| scopes(&item, report));
    let storage = required(&root, "storage", "storage = \"~/.my-tokens.json\"", report)
        .and_then(|item| storage(&item, place, report));
    let template_item = required(&root, "template", "template = \"groups.csv.hbs\"", report);
    let template = template_item.as_ref().and_then(|item| template(item, place, report));

    let auth = root.get("auth").map_or_else(Auth::default, |item| auth::read(&item, place, report));
    if let Some(item) = root.get("groups") {
        sections::groups(&item, report);
    }
    let vars = root.get("vars").map(|item| vars::read(&item, report)).unwrap_or_default();
    let escaping =
        root.get("escaping").map_or_else(Escaping::default, |item| sections::escaping(&item, report));
    let output =
        root.get("output").map_or_else(Output::default, |item| sections::output(&item, place, report));
    let http = root.get("http").map_or_else(Http::default, |item| sections::http(&item, place, report));
    let environment = root
        .get("environment")
        .map_or_else(Environment::default, |item| sections::environment(&item, report));

    Some(Profile {
        name: String::new(),
        origin: crate::catalog::Origin::Embedded,
        source: "".into(),
        description,
        client_id: client_id?,
        scopes: scopes?,
        storage: storage?,
        template: template?,
        template_span: template_item?.span,
        auth,
        vars,
        escaping,
        output,
        http,
        environment,
    })
}

fn required<'t>(root: &Table<'t>, key: &str, example: &str, report: &mut Report<'_>) -> Option<Item<'t>> {
    let item = root.get(key);
    if item.is_none() {
        report.missing(key, example);
    }
    item
}

fn client_id(item: &Item<'_>, report: &mut Report<'_>) -> Option<String> {
    let text = item.string(report)?;
    // The parser also takes forms without hyphens, which Globus does not.
    let id = uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
    if id.is_none() {
        report.error_help(
            item.span.clone(),
            "`client_id` must be a UUID",
            "such as `61338d24-54d5-408f-a10d-66c06b59f6d2`",
        );
    }
    id.map(|id| id.to_string())
}

fn scopes(item: &Item<'_>, report: &mut Report<'_>) -> Option<Vec<Scope>> {
    let elements = item.array("an array of strings", report)?;
    if elements.is_empty() {
        report.error_help(item.span.clone(), "`scopes` is empty", "name at least one scope");
        return None;
    }
    let mut scopes: Vec<Scope> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for element in &elements {
        let Some(text) = element.string(report) else { continue };
        match Scope::parse(text) {
            Err(bad) => report.error(report.inside(element, text, &bad.at), bad.message),
            Ok(scope) if seen.insert(scope.name.clone()) => scopes.push(scope),
            Ok(scope) => {
                let message = format!("the scope `{}` is there twice", word(&scope.name));
                report.error(element.span.clone(), message);
            }
        }
    }
    if !scopes.iter().any(|scope| scope.name.starts_with(GROUPS_SCOPES)) && scopes.len() == elements.len() {
        report.error_help(
            item.span.clone(),
            "`scopes` has no scope of Globus Groups, which every run asks",
            format!("such as \"{GROUPS_SCOPES}view_my_groups_and_memberships\""),
        );
    }
    Some(scopes)
}

fn storage(item: &Item<'_>, place: &Place<'_>, report: &mut Report<'_>) -> Option<Storage> {
    let text = item.string(report)?;
    let ends_in = |wanted: &str| Path::new(text).extension().is_some_and(|extension| extension == wanted);
    if text == "memory" {
        return Some(Storage::Memory);
    }
    if let Some(app) = text.strip_prefix("app:") {
        match tokens::check_app_name(app) {
            Ok(()) => return Some(Storage::App(app.to_owned())),
            Err(why) => report.error_help(
                item.span.clone(),
                format!("`{}` can't be the name of a GlobusApp: {why}", word(app)),
                "write the name as the program has it in `UserApp(NAME, ...)` or `ClientApp(NAME, ...)`",
            ),
        }
    } else if ends_in("db") {
        return place.path(item, report).map(Storage::Sqlite);
    } else if ends_in("json") {
        return place.path(item, report).map(Storage::Json);
    } else {
        let message = format!("`{}` is no storage", word(text));
        report.error_help(item.span.clone(), message, STORAGE_HELP);
    }
    None
}

fn template(item: &Item<'_>, place: &Place<'_>, report: &mut Report<'_>) -> Option<String> {
    let text = item.string(report)?;
    let file = Path::new(text);
    let inner = file.file_stem().and_then(|stem| Path::new(stem).extension());
    if text.is_empty() {
        report.error_help(item.span.clone(), "`template` is empty", TEMPLATE_HELP);
        return None;
    }
    if file.extension().is_none_or(|extension| extension != "hbs")
        || inner.is_none_or(std::ffi::OsStr::is_empty)
    {
        let message = format!("`{}` must end in a format and `.hbs`", word(text));
        report.error_help(item.span.clone(), message, TEMPLATE_HELP);
        return None;
    }
    // Only expanded, not resolved: the search resolves it, against the same folder.
    let expanded = match paths::expand(text, place.env) {
        Ok(expanded) => expanded.into_string().ok(),
        Err(bad) => {
            refuse_path(item, text, bad, report);
            return None;
        }
    };
    match &expanded {
        None => report.error(item.span.clone(), "the path of a template must be UTF-8"),
        Some(path) if place.folder.is_none() && path.contains('/') && !Path::new(path).is_absolute() => {
            report.error(item.span.clone(), "a profile built into the program cannot hold a relative path");
        }
        Some(_) => {}
    }
    expanded
}

/// The one of `words` that a string is; reports the nearest if it is none of them.
pub(super) fn choice<'t>(item: &Item<'t>, words: &[&str], report: &mut Report<'_>) -> Option<&'t str> {
    let text = item.string(report)?;
    if words.contains(&text) {
        return Some(text);
    }
    let message = format!("`{}` cannot be `{}`", item.name, word(text));
    let help = match crate::diagnostic::nearest(text, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it is one of {}", listed(words)),
    };
    report.error_help(item.span.clone(), message, help);
    None
}
