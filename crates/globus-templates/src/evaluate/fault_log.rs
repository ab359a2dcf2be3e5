//! Going on after a fault, to find those behind it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fault::{Done, Fault, Reason};

/// Ends a rendering at its first fault, or notes the faults and goes on.
#[derive(Debug, Default)]
pub struct FaultLog(Mutex<Option<Vec<Fault>>>);

impl FaultLog {
    /// Notes faults from now on.
    pub fn start(&self) {
        *self.log() = Some(Vec::new());
    }

    /// Ends renderings again. Gives the faults so far, those of each place once.
    pub fn take(&self) -> Vec<Fault> {
        self.log().take().unwrap_or_default()
    }

    fn log(&self) -> MutexGuard<'_, Option<Vec<Fault>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What comes of a step that failed. What can't be written, and what would go on for ever, ends a rendering all the same.
    #[cold]
    pub(super) fn pass(&self, fault: Box<Fault>) -> Done {
        let mut log = self.log();
        match (&mut *log, &fault.reason) {
            (None, _) | (_, Reason::Output(_) | Reason::TooDeep | Reason::TooManyPartials) => Err(fault),
            (Some(faults), _) => {
                if !faults.iter().any(|known| known.file == fault.file && known.span == fault.span) {
                    faults.push(*fault);
                }
                Ok(())
            }
        }
    }
}
