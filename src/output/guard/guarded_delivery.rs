//! Delivering what the guard lets through, and nothing else.

use super::judge::{Guard, Verdict};
use super::rejected::{keep_rejected, remove_rejected};
use super::watched_rows::SeenRows;
use crate::data::RecordDraft;
use crate::output::deliver::deliver_unblocked;
use crate::output::delivered::Delivered;
use crate::output::spool::Spool;
use crate::{Error, Result};

impl Guard {
    /// Delivers the rendering of these rows, unless the guard refuses it: exit code 5. A refused one is kept beside its
    /// file until another one is delivered.
    pub async fn deliver(&self, rendering: Spool, seen: SeenRows) -> Result<Delivered> {
        match self.judge(seen)? {
            Verdict::Refuse(error) if self.is_trial() => Err(error),
            Verdict::Refuse(error) => Err(kept(rendering, error)),
            Verdict::Deliver(record) => {
                let file = rendering.destination().regular_file().map(ToOwned::to_owned);
                let delivered = deliver_unblocked(rendering).await?;
                // Of an output that was not taken whole, the next run must not think that it was.
                if let Some(record) = record.filter(|_| delivered != Delivered::Cut) {
                    commit(record);
                }
                if let Some(file) = file.filter(|_| !self.is_trial()) {
                    remove_rejected(&file);
                }
                Ok(delivered)
            }
        }
    }
}

/// The error, with where the refused rendering is.
fn kept(rendering: Spool, refusal: Error) -> Error {
    match keep_rejected(rendering) {
        Ok(None) => refusal,
        Ok(Some(path)) => {
            let help = refusal.help.clone().unwrap_or_default();
            refusal.help(format!("the refused output is in `{}`; {help}", path.display()))
        }
        Err(error) => refusal.and(error),
    }
}

/// The output is delivered, so nothing can be refused any more. The next run compares with an earlier one, which is
/// stricter.
fn commit(record: RecordDraft) {
    if let Err(error) = record.commit() {
        tracing::warn!("can't record what was delivered for the guard: {error}");
    }
}
