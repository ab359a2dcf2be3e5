//! Which changed files `on_change` has yet to be told of. A file is noted before it is replaced, so that not even a run that is
//! killed in between loses the news.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::fs::{
    create_private_folder, folder_of, path_as_text, read_regular, sweep_drafts, temporary_beside,
};
use crate::state::{state_file, warn_of_state};

/// The files of one profile with a hook `on_change`.
#[derive(Debug)]
pub struct Owed {
    path: Option<PathBuf>,
    files: BTreeMap<String, State>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It has changed, and the hook has not succeeded since.
    Owed,
    /// A run may be replacing it; this is what it was before.
    Before(Option<Identity>),
}

/// What another file of the same name does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    fn of(path: &Path) -> Option<Self> {
        let about = fs::metadata(path).ok()?;
        Some(Self {
            device: about.dev(),
            inode: about.ino(),
            size: about.size(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
        })
    }
}

impl Owed {
    /// Notes that a run begins that may replace these files. The subject is that of the hook.
    pub fn note(subject: &str, files: &[&Path]) -> Self {
        let names: Vec<String> = files.iter().map(|file| path_as_text(file)).collect();
        let subject = format!("{subject}\n{}", names.join("\n"));
        let path = state_file("hooks", &subject).map(|path| path.with_extension("json"));
        let before = path.as_deref().map_or_else(BTreeMap::new, read);
        let mut owed = Self { path, files: BTreeMap::new() };
        for (name, file) in names.into_iter().zip(files) {
            let state = match before.get(&name) {
                Some(State::Owed) => State::Owed,
                // That run was killed after it had replaced the file.
                Some(State::Before(identity)) if *identity != Identity::of(file) => State::Owed,
                _ => State::Before(Identity::of(file)),
            };
            owed.files.insert(name, state);
        }
        owed.save();
        owed
    }

    /// Takes in what the run has changed.
    pub fn add<'f>(&mut self, changed: impl Iterator<Item = &'f Path>) {
        for file in changed {
            self.files.insert(path_as_text(file), State::Owed);
        }
    }

    /// Takes in what a run that failed has replaced before it did.
    pub fn add_replaced(&mut self) {
        for (name, state) in &mut self.files {
            if matches!(state, State::Before(before) if *before != Identity::of(Path::new(name))) {
                *state = State::Owed;
            }
        }
    }

    /// The files that the hook has to be told of.
    pub fn files(&self) -> Vec<PathBuf> {
        let owed = self.files.iter().filter(|(_, state)| **state == State::Owed);
        owed.map(|(name, _)| PathBuf::from(name)).collect()
    }

    /// Ends the run: keeps what the next one owes, which is nothing once the hook has succeeded.
    pub fn settle(mut self, is_told: bool) {
        self.files.retain(|_, state| !is_told && *state == State::Owed);
        self.save();
    }

    fn save(&self) {
        let Some(path) = &self.path else { return };
        let saved = if self.files.is_empty() { remove(path) } else { write(path, &self.files) };
        if let Err(error) = saved {
            warn_of_state("note which files change for `on_change`", path, &error);
        }
    }
}

/// What is not readable owes nothing.
fn read(path: &Path) -> BTreeMap<String, State> {
    let text = match read_regular(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return BTreeMap::new(),
        Err(error) => {
            log::warn!("can't read which files `on_change` is owed from `{}`: {error}", path.display());
            return BTreeMap::new();
        }
    };
    serde_json::from_slice(&text).unwrap_or_else(|error| {
        log::warn!("`{}` is damaged, so `on_change` may miss a change: {error}", path.display());
        BTreeMap::new()
    })
}

/// Without waiting for the disk: only a power failure in the next seconds loses it.
fn write(path: &Path, files: &BTreeMap<String, State>) -> io::Result<()> {
    create_private_folder(folder_of(path))?;
    sweep_drafts(path);
    let temporary = temporary_beside(path, 0o600)?;
    serde_json::to_writer(temporary.as_file(), files)?;
    temporary.persist(path).map_err(|failure| failure.error)?;
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
