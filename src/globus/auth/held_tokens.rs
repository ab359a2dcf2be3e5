//! The pending tokens of this process, where a panic finds them.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::pending_tokens::PendingTokens;
use crate::globus::tokens::TokenStore;

static ALL: Mutex<Vec<Arc<Entry>>> = Mutex::new(Vec::new());

/// Nothing panics while it is locked.
fn all() -> MutexGuard<'static, Vec<Arc<Entry>>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) struct Entry {
    pub(super) store: TokenStore,
    pub(super) pending: PendingTokens,
}

impl Entry {
    /// Whether they are neither stored nor given up.
    pub(super) fn is_held(&self) -> bool {
        all().iter().any(|entry| std::ptr::eq(&raw const **entry, self))
    }
}

/// Pending tokens, for as long as they are neither stored nor given up.
pub(super) struct HeldTokens(Arc<Entry>);

impl HeldTokens {
    pub(super) fn new(store: &TokenStore, pending: PendingTokens) -> Self {
        let entry = Arc::new(Entry { store: store.clone(), pending });
        all().push(Arc::clone(&entry));
        Self(entry)
    }

    /// Gives them up: a panic no longer stores them.
    pub(super) fn give_up(self) -> Arc<Entry> {
        Arc::clone(&self.0)
    }

    /// Those of all stores.
    pub(super) fn of_this_process() -> Vec<Arc<Entry>> {
        all().clone()
    }
}

impl Deref for HeldTokens {
    type Target = PendingTokens;

    fn deref(&self) -> &PendingTokens {
        &self.0.pending
    }
}

impl Drop for HeldTokens {
    fn drop(&mut self) {
        all().retain(|entry| !Arc::ptr_eq(entry, &self.0));
    }
}
