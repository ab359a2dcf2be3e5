//! One list for several receivers.

use crate::data::{Lists, Outcomes, RowReceiver, Value};
use crate::globus::auth::Identity;
use crate::{Error, Result};

/// Hands each row to several receivers. One that fails gets no more, and stops no other; the list ends early once all
/// have failed.
#[derive(Debug)]
pub(super) struct FanOut<R>(Vec<Result<R>>);

impl<R> FanOut<R> {
    pub(super) fn new(receivers: impl IntoIterator<Item = R>) -> Self {
        Self(receivers.into_iter().map(Ok).collect())
    }

    /// Each receiver, or why it failed: with its own error, or with this one of the list.
    pub(super) fn finish(self, list: &Result<()>) -> impl Iterator<Item = Result<R>> {
        self.0.into_iter().map(move |receiver| match list {
            Ok(()) => receiver,
            Err(error) => receiver.and_then(|_| Err(error.clone())),
        })
    }

    fn each(&mut self, mut give: impl FnMut(&mut R, bool) -> Result<()>) -> Result<()> {
        let last = self.0.iter().rposition(Result::is_ok);
        for (index, branch) in self.0.iter_mut().enumerate() {
            if let Ok(receiver) = branch
                && let Err(error) = give(receiver, Some(index) == last)
            {
                *branch = Err(error);
            }
        }
        if self.0.iter().all(Result::is_err) { Err(all_failed()) } else { Ok(()) }
    }
}

/// Ends the list; each receiver has its own error.
fn all_failed() -> Error {
    Error::failed("no run takes more rows")
}

impl<R: RowReceiver> RowReceiver for FanOut<R> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        self.each(|receiver, _| receiver.start(identity, lists))
    }

    fn row(&mut self, row: Value) -> Result<()> {
        let mut row = Some(row);
        self.each(|receiver, is_last| {
            let row = if is_last { row.take() } else { row.clone() };
            receiver.row(row.unwrap_or_default())
        })
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        self.each(|receiver, _| receiver.end(outcomes))
    }
}
