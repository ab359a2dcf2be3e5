//! The terminal: prompts, and the signals that end a run.

pub mod prompt;
pub mod shell;
pub mod signals;
