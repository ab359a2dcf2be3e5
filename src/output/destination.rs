//! Where the rendering goes.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::fs::{descriptor, folder_of, follow_links, is_same_file, resolve};
use crate::state::state_entries;
use crate::terminal::shell::shell_word;
use crate::{Error, Result};

/// A file that no output may replace, and what messages call it.
pub type ProtectedFile = (PathBuf, &'static str);

/// Where the rendering goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    Stdout,
    File {
        /// The file, which need not exist.
        path: PathBuf,
        /// Its permission bits, such as `0o640`. With `None` a file keeps its own, and a new one has 0600.
        mode: Option<u32>,
    },
    /// Files in this folder.
    Files {
        folder: PathBuf,
    },
}

impl Destination {
    /// Fails if the output would replace one of these files, each with what messages call it. Exit code 2.
    /// They are listed only if the output is a file.
    pub fn check_against(&self, files: impl FnOnce() -> Vec<ProtectedFile>) -> Result<()> {
        match self {
            // Each file is checked when its name is known.
            Self::Stdout | Self::Files { .. } => Ok(()),
            Self::File { path, .. } => check_against("the output", path, &files()),
        }
    }

    /// Fails if the output can't be a file: it is a folder, or its folder does not exist or is for the state of this program.
    /// Exit code 2.
    pub fn check_folder(&self) -> Result<()> {
        let path = match self {
            Self::Stdout => return Ok(()),
            Self::Files { folder } => return check_folder_of_files(folder),
            Self::File { path, .. } => path,
        };
        check_state(path)?;
        if path.is_dir() {
            return Err(is_folder(path));
        }
        if path.as_os_str().as_bytes().ends_with(b"/") {
            return Err(Error::usage(format!("the output `{}` is the name of a folder", path.display()))
                .because("it ends in `/`")
                .help("name a file in it"));
        }
        // Too many links: writing the file says so.
        let target = follow_links(path).unwrap_or_else(|_| path.clone());
        let folder = folder_of(&target);
        let failed = || {
            let failed = format!("can't write the output file `{}`", path.display());
            let is_link = target != *path;
            Error::usage(if is_link {
                format!("{failed}, which is a link to `{}`", target.display())
            } else {
                failed
            })
        };
        match fs::metadata(folder) {
            Ok(metadata) if !metadata.is_dir() => {
                Err(failed().because(format!("`{}` is a file, not a folder", folder.display())))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Err(missing_folder(failed(), folder)),
            // Writing the file says what is wrong.
            _ => Ok(()),
        }
    }

    /// As messages name it.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Stdout => "stdout".to_owned(),
            Self::File { path, .. } | Self::Files { folder: path } => format!("`{}`", path.display()),
        }
    }

    /// Whether the output is a regular file, or a new one. Anything else can't be replaced, and may block.
    pub fn is_regular(&self) -> bool {
        self.regular_file().is_some()
    }

    /// The regular file, or the folder of the files, which stays until the next run. Neither need exist.
    pub fn kept(&self) -> Option<&Path> {
        match self {
            Self::Files { folder } => Some(folder),
            Self::Stdout | Self::File { .. } => self.regular_file(),
        }
    }

    /// The regular file, which need not exist. One that is open already, as that of `/dev/stdout`, is not replaced.
    pub fn regular_file(&self) -> Option<&Path> {
        let Self::File { path, .. } = self else { return None };
        let is_regular = fs::metadata(path).map_or(true, |metadata| metadata.is_file());
        (is_regular && descriptor(path).is_none()).then_some(path)
    }
}

fn check_folder_of_files(folder: &Path) -> Result<()> {
    check_state(folder)?;
    let failed = || Error::usage(format!("can't write files into `{}`", folder.display()));
    match fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(failed().because("it is a file, not a folder")),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(missing_folder(failed(), folder)),
        Err(error) => Err(failed().because(error)),
    }
}

/// Later runs read what is there.
fn check_state(path: &Path) -> Result<()> {
    let target = resolve(path);
    if state_entries().iter().all(|entry| !target.starts_with(entry)) {
        return Ok(());
    }
    Err(Error::usage(format!("the output `{}` is among the files that this program keeps", path.display()))
        .because("later runs read them")
        .help("choose another folder for the output"))
}

fn missing_folder(failed: Error, folder: &Path) -> Error {
    if let Some(link) = dangling_link(folder) {
        let target = fs::read_link(link).unwrap_or_default();
        return failed
            .because(format!(
                "the link `{}` leads nowhere: there is no `{}`",
                link.display(),
                target.display()
            ))
            .help("create what it leads to, correct the link, or correct the path");
    }
    let name = folder.to_string_lossy();
    failed
        .because(format!("the folder `{name}` does not exist"))
        .help(format!("create it with `mkdir -p {}`, or correct the path", shell_word(&name)))
}

/// The link on the way to this folder that leads to what does not exist.
fn dangling_link(folder: &Path) -> Option<&Path> {
    let there = folder.ancestors().find(|path| fs::symlink_metadata(path).is_ok())?;
    fs::metadata(there).is_err().then_some(there)
}

/// Fails if the file at this path is one of these. `what` is what messages call it.
pub(super) fn check_against(what: &str, path: &Path, files: &[ProtectedFile]) -> Result<()> {
    match files.iter().find(|(file, _)| is_same_file(file, path)) {
        None => Ok(()),
        Some((_, other)) => Err(Error::usage(format!("{what} `{}` is also {other}", path.display()))
            .because("it would be replaced")
            .help("choose another name for the output")),
    }
}

pub(super) fn is_folder(path: &Path) -> Error {
    Error::usage(format!("the output `{}` is a folder", path.display())).help("name a file in it")
}
