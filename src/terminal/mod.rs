//! The terminal: prompts, what a run waits for, and the signals that end it.

pub mod prompt;
pub mod shell;
pub mod signals;
mod waiting;

pub use waiting::waiting;
