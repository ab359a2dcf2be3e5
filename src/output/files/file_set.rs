//! The files of an output while they are rendered, one by one.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::inside::{cannot_write, is_removable, link_on_the_way, other_file_system};
use super::manifest::Manifest;
use super::names::Names;
use super::options::FilesOptions;
use super::others::Others;
use super::refused_name::RefusedName;
use super::staged_files::{Changed, StagedFiles};
use super::staging::Staging;
use crate::fs::{give_access, is_same_file, resolve, sweep_drafts};
use crate::hash::sha256;
use crate::output::delivered::{Delivered, FilesWritten};
use crate::output::destination::ProtectedFile;
use crate::output::diff;
use crate::output::file_change::FileChange;
use crate::output::spool::Spool;
use crate::output::would_be::{DryRun, WouldBe};
use crate::state::state_entries;
use crate::{Error, Result};

/// So many files are each synced to disk. More of them are synced together, which takes less time.
const SYNCED_ALONE: usize = 32;

/// Files of which each is a whole rendering. Nothing but the folder of the drafts is touched.
#[derive(Debug)]
pub struct FileSet {
    options: FilesOptions,
    protected: Vec<(ProtectedFile, Option<(u64, u64)>)>,
    /// What this program keeps itself.
    state: Vec<PathBuf>,
    others: Others,
    staging: Option<Staging>,
    names: Names,
    changed: Vec<Changed>,
    other_modes: Vec<Arc<str>>,
    bytes: u64,
    /// Of a dry run that shows it.
    diff: Option<Spool>,
}

impl FileSet {
    /// None of the files may be one of the protected ones. Removes what killed runs left, also if this one will write nothing.
    #[must_use]
    pub fn new(options: FilesOptions, protected: Vec<ProtectedFile>) -> Self {
        if options.dry_run.is_none() {
            Staging::sweep(&options.folder, &options.profile);
            sweep_drafts(&Manifest::path(&options.folder, &options.profile));
        }
        let known = |(path, what): ProtectedFile| {
            let place = fs::metadata(&path).ok().map(|file| (file.dev(), file.ino()));
            ((resolve(&path), what), place)
        };
        let others = Others::of(&options.folder, &options.profile);
        let mut set = Self {
            options,
            others,
            state: state_entries(),
            protected: protected.into_iter().map(known).collect(),
            staging: None,
            names: Names::default(),
            changed: Vec::new(),
            other_modes: Vec::new(),
            bytes: 0,
            diff: None,
        };
        set.restart();
        set
    }

    /// Forgets all files: their rows arrive again.
    pub fn restart(&mut self) {
        self.staging = None;
        self.names.clear();
        self.changed.clear();
        self.other_modes.clear();
        self.bytes = 0;
        self.diff = self.options.dry_run.and_then(DryRun::page);
    }

    /// Adds a file: its path in the folder, and its whole content. Fails with the reason if that can't be its path.
    pub fn add(&mut self, name: &str, rendering: Spool) -> Result<Result<(), RefusedName>> {
        let name = match self.names.add(name) {
            Ok(name) => name,
            Err(why) => return Ok(Err(why.into())),
        };
        let path = self.options.folder.join(&*name);
        if let Some((part, there)) = link_on_the_way(&self.options.folder, &name) {
            return Ok(Err(self.in_the_way(part, &there, "a folder")));
        }
        if let Some(folder) = other_file_system(&self.options.folder, &name) {
            return Ok(Err(format!("`{}` is another file system", folder.display()).into()));
        }
        let old = match fs::symlink_metadata(&path) {
            Ok(old) if !old.is_file() => return Ok(Err(self.in_the_way(&name, &old, "a file"))),
            Ok(old) => Some(old),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(cannot_write(&path, error)),
        };
        if let Some(refused) = self.owner(&name, &path, old.as_ref()) {
            return Ok(Err(refused));
        }
        self.stage(name, &path, old.as_ref(), rendering)?;
        Ok(Ok(()))
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.options.folder
    }

    /// The paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> {
        self.names.iter().map(|name| self.options.folder.join(&**name))
    }

    /// What is there is not what this file, or the folder for it, needs.
    fn in_the_way(&self, name: &str, there: &Metadata, wanted: &str) -> RefusedName {
        let list = Manifest::path(&self.options.folder, &self.options.profile);
        let list = Manifest::read(&list).ok().flatten().filter(|_| self.options.prune);
        let is_own = list.is_some_and(|list| list.files.contains(name) || list.folders.contains(name));
        RefusedName::in_the_way(&self.options.folder.join(name), there, wanted, is_own)
    }

    /// Why this file may not be written: it is not the profile's.
    fn owner(&self, name: &str, path: &Path, old: Option<&Metadata>) -> Option<RefusedName> {
        const HELP: &str =
            "give the files a folder of their own, as in path = \"lists/{{slug name}}-{{id}}.txt\"";
        let shown = path.display();
        if let Some(what) = self.protected(path, old) {
            return Some(RefusedName::new(format!("`{shown}` is also {what}, and would be replaced"), HELP));
        }
        if self.state.iter().any(|entry| path.starts_with(entry)) {
            return Some(RefusedName::new(
                format!("`{shown}` is among the files that this program keeps"),
                HELP,
            ));
        }
        let list = self.others.list_with(name)?;
        let why = format!("another profile writes `{shown}`: `{}` lists it", list.display());
        Some(RefusedName::new(why, "give each profile a folder of its own"))
    }

    fn protected(&self, path: &Path, old: Option<&Metadata>) -> Option<&'static str> {
        let place = old.map(|old| (old.dev(), old.ino()));
        let is_it = |(file, known): &&(ProtectedFile, Option<(u64, u64)>)| match (known, place) {
            (Some(known), Some(place)) => *known == place,
            _ => file.0 == path,
        };
        self.protected.iter().find(is_it).map(|((_, what), _)| *what)
    }

    fn stage(&mut self, name: Arc<str>, path: &Path, old: Option<&Metadata>, rendering: Spool) -> Result<()> {
        let mode = self.options.mode;
        let (_, mut spooled) = rendering.into_parts()?;
        let cannot = |error| cannot_write(path, error);
        self.bytes += spooled.len().map_err(cannot)?;
        let change = FileChange::of(path, old, &mut spooled, mode).map_err(cannot)?;
        if let Some(diff) = &mut self.diff {
            diff::write(path, old.is_some(), change, &mut spooled, diff).map_err(cannot)?;
        }
        if !change.replaces() {
            if change.mode.is_some() {
                self.other_modes.push(name);
            }
            return Ok(());
        }
        if self.options.dry_run.is_some() {
            self.changed.push(Changed { name, hash: None });
            return Ok(());
        }
        let number = self.changed.len();
        let staging = match self.staging.take() {
            Some(staging) => staging,
            None => Staging::new(&self.options.folder, &self.options.profile)
                .map_err(|error| cannot_write(&self.options.folder, error))?,
        };
        let staging = self.staging.insert(staging);
        let mut write = || {
            let draft = staging.draft(number);
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            spooled.copy_to(&mut file)?;
            give_access(&file, path, mode)?;
            if number < SYNCED_ALONE || !CAN_SYNC_TOGETHER {
                file.sync_all()?;
            }
            // Only of a file that is not known to be ours, the content has to tell.
            let is_new = self.options.prune && old.is_none();
            is_new.then(|| fs::read(&draft).map(|content| sha256(&content))).transpose()
        };
        let hash = write().map_err(cannot)?;
        self.changed.push(Changed { name, hash });
        Ok(())
    }

    /// All files are good: what is left are renames.
    pub(in crate::output) fn seal(self) -> Result<StagedFiles> {
        let Self { options, others, staging, names, changed, other_modes, bytes, .. } = self;
        if let Some(staging) = &staging
            && changed.len() > SYNCED_ALONE
        {
            sync_together(staging.path()).map_err(|error| cannot_write(&options.folder, error))?;
        }
        let manifest = options.prune.then(|| known_manifest(&options)).transpose()?.flatten();
        let names = names.into_set();
        Ok(StagedFiles { options, others, staging, names, changed, other_modes, bytes, manifest })
    }
}

impl FileSet {
    /// What would become of the files.
    pub(in crate::output) fn would_be(mut self) -> Result<WouldBe> {
        let (folder, mut removed) = (&self.options.folder, 0);
        let manifest = self.options.prune.then(|| known_manifest(&self.options)).transpose()?.flatten();
        let now = self.names.iter().map(ToString::to_string).collect();
        for name in manifest.iter().flat_map(|manifest| manifest.gone(folder, &now)) {
            let path = folder.join(&name);
            let mut remove = || {
                if !is_removable(folder, &name)? || self.others.keeps(&name).is_some() {
                    return Ok(());
                }
                removed += 1;
                match &mut self.diff {
                    Some(diff) => diff::write_removal(&path, diff),
                    None => Ok(()),
                }
            };
            remove().map_err(|error| cannot_write(&path, error))?;
        }
        let [written, mode_changed] = [self.changed.len(), self.other_modes.len()].map(|count| count as u64);
        let unchanged = self.names.len() as u64 - written - mode_changed;
        let files = FilesWritten { written, mode_changed, unchanged, removed, bytes: self.bytes };
        Ok(WouldBe { delivered: Delivered::Files(files), diff: self.diff })
    }
}

/// The list of files that earlier runs wrote. `None` if it is not usable: then nothing is removed.
fn known_manifest(options: &FilesOptions) -> Result<Option<Manifest>> {
    let path = Manifest::path(&options.folder, &options.profile);
    match Manifest::read(&path) {
        Ok(None) => Ok(Some(Manifest::new(&options.key))),
        // A profile that was moved still owns its files.
        Ok(Some(mut manifest))
            if manifest.profile == options.key
                || !Path::new(&manifest.profile).exists()
                || is_same_file(Path::new(&manifest.profile), Path::new(&options.key)) =>
        {
            manifest.profile.clone_from(&options.key);
            Ok(Some(manifest))
        }
        Ok(Some(other)) => Err(Error::usage(format!(
            "another profile of the name `{}` writes into `{}`",
            options.profile,
            options.folder.display()
        ))
        .because(format!("`{}` says that it is `{}`", path.display(), other.profile))
        .help("give each a folder of its own, or rename one")),
        Err(error) => {
            log::warn!(
                "nothing is removed from `{}`: the list of its files, `{}`, is not usable: {error}",
                options.folder.display(),
                path.display()
            );
            Ok(None)
        }
    }
}

#[cfg(target_os = "linux")]
const CAN_SYNC_TOGETHER: bool = true;
#[cfg(not(target_os = "linux"))]
const CAN_SYNC_TOGETHER: bool = false;

#[cfg(target_os = "linux")]
fn sync_together(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

#[cfg(not(target_os = "linux"))]
fn sync_together(_: &Path) -> io::Result<()> {
    Ok(())
}
