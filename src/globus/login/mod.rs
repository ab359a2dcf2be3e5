//! A login by a person at this terminal.

mod browser;
mod callback_page;
mod callback_server;
mod desktop;
mod pasted;
mod person;

pub(crate) use person::{LoginMethod, Person};
