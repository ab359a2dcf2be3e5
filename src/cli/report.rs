//! Errors and warnings on stderr.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::Error;
use crate::diagnostic::{Diagnostic, clean};
use crate::terminal::stderr;

/// Writes the error to stderr. If that fails, there is no way left to report it.
pub(super) fn show(error: &Error) {
    let mut text = String::new();
    let _ = write(&mut text, None, error);
    let _ = stderr::write_styled(&text);
}

/// The same for one of several profiles, which this is the name of.
pub(super) fn show_of(profile: &str, error: &Error) {
    let mut text = String::new();
    let _ = write(&mut text, Some(profile), error);
    let _ = stderr::write_styled(&text);
}

/// Writes warnings to stderr, each with its line.
pub(super) fn warn(warnings: &[Diagnostic]) {
    for warning in warnings {
        let _ = stderr::write_styled(&format!("{}\n\n", warning.render(true)));
    }
}

/// Always writes styles, which the stream removes if stderr takes none. The text can hold names that other people
/// chose, so control characters in it are made harmless.
fn write(text: &mut String, profile: Option<&str>, error: &Error) -> fmt::Result {
    let bold = Style::new().bold();
    let red = bold.fg_color(Some(AnsiColor::BrightRed.into()));
    let green = bold.fg_color(Some(AnsiColor::BrightGreen.into()));

    for diagnostic in &error.diagnostics {
        writeln!(text, "{}\n", diagnostic.render(true))?;
    }
    write!(text, "{red}error{red:#}: ")?;
    if let Some(profile) = profile {
        write!(text, "{}: failed: ", clean(profile))?;
    }
    write!(text, "{}", clean(&error.what))?;
    if let Some(why) = &error.why {
        write!(text, ": {}", clean(why))?;
    }
    writeln!(text)?;
    for line in &error.details {
        writeln!(text, "  {}", clean(line))?;
    }
    if let Some(help) = &error.help {
        writeln!(text, "  {green}help{green:#}: {}", clean(help))?;
    }
    error.also.as_ref().map_or(Ok(()), |also| write(text, profile, also))
}
