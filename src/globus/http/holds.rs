//! Hosts that asked for a pause. All requests to such a host wait until one that was refused goes out again.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// The pauses, by host and port.
#[derive(Debug, Default)]
pub(super) struct Holds(RefCell<BTreeMap<String, Rc<Hold>>>);

/// The pause of one host.
#[derive(Debug, Default)]
struct Hold {
    /// How many refused requests keep it up.
    holders: Cell<u32>,
    /// The latest time that one of them waits for.
    until: Cell<Option<Instant>>,
    lifted: Notify,
}

/// Keeps a pause up until it is dropped.
#[derive(Debug)]
pub(super) struct Holder(Rc<Hold>);

impl Holds {
    /// Waits while the host is paused. Gives whether it was.
    pub(super) async fn wait(&self, host: &str) -> bool {
        let Some(hold) = self.0.borrow().get(host).cloned() else { return false };
        let mut was_held = false;
        while hold.holders.get() > 0 {
            was_held = true;
            hold.lifted.notified().await;
        }
        was_held
    }

    pub(super) fn is_held(&self, host: &str) -> bool {
        self.0.borrow().get(host).is_some_and(|hold| hold.holders.get() > 0)
    }

    /// Pauses the host for at least this long.
    pub(super) fn hold(&self, host: &str, wait: Duration) -> Holder {
        let hold = Rc::clone(self.0.borrow_mut().entry(host.to_owned()).or_default());
        hold.holders.set(hold.holders.get() + 1);
        hold.until.set(hold.until.get().max(Some(Instant::now() + wait)));
        Holder(hold)
    }
}

impl Holder {
    /// Whether others keep up the same pause.
    pub(super) fn has_company(&self) -> bool {
        self.0.holders.get() > 1
    }

    /// Waits for the end of the pause, which others may put off.
    pub(super) async fn sleep(&self) {
        while let Some(left) = self.left() {
            tokio::time::sleep(left).await;
        }
    }

    fn left(&self) -> Option<Duration> {
        self.0.until.get()?.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let left = self.0.holders.get().saturating_sub(1);
        self.0.holders.set(left);
        if left == 0 {
            self.0.until.set(None);
            self.0.lifted.notify_waiters();
        }
    }
}
