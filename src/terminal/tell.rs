//! Telling a person at the terminal what cron need not mail.

use std::fmt::Arguments;
use std::io::{self, IsTerminal};

/// Says something at a terminal, unless `-q` forbids it. Elsewhere only `-v` shows it: a wait that has ended, or a file
/// that was written, is no news for a mail.
pub fn tell(message: Arguments<'_>) {
    if io::stderr().is_terminal() {
        log::info!("{message}");
    } else {
        log::debug!("{message}");
    }
}
