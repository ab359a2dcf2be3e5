//! What a store has reserved for the next tokens.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shared by the copies of a store: it goes to the one that stores first.
#[derive(Debug)]
pub(super) struct Reservation<T>(Arc<Mutex<Option<T>>>);

impl<T> Reservation<T> {
    pub(super) fn none() -> Self {
        Self(Arc::default())
    }

    pub(super) fn set(&self, reserved: T) {
        *self.lock() = Some(reserved);
    }

    pub(super) fn take(&self) -> Option<T> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Reservation<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
