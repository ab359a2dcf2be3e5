//! Files of an output folder that other profiles write.

use std::path::{Path, PathBuf};

use super::file_name::OWN;
use super::manifest::Manifest;
use crate::fs::read_folder;
use crate::state::output_lock;

/// The lists of other profiles in an output folder.
#[derive(Debug)]
pub(super) struct Others {
    folder: PathBuf,
    lists: Vec<(PathBuf, Manifest)>,
}

impl Others {
    /// Those beside the list of the profile of this name. One of a profile that is gone counts no longer.
    pub(super) fn of(folder: &Path, profile: &str) -> Self {
        let own = Manifest::path(folder, profile);
        let lists = read_folder(folder).into_iter().flatten().flatten();
        let lists = lists.filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with(OWN) && name.ends_with(".json")
        });
        let read = |path: PathBuf| Some((Manifest::read(&path).ok()??, path));
        let lists = lists.map(|entry| entry.path()).filter(|path| *path != own).filter_map(read);
        let lists = lists.filter(|(list, _)| Path::new(&list.profile).exists());
        Self { folder: folder.to_owned(), lists: lists.map(|(list, path)| (path, list)).collect() }
    }

    /// The list of another profile that has this file.
    pub(super) fn list_with(&self, name: &str) -> Option<&Path> {
        let has_it = |list: &Manifest| list.files.contains(name) || list.pending.contains_key(name);
        self.lists.iter().find(|(_, list)| has_it(list)).map(|(path, _)| &**path)
    }

    /// Why this file is not removed, although a run of the profile has written it.
    pub(super) fn keeps(&self, name: &str) -> Option<String> {
        if let Some(list) = self.list_with(name) {
            return Some(format!("`{}` lists it, too", list.display()));
        }
        // Its lock stays once it was the single output of a run.
        let lock = output_lock(&self.folder.join(name));
        lock.is_some_and(|lock| lock.exists())
            .then(|| "it has been the whole output of another run".to_owned())
    }
}
