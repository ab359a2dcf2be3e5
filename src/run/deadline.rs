//! The deadline of a run.

use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::future::LocalBoxFuture;
use tokio::time::sleep;

use crate::diagnostic::duration::limit_in_words;
use crate::globus::http::elapsed;
use crate::profile::Deadline as Limit;
use crate::terminal::Activity;
use crate::terminal::signals::{SHUTDOWN_LIMIT, no_guards};
use crate::{Error, Kind, Result};

/// How often a clock that stands is looked at.
const TICK: Duration = Duration::from_millis(100);

/// The time that a run may take, or the runs of a session. It stands while a person logs in.
#[derive(Debug)]
pub(super) struct Deadline {
    began: Instant,
    limit: Limit,
    /// Of their sessions.
    activities: Vec<Rc<Activity>>,
}

impl Deadline {
    /// Of runs the first of which began then.
    pub(super) fn new(limit: Limit, began: Instant, activities: Vec<Rc<Activity>>) -> Self {
        Self { began, limit, activities }
    }

    /// The outcome of this work, if there is one in time; else exit code 4. Tokens that are under way are waited for: they
    /// could not be requested again.
    pub(super) async fn within<T>(&self, mut work: LocalBoxFuture<'_, Result<T>>) -> Result<T> {
        let late = tokio::select! {
            biased;
            outcome = &mut work => return outcome,
            limit = self.passed() => self.late(limit),
        };
        tokio::select! {
            biased;
            outcome = &mut work => outcome.and(Err(late)),
            () = no_guards() => Err(late),
            () = elapsed(SHUTDOWN_LIMIT) => Err(late),
        }
    }

    /// Waits until it has passed. Gives the limit.
    pub(super) async fn passed(&self) -> Duration {
        let Limit::After(limit) = self.limit else { return std::future::pending().await };
        loop {
            let paused: Duration = self.activities.iter().map(|activity| activity.paused()).sum();
            let left = (limit + paused).saturating_sub(self.began.elapsed());
            match (left.is_zero(), self.activities.iter().any(|activity| activity.is_paused())) {
                (true, false) => break,
                (_, true) => sleep(left.max(TICK)).await,
                (false, false) => sleep(left).await,
            }
        }
        elapsed(Duration::ZERO).await;
        limit
    }

    fn late(&self, limit: Duration) -> Error {
        let limit = limit_in_words(limit);
        let is_taken = self.activities.iter().all(|activity| activity.awaited().is_none());
        let cause =
            if is_taken { "run it again with -v to see what takes so long" } else { "start what reads it" };
        Error::new(Kind::Unreachable, format!("the run took longer than the deadline of {limit}"))
            .because(
                self.activities.iter().map(|activity| activity.in_words()).collect::<Vec<_>>().join("; "),
            )
            .help(format!("{cause}, or raise `deadline` under `[run]`"))
    }
}
