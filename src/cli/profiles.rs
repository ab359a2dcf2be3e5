//! `runner profiles`.

use std::io::{self, ErrorKind, Write};

use clap::Args;

use crate::catalog::{self, Found};
use crate::diagnostic::clean;
use crate::profile::{Profile, process_env};
use crate::{Error, Result};

/// List the profiles that can be run by name, where they are, and which of the same name is used
#[derive(Debug, Args)]
pub(super) struct Profiles {}

impl Profiles {
    pub(super) fn execute(self) -> Result<()> {
        let Self {} = self;
        match write(&mut io::stdout().lock(), catalog::list_profiles()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => {
                result.map_err(|error| Error::failed("can't write to the standard output").because(error))
            }
        }
    }
}

/// One paragraph for each profile: its name, description and origin.
fn write(stdout: &mut impl Write, profiles: Vec<Found>) -> io::Result<()> {
    for Found { source, problem, shadowed_by } in profiles {
        let (name, origin) = (source.name.clone(), source.origin.clone());
        writeln!(stdout, "{name}")?;
        match problem.map_or_else(|| Profile::parse(source, &process_env), Err) {
            Ok(profile) if profile.description.is_empty() => {}
            Ok(profile) => writeln!(stdout, "    {}", clean(&profile.description))?,
            Err(_) => writeln!(stdout, "    has mistakes: `runner check {name}` shows them")?,
        }
        match shadowed_by {
            None => writeln!(stdout, "    {origin}")?,
            Some(other) => writeln!(stdout, "    {origin} (not used: {other} comes first)")?,
        }
    }
    Ok(())
}
