//! The token store, whatever its format.

use std::path::{Path, PathBuf};

use super::app_file::{GlobusApp, globus_app_file};
use super::errors::cannot_read;
use super::json::JsonFile;
use super::lock::Lock;
use super::sqlite::SqliteFile;
use super::token::Tokens;
use crate::Result;
use crate::fs::follow_links;

/// The tokens of one profile. A copy has the same file, and what is reserved for it.
#[derive(Debug, Clone)]
pub enum TokenStore {
    /// A JSON file in the format of the Globus SDK's `JSONTokenStorage`.
    Json(JsonFile),
    /// An SQLite file in the format of the Globus SDK's `SQLiteTokenStorage`.
    Sqlite(SqliteFile),
    /// Nothing outlives the run.
    Memory(Tokens),
}

impl TokenStore {
    /// The file of a `GlobusApp` of the SDK; see [`globus_app_file`].
    #[must_use]
    pub fn globus_app(app: &GlobusApp<'_>, namespace: &str) -> Self {
        let path = globus_app_file(app);
        if path.extension().is_some_and(|extension| extension == "db") {
            Self::sqlite(path, namespace)
        } else {
            Self::json(path, namespace)
        }
    }

    /// A JSON file. Nothing is read or created yet.
    #[must_use]
    pub fn json(path: PathBuf, namespace: &str) -> Self {
        Self::Json(JsonFile::new(path, namespace))
    }

    /// An SQLite file. Nothing is read or created yet.
    #[must_use]
    pub fn sqlite(path: PathBuf, namespace: &str) -> Self {
        Self::Sqlite(SqliteFile::new(path, namespace))
    }

    /// A store that ends with the run.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::Memory(Tokens::new())
    }

    /// The stored tokens; none if the store does not exist yet.
    pub fn load(&self) -> Result<Tokens> {
        match self {
            Self::Json(file) => file.load(),
            Self::Sqlite(file) => file.load(),
            Self::Memory(tokens) => Ok(tokens.clone()),
        }
    }

    /// Makes sure that the next [`save`](Self::save) can be done: its space is taken, and no other program can lock it out.
    /// Call it with the lock held, before a request whose response must not be lost.
    pub fn reserve(&mut self) -> Result<()> {
        match self {
            Self::Json(file) => file.reserve(),
            Self::Sqlite(file) => file.reserve(),
            Self::Memory(_) => Ok(()),
        }
    }

    /// Gives up what was reserved.
    pub fn release(&mut self) {
        match self {
            Self::Json(file) => file.release(),
            Self::Sqlite(file) => file.release(),
            Self::Memory(_) => {}
        }
    }

    /// Stores these tokens, beside others in the store. Call it with the lock held.
    pub fn save(&mut self, new: &Tokens) -> Result<()> {
        match self {
            Self::Json(file) => file.save(new),
            Self::Sqlite(file) => file.save(new),
            Self::Memory(tokens) => {
                tokens.extend(new.clone());
                Ok(())
            }
        }
    }

    /// Removes the namespace's tokens for these resource servers, and returns whether there were any. Call it with the
    /// lock held.
    pub fn remove(&mut self, resource_servers: &[&str]) -> Result<bool> {
        self.remove_where(&|stored| resource_servers.contains(&stored))
    }

    /// Removes every token of the namespace, even an unreadable one, and returns whether there were any. Call it with
    /// the lock held.
    pub fn clear(&mut self) -> Result<bool> {
        self.remove_where(&|_| true)
    }

    fn remove_where(&mut self, is_meant: &dyn Fn(&str) -> bool) -> Result<bool> {
        match self {
            Self::Json(file) => file.remove(is_meant),
            Self::Sqlite(file) => file.remove(is_meant),
            Self::Memory(tokens) => {
                let before = tokens.len();
                tokens.retain(|resource_server, _| !is_meant(resource_server));
                Ok(tokens.len() < before)
            }
        }
    }

    /// Keeps other runs from refreshing the same tokens until the lock is dropped. A store in memory needs none; on a disk
    /// that can't be written there is none.
    pub async fn lock(&self) -> Result<Option<Lock>> {
        match self.file() {
            Some(file) => Lock::acquire(&lock_path(file)?).await,
            None => Ok(None),
        }
    }

    /// The lock, if it is free; see [`lock`](Self::lock). No caller says why it failed.
    #[allow(clippy::result_unit_err)]
    pub fn try_lock(&self) -> Result<Option<Lock>, ()> {
        match self.file() {
            Some(file) => Lock::try_acquire(&lock_path(file).map_err(drop)?).map(Some).ok_or(()),
            None => Ok(None),
        }
    }

    /// Whether this process holds the lock, by this store or a copy of it.
    #[must_use]
    pub fn is_locked_here(&self) -> bool {
        self.lock_file().is_some_and(|lock| Lock::is_held_here(&lock))
    }

    /// The file of the lock; `None` where there is none.
    #[must_use]
    pub fn lock_file(&self) -> Option<PathBuf> {
        lock_path(self.file()?).ok()
    }

    /// Whether its file is there, or the lock that an earlier run left, or that can't be found out.
    #[must_use]
    pub fn exists(&self) -> bool {
        let exists = |path: &Path| path.try_exists().unwrap_or(true);
        self.file().is_some_and(exists) || self.lock_file().is_some_and(|lock| exists(&lock))
    }

    /// The file, for messages; `None` if the tokens end with the run.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Json(file) => Some(file.path()),
            Self::Sqlite(file) => Some(file.path()),
            Self::Memory(_) => None,
        }
    }
}

/// The lock has its own file: a JSON file is replaced by rename, so a lock on the old file would not protect the new
/// one; on a database the lock would be SQLite's. It lies beside the real file, so that profiles that reach it by
/// different links share the lock.
fn lock_path(store: &Path) -> Result<PathBuf> {
    let mut path = follow_links(store).map_err(|error| cannot_read(store, error))?.into_os_string();
    path.push(".lock");
    Ok(path.into())
}
