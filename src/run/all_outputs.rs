//! The outputs of one run, which are good together or not at all.

use crate::Result;
use crate::data::{Lists, Outcomes, RowReceiver, Value};
use crate::globus::auth::Identity;

/// Hands each row to the receiver of each output. If one fails, all have.
#[derive(Debug)]
pub(super) struct AllOutputs<R>(pub(super) Vec<R>);

impl<R: RowReceiver> RowReceiver for AllOutputs<R> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        self.0.iter_mut().try_for_each(|receiver| receiver.start(identity, lists))
    }

    fn row(&mut self, row: Value) -> Result<()> {
        let Some((last, others)) = self.0.split_last_mut() else { return Ok(()) };
        others.iter_mut().try_for_each(|receiver| receiver.row(row.clone()))?;
        last.row(row)
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        self.0.iter_mut().try_for_each(|receiver| receiver.end(outcomes))
    }
}
