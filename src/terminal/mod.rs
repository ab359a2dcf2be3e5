//! The terminal: prompts, messages on stderr and which profiles they are about, those for a terminal alone, progress, and the signals that end a run.

pub mod about;
mod activity;
mod blocking_writer;
mod interruptions;
pub mod progress;
pub mod prompt;
pub mod shell;
pub mod signals;
pub mod stderr;
mod tell;

pub use activity::{Activity, Arrival};
pub use blocking_writer::BlockingWriter;
pub use interruptions::Interruptions;
pub use tell::tell;
