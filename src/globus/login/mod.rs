//! Login flows: ways to have a person approve what a run wants.

mod attempt;
mod browser;
mod desktop;
mod landing;
mod person;
mod typed;

pub(in crate::globus) use attempt::{Attempt, LoggedIn, somebody_else};
pub use person::{Flow, Person};

use crate::Result;
use globus_sandbox::Sandbox;

/// Who approves logins.
#[derive(Debug)]
pub enum Approver {
    /// Somebody at this terminal.
    Person(Person),
    /// The sandbox approves each of them.
    Sandbox(Box<Sandbox>),
}

impl Approver {
    /// Has the login approved. Exit code 3 when nobody did.
    pub(in crate::globus) async fn log_in(&self, attempt: &Attempt<'_>) -> Result<LoggedIn> {
        match self {
            Self::Person(person) => person.log_in(attempt).await,
            Self::Sandbox(sandbox) => attempt.approved_by(sandbox).await,
        }
    }
}
