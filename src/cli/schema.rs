//! `runner schema`.

use std::io::{self, ErrorKind, Write};

use clap::Args;

use crate::profile::Profile;
use crate::{Error, Result};

/// Print the JSON Schema of a profile, for editors
///
/// It has every key with its type, default and meaning. An editor with TOML support checks and completes a profile
/// that begins with `#:schema ./FILE`, where FILE holds this schema. `runner init` writes both.
#[derive(Debug, Args)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn execute(self) -> Result<()> {
        let Self {} = self;
        match writeln!(io::stdout().lock(), "{:#}", Profile::schema()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => {
                result.map_err(|error| Error::failed("can't write to the standard output").because(error))
            }
        }
    }
}
