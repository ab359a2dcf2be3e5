//! Telling a person why nothing happens.

use std::fmt::Arguments;
use std::io::{self, IsTerminal};

/// Says what the program waits for: at a terminal at once, unless `-q` forbids it. Elsewhere only with `-v`: cron would
/// mail a wait that has ended.
pub fn waiting(message: Arguments<'_>) {
    if io::stderr().is_terminal() {
        tracing::info!("{message}");
    } else {
        tracing::debug!("{message}");
    }
}
