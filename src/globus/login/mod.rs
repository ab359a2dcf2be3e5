//! A login by a person at this terminal.

mod browser;
mod desktop;
mod landing;
mod person;
mod typed;

pub(crate) use person::{LoginMethod, Person};
