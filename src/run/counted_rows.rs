//! Rows on their way, counted for who waits for them.

use crate::Result;
use crate::data::{Lists, Outcomes, RowReceiver, Value};
use crate::globus::auth::Identity;
use crate::terminal::Arrival;

/// Passes rows on, and notes how many have arrived.
#[derive(Debug)]
pub(super) struct CountedRows<R> {
    receiver: R,
    arrival: Arrival,
}

impl<R> CountedRows<R> {
    pub(super) fn new(receiver: R, arrival: Arrival) -> Self {
        Self { receiver, arrival }
    }

    pub(super) fn into_receiver(self) -> R {
        self.receiver
    }
}

impl<R: RowReceiver> RowReceiver for CountedRows<R> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        self.arrival.restart();
        self.receiver.start(identity, lists)
    }

    fn expect(&mut self, rows: u64) {
        self.arrival.expect(rows);
    }

    fn row(&mut self, row: Value) -> Result<()> {
        self.arrival.add_row();
        self.receiver.row(row)
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        self.receiver.end(outcomes)
    }
}
