//! The terminal: prompts, messages on stderr, those for a terminal alone, and the signals that end a run.

mod blocking_writer;
pub mod prompt;
pub mod shell;
pub mod signals;
pub mod stderr;
mod tell;

pub use blocking_writer::BlockingWriter;
pub use tell::tell;
