//! Where profiles and templates are found by name.
//!
//! A name is looked up in each folder of `$RUNNER_PROFILE_PATH`, the user's configuration directory,
//! `/etc/globus-runner`, and among the files that ship inside the binary. A template is looked for beside its profile first.
//! The working directory is never searched by name, because a profile can run commands.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{clean, nearest};
use crate::fs::open_regular;
use crate::profile::Profile;
use crate::{Error, Result};

/// The largest profile or template that is read, in bytes.
pub const SIZE_LIMIT: u64 = 1024 * 1024;

/// The profiles that ship inside the binary, by name.
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

/// The templates that ship inside the binary, by name.
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

/// Where a profile or template came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// This file.
    File(PathBuf),
    /// The binary itself.
    Embedded,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(&clean(&path.to_string_lossy())),
            Self::Embedded => f.write_str("built in"),
        }
    }
}

/// The text of a profile or template, and where it came from.
#[derive(Clone)]
pub struct Source {
    /// The name it was asked for by; for a profile given as a path, the file's name without `.toml`.
    pub name: String,
    /// Where it came from.
    pub origin: Origin,
    /// Its whole text.
    pub text: Arc<str>,
}

/// Leaves the text out: a profile that holds a secret by mistake must not reach a log.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Source {
    /// The file as a message names it.
    #[must_use]
    pub fn display_path(&self) -> String {
        match &self.origin {
            Origin::File(path) => path.to_string_lossy().into_owned(),
            Origin::Embedded => format!("built-in {}", self.name),
        }
    }

    /// The folder that relative paths start from; none for an embedded file.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => path.parent(),
            Origin::Embedded => None,
        }
    }
}

/// One profile that `runner profiles` lists.
#[derive(Debug)]
pub struct Found {
    /// The name to run it by.
    pub name: String,
    /// Where it is.
    pub origin: Origin,
    /// Its description, or why it cannot be used.
    pub description: Result<String>,
    /// The profile of the same name that is found first, so that this one is not used.
    pub shadowed_by: Option<Origin>,
}

/// One template that `runner templates` lists.
#[derive(Debug)]
pub struct FoundTemplate {
    /// Its name, where it is, and its text.
    pub source: Source,
    /// Why it can't be read; its text is then empty.
    pub problem: Option<Error>,
    /// The template of the same name that is found first, so that this one is not used.
    pub shadowed_by: Option<Origin>,
}

/// The folders to look in, in order.
#[derive(Debug, Clone, Default)]
pub struct SearchPath {
    /// The absolute entries of `$RUNNER_PROFILE_PATH`. They hold profiles and templates side by side.
    pub own: Vec<PathBuf>,
    /// Folders with the subfolders `profiles` and `templates`: the user's, then the system's.
    pub shared: Vec<PathBuf>,
}

impl SearchPath {
    /// The search path of this process. Entries of `$RUNNER_PROFILE_PATH` that are not absolute are ignored.
    #[must_use]
    pub fn from_env() -> Self {
        let own = std::env::var_os("RUNNER_PROFILE_PATH").map_or_else(Vec::new, |list| {
            // A relative entry would have the working directory searched.
            std::env::split_paths(&list).filter(|entry| entry.is_absolute()).collect()
        });
        let user = user_folder().ok();
        let shared = user.into_iter().chain([PathBuf::from("/etc/globus-runner")]).collect();
        Self { own, shared }
    }

    /// The folders that profiles are looked for in.
    #[must_use]
    pub fn profiles(&self) -> Vec<PathBuf> {
        self.folders("profiles")
    }

    /// The folders that templates are looked for in, after the profile's own.
    #[must_use]
    pub fn templates(&self) -> Vec<PathBuf> {
        self.folders("templates")
    }

    fn folders(&self, kind: &str) -> Vec<PathBuf> {
        self.own.iter().cloned().chain(self.shared.iter().map(|folder| folder.join(kind))).collect()
    }

    /// Finds a profile by name or path. Fails with [`Kind::Usage`](crate::Kind::Usage) if there is none, or it cannot be read.
    pub fn find_profile(&self, name: &str) -> Result<Source> {
        if name.contains('/') || is_toml(Path::new(name)) {
            let path = plain_path("profile", name)?;
            let own_name = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
            return read_path("profile", path, own_name.unwrap_or_default());
        }
        check_profile_name(name).map_err(|error| {
            error.help("a path is told from a name by a `/` in it, or by ending in `.toml`")
        })?;
        let folders = self.profiles();
        let file = format!("{name}.toml");
        find_in(&folders, &file, name, EMBEDDED_PROFILES)?.ok_or_else(|| {
            let names: Vec<String> = self.candidates().into_iter().map(|(name, _)| name).collect();
            let near = nearest(name, names.iter().map(String::as_str));
            let help = "`runner profiles` lists the profiles that there are";
            not_found("profile", name, &folders)
                .help(near.map_or_else(|| help.into(), |near| format!("did you mean `{near}`? {help}")))
        })
    }

    /// Finds a template by name or path; a relative path starts at the profile's folder. Fails with
    /// [`Kind::Usage`](crate::Kind::Usage) if there is none, or it cannot be read.
    pub fn find_template(&self, name: &str, profile_dir: Option<&Path>) -> Result<Source> {
        if name.contains('/') {
            let path = plain_path("template", name)?;
            let path = profile_dir.map_or(path.clone(), |folder| folder.join(&path));
            return read_path("template", path, name.to_owned());
        }
        if name.is_empty() || name.contains("..") || name.contains('\0') || name == "." {
            return Err(Error::usage(format!("`{}` is not the name of a template", clean(name))));
        }
        let mut folders: Vec<PathBuf> = profile_dir.map(Path::to_path_buf).into_iter().collect();
        folders.extend(self.templates());
        find_in(&folders, name, name, EMBEDDED_TEMPLATES)?.ok_or_else(|| {
            let mut names: Vec<String> =
                folders.iter().flat_map(|folder| files(folder)).filter(|file| is_hbs(file)).collect();
            names.extend(EMBEDDED_TEMPLATES.iter().map(|(name, _)| (*name).to_owned()));
            let error = not_found("template", name, &folders);
            match nearest(name, names.iter().map(String::as_str)) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error,
            }
        })
    }

    /// Every profile that can be found by name, sorted by name, and of one name the one that is used first.
    #[must_use]
    pub fn list_profiles(&self) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for (name, origin) in self.candidates() {
            let source = match &origin {
                Origin::File(path) => read_path("profile", path.clone(), name.clone()),
                Origin::Embedded => Ok(embedded(EMBEDDED_PROFILES, &name)),
            };
            let description = source
                .and_then(|source| Profile::parse(source, &crate::profile::process_env))
                .map(|profile| profile.description);
            let shadowed_by =
                found.iter().find(|earlier| earlier.name == name).map(|earlier| earlier.origin.clone());
            found.push(Found { name, origin, description, shadowed_by });
        }
        // The sort is stable, so one name keeps its order of precedence.
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// Every template that can be found by name, sorted by name, and of one name the one that is used first. Those
    /// beside profiles are not among them.
    #[must_use]
    pub fn list_templates(&self) -> Vec<FoundTemplate> {
        let in_folder = |folder: PathBuf| {
            let names = files(&folder).into_iter().filter(|file| is_hbs(file));
            names.map(|name| (name.clone(), Origin::File(folder.join(name)))).collect::<Vec<_>>()
        };
        let built_in = EMBEDDED_TEMPLATES.iter().map(|(name, _)| ((*name).to_owned(), Origin::Embedded));
        let mut found: Vec<FoundTemplate> = Vec::new();
        for (name, origin) in self.templates().into_iter().flat_map(in_folder).chain(built_in) {
            let read = match &origin {
                Origin::File(path) => read_path("template", path.clone(), name.clone()),
                Origin::Embedded => Ok(embedded(EMBEDDED_TEMPLATES, &name)),
            };
            let shadowed_by = found.iter().find(|earlier| earlier.source.name == name);
            let shadowed_by = shadowed_by.map(|earlier| earlier.source.origin.clone());
            let (source, problem) = match read {
                Ok(source) => (source, None),
                Err(error) => (Source { name, origin, text: Arc::from("") }, Some(error)),
            };
            found.push(FoundTemplate { source, problem, shadowed_by });
        }
        // The sort is stable, so one name keeps its order of precedence.
        found.sort_by(|a, b| a.source.name.cmp(&b.source.name));
        found
    }

    /// Every profile that can be found by name, in the order of the search.
    fn candidates(&self) -> Vec<(String, Origin)> {
        let mut candidates = Vec::new();
        for folder in self.profiles() {
            for file in files(&folder) {
                if let Some(name) = file.strip_suffix(".toml").filter(|name| is_profile_name(name)) {
                    candidates.push((name.to_owned(), Origin::File(folder.join(&file))));
                }
            }
        }
        candidates.extend(EMBEDDED_PROFILES.iter().map(|(name, _)| ((*name).to_owned(), Origin::Embedded)));
        candidates
    }
}

/// Finds a profile on this process's search path; see [`SearchPath::find_profile`].
pub fn find_profile(name: &str) -> Result<Source> {
    SearchPath::from_env().find_profile(name)
}

/// Finds a template on this process's search path; see [`SearchPath::find_template`].
pub fn find_template(name: &str, profile_dir: Option<&Path>) -> Result<Source> {
    SearchPath::from_env().find_template(name, profile_dir)
}

/// Every template on this process's search path; see [`SearchPath::list_templates`].
#[must_use]
pub fn list_templates() -> Vec<FoundTemplate> {
    SearchPath::from_env().list_templates()
}

/// Where the user's own `profiles` and `templates` are. Fails with [`Kind::Usage`](crate::Kind::Usage) without a home.
pub fn user_folder() -> Result<PathBuf> {
    let user = directories::ProjectDirs::from("", "", "globus-runner");
    user.map(|folders| folders.config_dir().to_path_buf())
        .ok_or_else(|| Error::usage("there is no folder for your own files").because("HOME is not set"))
}

/// Every profile on this process's search path; see [`SearchPath::list_profiles`].
#[must_use]
pub fn list_profiles() -> Vec<Found> {
    SearchPath::from_env().list_profiles()
}

/// Whether a profile can be found by this name. Fails with [`Kind::Usage`](crate::Kind::Usage) if not.
pub fn check_profile_name(name: &str) -> Result<()> {
    if is_profile_name(name) {
        return Ok(());
    }
    Err(Error::usage(format!("`{}` is not the name of a profile", clean(name)))
        .because("a name is made of letters, digits, `.`, `_` and `-`, without `..`"))
}

fn is_profile_name(name: &str) -> bool {
    !name.is_empty()
        && name != "."
        && !name.contains("..")
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Case counts, as it does everywhere else in a file's name.
fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

fn is_hbs(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "hbs")
}

fn plain_path(what: &str, name: &str) -> Result<PathBuf> {
    if name.contains('\0') {
        return Err(Error::usage(format!("the path of a {what} cannot hold a NUL: `{}`", clean(name))));
    }
    Ok(PathBuf::from(name))
}

/// The names of the regular files in a folder, sorted. A folder that is not there, or not ours to read, has none.
fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<String> = entries
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_file()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    files.sort();
    files
}

fn find_in(
    folders: &[PathBuf],
    file: &str,
    name: &str,
    embedded_files: &[(&str, &str)],
) -> Result<Option<Source>> {
    for folder in folders {
        let path = folder.join(file);
        match fs::metadata(&path) {
            Ok(about) if about.is_file() => return read_path("file", path, name.to_owned()).map(Some),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            // Passing over it could run another profile than the one that was meant.
            Err(error) => return Err(unreadable("file", &path, &error)),
        }
    }
    let known = embedded_files.iter().any(|(embedded, _)| *embedded == name);
    Ok(known.then(|| embedded(embedded_files, name)))
}

fn embedded(files: &[(&str, &str)], name: &str) -> Source {
    let text = files.iter().find(|(embedded, _)| *embedded == name).map_or("", |(_, text)| *text);
    Source { name: name.to_owned(), origin: Origin::Embedded, text: Arc::from(text) }
}

fn read_path(what: &str, path: PathBuf, name: String) -> Result<Source> {
    let bytes = read_limited(&path).map_err(|error| unreadable(what, &path, &error))?;
    let shown = clean(&path.to_string_lossy());
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(Error::usage(format!("{shown} is larger than 1 MiB"))
            .help(format!("is this the right {what}? It is meant to be written by a person")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source { name, origin: Origin::File(path), text: Arc::from(text) }),
        Err(error) => Err(Error::usage(format!(
            "{shown} is not UTF-8 text: byte {} is wrong",
            error.utf8_error().valid_up_to()
        ))),
    }
}

/// Reads one byte more than the limit, so that the caller can tell.
fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path)?.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::usage(format!("cannot read the {what} {}", clean(&path.to_string_lossy()))).because(error)
}

fn not_found(what: &str, name: &str, folders: &[PathBuf]) -> Error {
    let folders: Vec<_> = folders.iter().map(|folder| clean(&folder.to_string_lossy())).collect();
    Error::usage(format!("there is no {what} `{}`", clean(name))).because(format!(
        "looked in {}{}the ones built in",
        folders.join(", "),
        if folders.is_empty() { "" } else { " and " }
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::{EMBEDDED_PROFILES, Origin, SearchPath};
    use crate::Kind;

    fn search(dir: &tempfile::TempDir) -> SearchPath {
        let own = dir.path().join("own");
        let user = dir.path().join("user");
        for folder in [own.clone(), user.join("profiles"), user.join("templates")] {
            fs::create_dir_all(folder).unwrap();
        }
        SearchPath { own: vec![own], shared: vec![user, PathBuf::from("/nowhere")] }
    }

    #[test]
    fn the_first_folder_wins_and_the_binary_comes_last() {
        let dir = tempfile::tempdir().unwrap();
        let search = search(&dir);
        assert_eq!(search.find_profile("groups").unwrap().origin, Origin::Embedded);
        let user = dir.path().join("user/profiles/groups.toml");
        fs::write(&user, "").unwrap();
        assert_eq!(search.find_profile("groups").unwrap().origin, Origin::File(user));
        let own = dir.path().join("own/groups.toml");
        fs::write(&own, "").unwrap();
        assert_eq!(search.find_profile("groups").unwrap().origin, Origin::File(own.clone()));

        let listed = search.list_profiles();
        assert_eq!(listed.len(), 2 + EMBEDDED_PROFILES.len());
        assert_eq!(listed[0].shadowed_by, None);
        assert!(listed[0].description.is_err());
        assert_eq!(listed[2].shadowed_by, Some(Origin::File(own)));
        assert_eq!(
            listed[2].description.as_deref().unwrap(),
            "The Globus groups I belong to, with my roles, as CSV"
        );
    }

    #[test]
    fn a_template_beside_its_profile_wins() {
        let dir = tempfile::tempdir().unwrap();
        let search = search(&dir);
        let beside = dir.path().join("beside");
        fs::create_dir(&beside).unwrap();
        let name = "groups.csv.hbs";
        assert_eq!(search.find_template(name, Some(&beside)).unwrap().origin, Origin::Embedded);
        fs::write(dir.path().join("user/templates").join(name), "user").unwrap();
        assert_eq!(&*search.find_template(name, Some(&beside)).unwrap().text, "user");
        fs::write(beside.join(name), "beside").unwrap();
        assert_eq!(&*search.find_template(name, Some(&beside)).unwrap().text, "beside");
        assert_eq!(&*search.find_template("./groups.csv.hbs", Some(&beside)).unwrap().text, "beside");
    }

    #[test]
    fn a_wrong_name_says_where_was_looked_and_what_is_near() {
        let dir = tempfile::tempdir().unwrap();
        let error = search(&dir).find_profile("grups").unwrap_err();
        assert_eq!(error.kind, Kind::Usage);
        let shown = error.to_string();
        assert!(shown.contains("did you mean `groups`? `runner profiles` lists"), "{shown}");
        assert!(shown.contains("/nowhere/profiles"), "{shown}");
        for name in ["", "..", "a b", "a\0b", "a..b", "/no/such/file", "x.toml", "./a\0"] {
            assert_eq!(search(&dir).find_profile(name).unwrap_err().kind, Kind::Usage, "{name}");
            assert_eq!(search(&dir).find_template(name, None).unwrap_err().kind, Kind::Usage, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_text_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let search = search(&dir);
        fs::write(dir.path().join("own/big.toml"), vec![b'#'; 1024 * 1024 + 1]).unwrap();
        assert!(search.find_profile("big").unwrap_err().to_string().contains("1 MiB"));
        fs::write(dir.path().join("own/bad.toml"), b"a = \xff").unwrap();
        assert!(search.find_profile("bad").unwrap_err().to_string().contains("byte 4"));
        fs::create_dir(dir.path().join("own/dir.toml")).unwrap();
        assert!(search.find_profile("dir").unwrap_err().to_string().contains("there is no profile `dir`"));
        let folder = dir.path().join("own/dir.toml");
        assert!(search.find_profile(folder.to_str().unwrap()).is_err());
    }
}
