//! The files of an output once all are good: they are renamed into their places, and what is no longer written is removed.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use super::inside::{cannot_write, folders_of, is_removable, link_on_the_way};
use super::manifest::Manifest;
use super::options::FilesOptions;
use super::others::Others;
use super::staging::Staging;
use crate::fs::{folder_of, sync_folder};
use crate::output::delivered::FilesWritten;
use crate::{Error, Result};

/// How many names a message lists.
const NAMED: usize = 10;

/// A file whose draft has the number of its place in the list.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) name: Arc<str>,
    /// Of the content, if the file is new and may be removed later.
    pub(super) hash: Option<String>,
}

/// Drafts that are on the disk.
#[derive(Debug)]
pub struct StagedFiles {
    pub(super) options: FilesOptions,
    pub(super) others: Others,
    pub(super) staging: Option<Staging>,
    pub(super) names: HashSet<Arc<str>>,
    pub(super) changed: Vec<Changed>,
    /// Files with the right content and another mode.
    pub(super) other_modes: Vec<Arc<str>>,
    pub(super) bytes: u64,
    /// Those that earlier runs wrote. `None` if nothing is removed.
    pub(super) manifest: Option<Manifest>,
}

impl StagedFiles {
    pub(in crate::output) fn commit(mut self) -> Result<FilesWritten> {
        let mut new_folders = BTreeSet::new();
        self.announce()?;
        for done in 0..self.changed.len() {
            self.place(done, &mut new_folders).map_err(|error| self.half_done(done, error))?;
        }
        for name in &self.other_modes {
            let path = self.options.folder.join(&**name);
            let mode = Permissions::from_mode(self.options.mode.unwrap_or(0o600));
            fs::set_permissions(&path, mode).map_err(|error| cannot_write(&path, error))?;
        }
        let folders = self.changed.iter().map(|changed| self.options.folder.join(&*changed.name));
        folders.map(|path| folder_of(&path).to_owned()).collect::<BTreeSet<_>>().iter().for_each(|folder| {
            sync_folder(&folder.join("file"));
        });
        let removed = self.prune(&new_folders)?;
        let [written, mode_changed] = [self.changed.len(), self.other_modes.len()].map(|count| count as u64);
        let unchanged = self.names.len() as u64 - written - mode_changed;
        Ok(FilesWritten { written, mode_changed, unchanged, removed, bytes: self.bytes })
    }

    /// Says which new files are about to come: if the run is killed, the next one knows them.
    fn announce(&mut self) -> Result<()> {
        let Some(manifest) = &mut self.manifest else { return Ok(()) };
        let new = self.changed.iter().filter(|changed| !manifest.files.contains(&*changed.name));
        let new: Vec<_> = new.filter_map(|new| Some((new.name.to_string(), new.hash.clone()?))).collect();
        if new.is_empty() {
            return Ok(());
        }
        manifest.pending.extend(new);
        let path = Manifest::path(&self.options.folder, &self.options.profile);
        manifest.write(&path).map_err(|error| cannot_write(&path, error))
    }

    /// Renames a draft, and notes the folders that are made for it.
    fn place(&self, number: usize, new_folders: &mut BTreeSet<String>) -> io::Result<()> {
        let (Some(staging), Some(changed)) = (&self.staging, self.changed.get(number)) else { return Ok(()) };
        let (folder, name) = (&self.options.folder, &*changed.name);
        if let Some((part, _)) = link_on_the_way(folder, name) {
            let part = folder.join(part);
            return Err(io::Error::other(format!("`{}` is not a folder any more", part.display())));
        }
        for part in folders_of(name) {
            match fs::create_dir(folder.join(part)) {
                Ok(()) => drop(new_folders.insert(part.to_owned())),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        fs::rename(staging.draft(number), folder.join(name))
    }

    /// Removes what earlier runs wrote and this one did not. It is an error if that fails: somebody may rely on what is not
    /// true any more.
    fn prune(&mut self, new_folders: &BTreeSet<String>) -> Result<u64> {
        let Some(known) = self.manifest.take() else { return Ok(0) };
        let (folder, path) =
            (&self.options.folder, Manifest::path(&self.options.folder, &self.options.profile));
        let mut now = Manifest::new(&self.options.key);
        now.files = self.names.iter().map(ToString::to_string).collect();
        now.folders = known.folders.union(new_folders).cloned().collect();
        let mut removed = 0;
        let mut failed = Vec::new();
        for name in known.gone(folder, &now.files) {
            if let Some(why) = self.others.keeps(&name).filter(|_| folder.join(&name).exists()) {
                log::warn!("`{}` stays: {why}; remove it if nothing needs it", folder.join(&name).display());
                continue;
            }
            match remove(folder, &name) {
                Ok(was_there) => removed += u64::from(was_there),
                Err(error) => {
                    failed.push(format!("{name}: {error}"));
                    now.files.insert(name);
                }
            }
        }
        // The innermost first. One with something in it stays, and stays known.
        for name in now.folders.clone().into_iter().rev() {
            let is_gone =
                link_on_the_way(folder, &name).is_none() && fs::remove_dir(folder.join(&name)).is_ok();
            if is_gone || !folder.join(&name).is_dir() {
                now.folders.remove(&name);
            }
        }
        if (removed > 0 || now != known)
            && let Err(error) = now.write(&path)
        {
            log::warn!("can't write which files are there, `{}`: {error}", path.display());
        }
        if failed.is_empty() {
            return Ok(removed);
        }
        failed.truncate(NAMED);
        Err(Error::failed(format!("can't remove files in `{}` that are no longer written", folder.display()))
            .because("all others are delivered")
            .details(failed)
            .help("remove them, or let the user who runs this do it; the next run tries again"))
    }

    /// The error of a rename after others.
    fn half_done(&self, done: usize, error: io::Error) -> Error {
        let name = self.changed.get(done).map_or_else(String::new, |changed| changed.name.to_string());
        let path = self.options.folder.join(name);
        let error = Error::failed(format!("can't write the output file `{}`", path.display())).because(error);
        if done == 0 {
            return error.help("all files in its folder are unchanged");
        }
        let named = |changed: &[Changed]| {
            let names: Vec<&str> = changed.iter().take(NAMED).map(|changed| &*changed.name).collect();
            let more = changed.len() - names.len();
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            names.join(", ") + &more
        };
        let (new, old) = self.changed.split_at(done);
        error
            .details(vec![format!("new: {}", named(new)), format!("old: {}", named(old))])
            .help("run it again once that is mended")
    }
}

/// Whether the file was there. Only a regular file is removed, and none beyond a link.
fn remove(folder: &Path, name: &str) -> io::Result<bool> {
    if is_removable(folder, name)? { fs::remove_file(folder.join(name)).map(|()| true) } else { Ok(false) }
}
