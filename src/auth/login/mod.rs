//! Login flows: ways to have a person approve what a run wants.

mod attempt;
mod browser;
mod desktop;
mod landing;
mod person;
mod prompt;
mod typed;

pub(super) use attempt::{Attempt, LoggedIn};
pub use person::{Flow, Person};
pub(super) use prompt::somebody_is_there;
