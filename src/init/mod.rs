//! A profile and a template to start with, both commented so that who never saw one understands each line.

mod answers;
mod files;
mod questions;
mod starter;

pub use answers::{Answers, Field, Secret};
pub use files::Files;
pub use questions::answers;
