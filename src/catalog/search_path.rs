//! Finding one profile or template by its name or path.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::embedded::{EMBEDDED_PROFILES, EMBEDDED_TEMPLATES, embedded};
use super::name::{check_profile_name, is_profile_name, is_profile_path, is_template_file};
use super::source_text::{Origin, SourceText, read_path, unreadable};
use crate::diagnostic::{clean, nearest};
use crate::{Error, Result};

/// The folders to search, in order.
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
            // A relative entry would search the working directory.
            std::env::split_paths(&list).filter(|entry| entry.is_absolute()).collect()
        });
        let user = user_folder().ok();
        let shared = user.into_iter().chain([PathBuf::from("/etc/globus-runner")]).collect();
        Self { own, shared }
    }

    #[must_use]
    pub fn profiles(&self) -> Vec<PathBuf> {
        self.folders("profiles")
    }

    /// The folders with templates, which come after the profile's own.
    #[must_use]
    pub fn templates(&self) -> Vec<PathBuf> {
        self.folders("templates")
    }

    fn folders(&self, kind: &str) -> Vec<PathBuf> {
        self.own.iter().cloned().chain(self.shared.iter().map(|folder| folder.join(kind))).collect()
    }

    /// Finds a profile by name or path. Fails with [`Kind::Usage`](crate::Kind::Usage) if there is none, or it cannot be read.
    pub fn find_profile(&self, name: &str) -> Result<SourceText> {
        if is_profile_path(name) {
            let path = plain_path("profile", name)?;
            let own_name = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
            return read_path("profile", path, own_name.unwrap_or_default());
        }
        check_profile_name(name).map_err(|error| error.help("a path has a `/` in it, or ends in `.toml`"))?;
        let folders = self.profiles();
        let file = format!("{name}.toml");
        find_in(&folders, &file, name, EMBEDDED_PROFILES)?.ok_or_else(|| {
            let known = self.profile_candidates();
            let near = nearest(name, known.iter().map(|(name, _)| name.as_str()));
            let help = "`runner profiles` lists all profiles";
            not_found("profile", name, &folders)
                .help(near.map_or_else(|| help.into(), |near| format!("did you mean `{near}`? {help}")))
        })
    }

    /// Finds a template by name or path; a relative path starts at the profile's folder. Fails with
    /// [`Kind::Usage`](crate::Kind::Usage) if there is none, or it cannot be read.
    pub fn find_template(&self, name: &str, profile_dir: Option<&Path>) -> Result<SourceText> {
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
            let beside = candidates(&folders, EMBEDDED_TEMPLATES, template_name);
            let names = beside.iter().map(|(name, _)| name.as_str());
            let error = not_found("template", name, &folders);
            match nearest(name, names) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error,
            }
        })
    }

    /// Every profile that can be found by name, in the order of the search.
    pub(super) fn profile_candidates(&self) -> Vec<(String, Origin)> {
        candidates(&self.profiles(), EMBEDDED_PROFILES, |file| {
            file.strip_suffix(".toml").filter(|name| is_profile_name(name))
        })
    }

    /// Every template but those beside profiles, in the order of the search.
    pub(super) fn template_candidates(&self) -> Vec<(String, Origin)> {
        candidates(&self.templates(), EMBEDDED_TEMPLATES, template_name)
    }
}

fn template_name(file: &str) -> Option<&str> {
    Some(file).filter(|file| is_template_file(file))
}

/// The files in these folders and in the binary. `name_of` gives the name of a file, or `None` if it can't be found by name.
fn candidates(
    folders: &[PathBuf],
    embedded_files: &[(&str, &str)],
    name_of: impl Fn(&str) -> Option<&str>,
) -> Vec<(String, Origin)> {
    let mut candidates = Vec::new();
    for folder in folders {
        for file in files(folder) {
            if let Some(name) = name_of(&file) {
                candidates.push((name.to_owned(), Origin::File(folder.join(&file))));
            }
        }
    }
    candidates.extend(embedded_files.iter().map(|(name, _)| ((*name).to_owned(), Origin::Embedded)));
    candidates
}

/// Finds a profile on this process's search path; see [`SearchPath::find_profile`].
pub fn find_profile(name: &str) -> Result<SourceText> {
    SearchPath::from_env().find_profile(name)
}

/// Finds a template on this process's search path; see [`SearchPath::find_template`].
pub fn find_template(name: &str, profile_dir: Option<&Path>) -> Result<SourceText> {
    SearchPath::from_env().find_template(name, profile_dir)
}

/// Where the user's own `profiles` and `templates` are. Fails with [`Kind::Usage`](crate::Kind::Usage) without a home.
pub fn user_folder() -> Result<PathBuf> {
    let user = directories::ProjectDirs::from("", "", "globus-runner");
    user.map(|folders| folders.config_dir().to_path_buf())
        .ok_or_else(|| Error::usage("there is no folder for your own files").because("HOME is not set"))
}

fn plain_path(what: &str, name: &str) -> Result<PathBuf> {
    if name.contains('\0') {
        return Err(Error::usage(format!("the path of a {what} cannot hold a NUL: `{}`", clean(name))));
    }
    Ok(PathBuf::from(name))
}

/// The names of the regular files in a folder, sorted. A folder that cannot be read has none.
pub(super) fn files(folder: &Path) -> Vec<String> {
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
) -> Result<Option<SourceText>> {
    for folder in folders {
        let path = folder.join(file);
        match fs::metadata(&path) {
            Ok(about) if about.is_file() => return read_path("file", path, name.to_owned()).map(Some),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            // Going on could run another profile than the intended one.
            Err(error) => return Err(unreadable("file", &path, &error)),
        }
    }
    Ok(embedded(embedded_files, name))
}

fn not_found(what: &str, name: &str, folders: &[PathBuf]) -> Error {
    let folders: Vec<_> = folders.iter().map(|folder| clean(&folder.to_string_lossy())).collect();
    Error::usage(format!("there is no {what} `{}`", clean(name))).because(format!(
        "looked in {}{}the built-in ones",
        folders.join(", "),
        if folders.is_empty() { "" } else { " and " }
    ))
}
