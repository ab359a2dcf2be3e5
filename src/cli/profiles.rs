//! `runner profiles`.

use std::io::{self, ErrorKind, Write};

use clap::Args;

use crate::catalog::{self, Found};
use crate::diagnostic::clean;
use crate::{Error, Result};

/// List the profiles that can be run by name, where they are, and what hides what
#[derive(Debug, Args)]
pub(super) struct Profiles {}

impl Profiles {
    pub(super) fn execute(self) -> Result<()> {
        let Self {} = self;
        match write(&mut io::stdout().lock(), &catalog::list_profiles()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => {
                result.map_err(|error| Error::failed("can't write to the standard output").because(error))
            }
        }
    }
}

/// One paragraph for each profile: its name, what it is for, where it is.
fn write(stdout: &mut impl Write, profiles: &[Found]) -> io::Result<()> {
    for profile in profiles {
        writeln!(stdout, "{}", profile.name)?;
        match &profile.description {
            Ok(description) if description.is_empty() => {}
            Ok(description) => writeln!(stdout, "    {}", clean(description))?,
            Err(_) => writeln!(stdout, "    has mistakes: `runner check {}` shows them", profile.name)?,
        }
        match &profile.shadowed_by {
            None => writeln!(stdout, "    {}", profile.origin)?,
            Some(other) => writeln!(stdout, "    {} (not used: {other} comes first)", profile.origin)?,
        }
    }
    Ok(())
}
