//! How many signals have asked this process to end.

use std::cell::Cell;
use std::convert::Infallible;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::signals::Listener;
use crate::{Error, Kind, Result};

/// After the first signal nothing takes longer, whatever is left to do. systemd kills after 90 seconds, and Kubernetes after 30.
const TOTAL: Duration = Duration::from_secs(20);

/// The signals that have arrived. The first one ends the work. The second one ends at once what is still done after it.
#[derive(Debug, Default)]
pub struct Interruptions {
    count: Cell<u32>,
    /// When the first one arrived.
    since: Cell<Option<Instant>>,
    arrived: Notify,
}

impl Interruptions {
    /// Listens for signals while this work is done.
    pub async fn during<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut listener =
            Listener::new().map_err(|error| Error::failed("can't listen for signals").because(error))?;
        tokio::select! {
            biased;
            never = self.count(&mut listener) => match never {},
            done = work => done,
        }
    }

    async fn count(&self, listener: &mut Listener) -> Infallible {
        loop {
            listener.next().await;
            self.since.set(self.since.get().or_else(|| Some(Instant::now())));
            self.count.set(self.count.get() + 1);
            self.arrived.notify_waiters();
        }
    }

    pub fn is_there(&self) -> bool {
        self.count.get() > 0
    }

    /// Waits for the first signal. Gives the error that the work ends with: exit code 130.
    pub async fn first(&self) -> Error {
        self.wait_for(1).await;
        Error::new(Kind::Interrupted, "interrupted")
    }

    /// Waits until everything has to end at once: for the second signal, or until the first one was long ago.
    pub async fn last(&self) {
        self.wait_for(1).await;
        let end = self.since.get().unwrap_or_else(Instant::now) + TOTAL;
        tokio::select! {
            () = self.wait_for(2) => {}
            () = sleep_until(end) => {}
        }
    }

    /// Waits until there was a signal and then so much time, or until everything has to end at once. A signal that has
    /// arrived before counts from now.
    pub async fn over(&self, grace: Duration) {
        let passed = async {
            self.wait_for(1).await;
            sleep(grace).await;
        };
        tokio::select! {
            biased;
            () = self.last() => {}
            () = passed => {}
        }
    }

    async fn wait_for(&self, count: u32) {
        loop {
            let arrived = self.arrived.notified();
            if self.count.get() >= count {
                return;
            }
            arrived.await;
        }
    }
}
