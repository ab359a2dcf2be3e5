//! The terminal: prompts, messages for it alone, and the signals that end a run.

pub mod prompt;
pub mod shell;
pub mod signals;
mod tell;

pub use tell::tell;
