//! Errors and warnings on stderr.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};

use super::log_format;
use crate::Error;
use crate::diagnostic::{Diagnostic, clean, without_secrets};
use crate::problem::Problem;
use crate::terminal::stderr;

/// Writes the error to stderr. If that fails, there is no way left to report it.
pub(super) fn show(error: &Error) {
    if log_format::is_json() { write_json(None, error) } else { write_text(None, error) }
}

/// The same for the only profile of a command, which the reader of a text knows.
pub(super) fn show_about(profile: &str, error: &Error) {
    if log_format::is_json() { write_json(Some(profile), error) } else { write_text(None, error) }
}

/// The same for one of several profiles.
pub(super) fn show_of(profile: &str, error: &Error) {
    if log_format::is_json() { write_json(Some(profile), error) } else { write_text(Some(profile), error) }
}

fn write_json(profile: Option<&str>, error: &Error) {
    for (index, problem) in error.problems().iter().enumerate() {
        let details = if index == 0 { error.details.as_ref() } else { &[] };
        log_format::write_problem("error", profile, problem, details);
    }
}

fn write_text(profile: Option<&str>, error: &Error) {
    let mut text = String::new();
    let _ = write(&mut text, profile, error);
    let _ = stderr::write_styled(&text);
}

/// Writes warnings to stderr, each with its line.
pub(super) fn warn(warnings: &[Diagnostic]) {
    for warning in warnings {
        if log_format::is_json() {
            log_format::write_problem("warn", None, &Problem::warning(warning), &[]);
            continue;
        }
        let _ = stderr::write_styled(&format!("{}\n\n", warning.render(true)));
    }
}

/// An error can quote a profile, such as the URL of a proxy with its password.
fn shown(text: &str) -> String {
    clean(&without_secrets(text))
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
    write!(text, "{}", shown(&error.what))?;
    if let Some(why) = &error.why {
        write!(text, ": {}", shown(why))?;
    }
    writeln!(text)?;
    for line in &error.details {
        writeln!(text, "  {}", clean(line))?;
    }
    if let Some(help) = &error.help {
        writeln!(text, "  {green}help{green:#}: {}", shown(help))?;
    }
    error.also.as_ref().map_or(Ok(()), |also| write(text, profile, also))
}
