//! State that requests share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks to read or change something, never across an `await`.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change is a whole one, so the state is valid even if a request panicked.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
