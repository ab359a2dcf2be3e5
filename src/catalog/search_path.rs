//! Finding one profile or template by its name or path.

use std::ffi::OsString;
use std::fs::DirEntry;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::embedded::{EMBEDDED_PROFILES, EMBEDDED_TEMPLATES, embedded};
use super::name::{check_profile_name, is_profile_name, is_profile_path, is_template_file};
use super::source_text::{Origin, SourceText, read_path, unreadable};
use crate::diagnostic::{clean, nearest};
use crate::state::user_folders;
use crate::{Error, Result};

/// The folders to search, in order.
#[derive(Debug, Clone, Default)]
pub struct SearchPath {
    /// The absolute entries of `$RUNNER_PROFILE_PATH`. They hold profiles and templates side by side.
    pub own: Vec<PathBuf>,
    /// Folders with the subfolders `profiles` and `templates`: the user's, then the system's.
    pub shared: Vec<PathBuf>,
    /// What is not searched, and why.
    pub skipped: Vec<String>,
}

impl SearchPath {
    /// The search path of this process. Entries of `$RUNNER_PROFILE_PATH` that are not absolute are ignored.
    #[must_use]
    pub fn from_env() -> Self {
        let list = std::env::var_os("RUNNER_PROFILE_PATH").unwrap_or_default();
        // A relative entry would search the working directory.
        let (own, relative): (Vec<_>, Vec<_>) =
            std::env::split_paths(&list).partition(|entry| entry.is_absolute());
        let relative = relative.iter().filter(|entry| !entry.as_os_str().is_empty());
        let mut skipped: Vec<String> = relative
            .map(|entry| {
                let entry = clean(&entry.to_string_lossy());
                format!("`{entry}` of RUNNER_PROFILE_PATH, which is not absolute")
            })
            .collect();
        let user = user_folder();
        if let Err(Error { why: Some(why), .. }) = &user {
            skipped.push(format!("a folder of your own, because {why}"));
        }
        let shared = user.into_iter().chain([PathBuf::from("/etc/globus-runner")]).collect();
        Self { own, shared, skipped }
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
            return read_profile(plain_path("profile", name)?);
        }
        self.find_named_profile(name, Some(Path::new("")))
    }

    /// Finds a profile by name. If there is none, the help tells of a file of that name in the folder `here`.
    fn find_named_profile(&self, name: &str, here: Option<&Path>) -> Result<SourceText> {
        check_profile_name(name).map_err(|error| match error.help {
            None => error.help("a path has a `/` in it, or ends in `.toml`"),
            Some(_) => error,
        })?;
        let folders = self.profiles();
        let file = format!("{name}.toml");
        find_in(&folders, &file, name, EMBEDDED_PROFILES)?.ok_or_else(|| {
            let known = self.profile_candidates();
            let near = nearest(name, known.iter().map(|(name, _)| name.as_str()));
            let help = "`runner profiles` lists all profiles";
            let here =
                [name, &file].into_iter().find(|file| here.is_some_and(|here| here.join(file).is_file()));
            self.not_found("profile", name, &folders, &file).help(match (here, near) {
                (Some(path), _) => format!("to use the file in this folder, write `./{path}`"),
                (None, Some(near)) => format!("did you mean `{near}`? {help}"),
                (None, None) => help.to_owned(),
            })
        })
    }

    /// Finds a template by name or path; a relative path starts at the profile's folder. Fails with
    /// [`Kind::Usage`](crate::Kind::Usage) if there is none, or it cannot be read.
    pub fn find_template(&self, name: &str, profile_dir: Option<&Path>) -> Result<SourceText> {
        if name.contains('/') {
            let path = plain_path("template", name)?;
            // `./x` in the folder `.` is shown as `./x`.
            let path = profile_dir.map_or(path.clone(), |folder| folder.join(&path).components().collect());
            return read_path("template", path, name.to_owned());
        }
        if name.is_empty() {
            return Err(Error::usage("the name of the template is empty")
                .help("`runner templates` lists all that are found by name"));
        }
        if name.contains("..") || name.contains('\0') || name == "." {
            return Err(Error::usage(format!("`{}` is not the name of a template", clean(name))));
        }
        let mut folders: Vec<PathBuf> = profile_dir.map(Path::to_path_buf).into_iter().collect();
        folders.extend(self.templates());
        find_in(&folders, name, name, EMBEDDED_TEMPLATES)?.ok_or_else(|| {
            let beside = candidates(&folders, EMBEDDED_TEMPLATES, template_name);
            let names = beside.iter().map(|(name, _)| name.as_str());
            let help = "`runner templates` lists all that are found by name";
            self.not_found("template", name, &folders, name).help(match nearest(name, names) {
                Some(near) => format!("did you mean `{near}`? {help}"),
                None => help.to_owned(),
            })
        })
    }

    /// The error for a name whose `file` is in none of these folders.
    fn not_found(&self, what: &str, name: &str, folders: &[PathBuf], file: &str) -> Error {
        let shown = |path: &Path| clean(&absolute(path).to_string_lossy());
        let places: Vec<String> = folders.iter().map(|folder| shown(folder)).collect();
        let mut why = vec![match places.as_slice() {
            [] => "looked in the built-in ones".to_owned(),
            places => format!("looked in {} and the built-in ones", places.join(", ")),
        }];
        let in_the_way = folders.iter().map(|folder| folder.join(file)).filter(|path| path.is_dir());
        why.extend(in_the_way.map(|folder| format!("{} is a folder, not a file", shown(&folder))));
        why.extend(self.skipped.iter().map(|skipped| format!("not in {skipped}")));
        Error::usage(format!("there is no {what} `{}`", clean(name))).because(why.join("; "))
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

/// Finds the profile that one in this folder extends by its name. The folder is not searched.
pub fn find_base(name: &str, folder: Option<&Path>) -> Result<SourceText> {
    SearchPath::from_env().find_named_profile(name, folder)
}

/// Reads a profile that is given as a path.
pub fn read_profile(path: PathBuf) -> Result<SourceText> {
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    read_path("profile", path, name.unwrap_or_default())
}

/// Finds a template on this process's search path; see [`SearchPath::find_template`].
pub fn find_template(name: &str, profile_dir: Option<&Path>) -> Result<SourceText> {
    SearchPath::from_env().find_template(name, profile_dir)
}

/// Where the user's own `profiles` and `templates` are. Fails with [`Kind::Usage`](crate::Kind::Usage) without a home.
pub fn user_folder() -> Result<PathBuf> {
    let none = |why| Error::usage("there is no folder for your own files").because(why).help("set HOME");
    let user = user_folders().ok_or_else(|| none("HOME is not set"))?;
    let folder = user.config_dir().to_path_buf();
    // A relative one would be in the working directory.
    if folder.is_absolute() { Ok(folder) } else { Err(none("HOME is not an absolute path")) }
}

fn plain_path(what: &str, name: &str) -> Result<PathBuf> {
    if name.contains('\0') {
        return Err(Error::usage(format!("the path of a {what} cannot hold a NUL: `{}`", clean(name))));
    }
    Ok(PathBuf::from(name))
}

/// The names of the files in a folder, sorted: of whatever the search does not pass over, readable or not. A folder that cannot be read has none.
pub(super) fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<String> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.path(), text_name(&entry)?)))
        .filter(|(path, name)| is_profile_path(name) || !path.is_dir())
        .map(|(_, name)| name)
        .collect();
    files.sort();
    files
}

/// The name of a file. One that is no text is named on no command line; a profile with such a name is not left out in silence.
fn text_name(entry: &DirEntry) -> Option<String> {
    let name = entry.file_name().into_string();
    let is_profile = |name: &OsString| Path::new(name).extension().is_some_and(|end| end == "toml");
    if let Some(name) = name.as_ref().err().filter(|name| is_profile(name)) {
        let name = name.as_bytes().escape_ascii();
        log::warn!(
            "`{name}` in `{}` is left out: its name is not UTF-8",
            entry.path().with_file_name("").display()
        );
    }
    name.ok()
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
            // A folder can have the name of a template by chance, but not that of a profile.
            Ok(about) if about.is_dir() && !is_profile_path(file) => {}
            Ok(_) => return read_path("file", path, name.to_owned()).map(Some),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                if fs::symlink_metadata(&path).is_ok() {
                    return Err(unreadable("file", &path, &error));
                }
            }
            // Going on could run another profile than the intended one.
            Err(error) => return Err(unreadable("file", &path, &error)),
        }
    }
    Ok(embedded(embedded_files, name))
}

/// The path as it is in every folder: the reader of cron's mail is in another one.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(Path::new(".").join(path))
        .map_or_else(|_| path.to_owned(), |path| path.components().collect())
}
