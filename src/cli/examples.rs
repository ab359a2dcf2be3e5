//! The examples at the end of each help.

/// Sentences, each with the command line that does it. A macro, because the text is needed at compile time: most runs
/// show no help.
macro_rules! examples {
    ($($what:literal => $command:literal),+ $(,)?) => {
        concat!("\u{1b}[1m\u{1b}[4mExamples:\u{1b}[0m", $("\n  ", $what, "\n    ", $command),+)
    };
}

pub(super) use examples;
