//! The id map of a run: read from its file, added to, and written back before any output has a new number.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::file::Content;
use super::known::{is_known, remember};
use super::numbers::{Exhausted, Numbers};
use crate::fs::{
    Draft, follow_links, is_same_file, nonblocking, read_regular, regular, sweep_drafts, sync_folder,
    temporary_beside, try_lock,
};
use crate::profile::{IdMapSettings, NumberRange};
use crate::{Error, Kind, Result};
use globus_templates::helpers::{NoNumber, UnixIds};

/// How long a run waits for another one that writes, which takes milliseconds.
const DEADLINE: Duration = Duration::from_secs(20);
const INTERVAL: Duration = Duration::from_millis(15);

/// Only the owner reads and writes it.
const MODE: u32 = 0o600;

/// The numbers that a run knows, and the range of those that it gives.
#[derive(Debug)]
pub struct IdMap {
    settings: IdMapSettings,
    shared: Rc<Shared>,
}

/// What runs of one process share whose profiles have the same file.
#[derive(Debug)]
struct Shared {
    /// What the file has, as far as is known; `None` if there is none.
    kept: RefCell<Option<Content>>,
    now: RefCell<Content>,
    /// Whether new numbers are written.
    keeps: bool,
}

impl IdMap {
    /// Reads the file. Fails if what is there is not a whole id map, and leaves it alone.
    pub fn open(settings: &IdMapSettings) -> Result<Self> {
        Self::read(settings, true)
    }

    /// The same for a rendering that is only looked at: new numbers are not kept.
    pub fn preview(settings: &IdMapSettings) -> Result<Self> {
        Self::read(settings, false)
    }

    fn read(settings: &IdMapSettings, keeps: bool) -> Result<Self> {
        let kept = read(&settings.path)?;
        if kept.is_some() && keeps {
            remember(&settings.path);
        }
        let now = RefCell::new(kept.clone().unwrap_or_default());
        let shared = Shared { kept: RefCell::new(kept), now, keeps };
        Ok(Self { settings: settings.clone(), shared: Rc::new(shared) })
    }

    /// The same map for another profile, if that has the same file.
    #[must_use]
    pub fn shared_with(&self, settings: &IdMapSettings) -> Option<Self> {
        is_same_file(&self.settings.path, &settings.path)
            .then(|| Self { settings: settings.clone(), shared: Rc::clone(&self.shared) })
    }

    /// An empty one for made-up users and groups, which must not run out of numbers.
    #[must_use]
    pub fn made_up(settings: &IdMapSettings) -> Self {
        let endless = |range: NumberRange| NumberRange { max: u32::MAX, ..range };
        let IdMapSettings { path, users, groups } = settings.clone();
        let settings = IdMapSettings { path, users: endless(users), groups: endless(groups) };
        let shared = Shared { kept: RefCell::default(), now: RefCell::default(), keeps: false };
        Self { settings, shared: Rc::new(shared) }
    }

    /// Whether there was no file, so that all numbers are new.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.shared.kept.borrow().is_none()
    }

    /// Whether there is no file, though an earlier run had one.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.is_new() && is_known(self.path())
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.settings.path
    }

    /// Writes the file if this run gave numbers, together with those that another run gave meanwhile. Exit code 6 if the
    /// two gave a number to different owners.
    pub async fn save(&self) -> Result<()> {
        let Shared { kept, now, keeps } = &*self.shared;
        if *keeps {
            // What killed runs left.
            sweep_drafts(self.path());
        }
        let size = |content: &Content| (content.users.len(), content.groups.len());
        let kept_size = kept.borrow().as_ref().map_or((0, 0), size);
        if *keeps && size(&now.borrow()) != kept_size {
            let now = now.borrow().clone();
            let existed = kept.borrow().is_some();
            self.write(&now, existed).await?;
            remember(self.path());
            *kept.borrow_mut() = Some(now);
        }
        Ok(())
    }

    async fn write(&self, now: &Content, existed: bool) -> Result<()> {
        let path = &self.settings.path;
        let failed = |error: io::Error| {
            Error::failed(format!("can't write the id map `{}`", path.display()))
                .because(error)
                .help("no output has the new numbers: nothing was delivered")
        };
        let start = Instant::now();
        loop {
            match open(path).map_err(failed)? {
                None if existed => {
                    return Err(Error::failed(format!("the id map `{}` has vanished", path.display()))
                        .because("it was there when the run began")
                        .help("restore it: without it everything would get another number"));
                }
                None => match create(path, now) {
                    // Another run was first.
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                    created => return created.map_err(failed),
                },
                Some(file) => match try_lock(&file) {
                    Ok(()) if is_at(&file, path) => {
                        let merged = read(path)?.unwrap_or_default().merged(now).ok_or_else(|| {
                            Error::new(Kind::Locked, "another run gave numbers at the same time")
                                .because(format!("both add to the id map `{}`", path.display()))
                                .help("run it again: nothing was delivered")
                        })?;
                        return replace(path, &merged).map_err(failed);
                    }
                    Ok(()) => {}
                    Err(TryLockError::Error(error)) => return Err(failed(error)),
                    Err(TryLockError::WouldBlock) => tokio::time::sleep(INTERVAL).await,
                },
            }
            if start.elapsed() >= DEADLINE {
                return Err(Error::new(Kind::Locked, "another run is writing the same id map")
                    .because(format!("`{}` was locked for {} seconds", path.display(), DEADLINE.as_secs())));
            }
        }
    }
}

impl UnixIds for IdMap {
    fn user(&self, id: &str) -> Result<u32, NoNumber> {
        number(&mut self.shared.now.borrow_mut().users, id, self.settings.users, "uid_max")
    }

    fn group(&self, id: &str) -> Result<u32, NoNumber> {
        number(&mut self.shared.now.borrow_mut().groups, id, self.settings.groups, "gid_max")
    }
}

fn number(numbers: &mut Numbers, id: &str, range: NumberRange, key: &'static str) -> Result<u32, NoNumber> {
    let id = Uuid::try_parse(id).map_err(|_| NoNumber::NotAnId)?;
    let NumberRange { min, max } = range;
    numbers.of(id, range).map_err(|Exhausted| NoNumber::Exhausted { min, max, key })
}

fn read(path: &Path) -> Result<Option<Content>> {
    let failed =
        |why: String| Error::failed(format!("can't use the id map `{}`", path.display())).because(why);
    match read_regular(path) {
        Ok(bytes) => Content::parse(&bytes).map(Some).map_err(|why| {
            failed(why).help("restore it from a backup: without it everything would get another number")
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let help = match error.kind() {
                ErrorKind::PermissionDenied => "let the user who runs this read and write it: chown or chmod",
                _ => "the file itself may be fine: everything would get another number without it",
            };
            Err(failed(error.to_string()).help(help))
        }
    }
}

/// The file, for its lock; `None` if there is none.
fn open(path: &Path) -> io::Result<Option<File>> {
    // Some network file systems lock only what is open for writing.
    match OpenOptions::new().read(true).write(true).custom_flags(nonblocking()).open(path) {
        Ok(file) => regular(file).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether this is still the file at this path: a run that waited has the lock of the one before.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(file), Ok(there)) => (file.dev(), file.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

fn replace(path: &Path, content: &Content) -> io::Result<()> {
    let mut draft = Draft::new(path)?;
    draft.write(content.text().as_bytes())?;
    draft.commit(Some(MODE))
}

fn create(path: &Path, content: &Content) -> io::Result<()> {
    let target = follow_links(path)?;
    let mut temporary = temporary_beside(&target, MODE)?;
    temporary.write_all(content.text().as_bytes())?;
    temporary.as_file().sync_all()?;
    temporary.persist_noclobber(&target).map_err(|failure| failure.error)?;
    sync_folder(&target);
    Ok(())
}
