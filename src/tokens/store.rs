//! Where tokens are kept, one interface for all places.

use std::path::{Path, PathBuf};

use super::json::JsonFile;
use super::{Lock, Tokens};
use crate::Result;
use crate::profile::Storage;

/// The tokens of one profile.
#[derive(Debug)]
pub enum TokenStore {
    /// A JSON file in the format of the Globus SDK's `JSONTokenStorage`.
    Json(JsonFile),
    /// Nothing is kept after the run.
    Memory(Tokens),
}

impl TokenStore {
    /// The store a profile names. Nothing is read or created yet.
    #[must_use]
    pub fn open(storage: &Storage, namespace: &str) -> Self {
        match storage {
            Storage::Json(path) => Self::Json(JsonFile::new(path.clone(), namespace)),
            Storage::Memory => Self::Memory(Tokens::new()),
        }
    }

    /// A store that ends with the run.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::Memory(Tokens::new())
    }

    /// The stored tokens by resource server; none when the store does not exist yet.
    pub fn load(&self) -> Result<Tokens> {
        match self {
            Self::Json(file) => file.load(),
            Self::Memory(tokens) => Ok(tokens.clone()),
        }
    }

    /// Stores these tokens beside what else is in the store. Call it with the lock held.
    pub fn save(&mut self, new: &Tokens) -> Result<()> {
        match self {
            Self::Json(file) => file.save(new),
            Self::Memory(tokens) => {
                tokens.extend(new.clone());
                Ok(())
            }
        }
    }

    /// Keeps other runs from renewing the same tokens until the lock is dropped. A store that no other
    /// process can see needs none.
    pub async fn lock(&self) -> Result<Option<Lock>> {
        match self {
            Self::Json(file) => Lock::acquire(&lock_path(file.path())).await.map(Some),
            Self::Memory(_) => Ok(None),
        }
    }
}

/// The lock has a file of its own: the token file is replaced by rename, and a lock on the old file would
/// hold nobody back from the new one.
fn lock_path(store: &Path) -> PathBuf {
    let mut path = store.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}
