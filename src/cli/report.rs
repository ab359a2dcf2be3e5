//! Errors and warnings on stderr.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::Error;
use crate::diagnostic::{Diagnostic, clean};

/// Writes the error to stderr. If that fails, there is no way left to report it.
pub(super) fn show(error: &Error) {
    let _ = write(&mut anstream::stderr().lock(), error);
}

/// Writes warnings to stderr, each with its line.
pub(super) fn warn(warnings: &[Diagnostic]) {
    let mut stderr = anstream::stderr().lock();
    for warning in warnings {
        let _ = writeln!(stderr, "{}\n", warning.render(true));
    }
}

/// Always writes styles, which the stream removes if stderr takes none. The text can hold names that other people
/// chose, so control characters in it are made harmless.
fn write(stderr: &mut impl Write, error: &Error) -> io::Result<()> {
    let bold = Style::new().bold();
    let red = bold.fg_color(Some(AnsiColor::BrightRed.into()));
    let green = bold.fg_color(Some(AnsiColor::BrightGreen.into()));

    for diagnostic in &error.diagnostics {
        writeln!(stderr, "{}\n", diagnostic.render(true))?;
    }
    write!(stderr, "{red}error{red:#}: {}", clean(&error.what))?;
    if let Some(why) = &error.why {
        write!(stderr, ": {}", clean(why))?;
    }
    writeln!(stderr)?;
    for line in &error.details {
        writeln!(stderr, "  {}", clean(line))?;
    }
    if let Some(help) = &error.help {
        writeln!(stderr, "  {green}help{green:#}: {}", clean(help))?;
    }
    error.also.as_ref().map_or(Ok(()), |also| write(stderr, also))
}
