//! `runner schema`.

use clap::Args;

use crate::profile::Profile;
use crate::{Result, output};

/// Print the JSON Schema of a profile, for editors
///
/// It has every key with its type, default and meaning. An editor with TOML support checks and completes a profile
/// that begins with `#:schema ./FILE`, where FILE holds this schema. `runner init` writes both.
#[derive(Debug, Args)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn execute(self) -> Result<()> {
        let Self {} = self;
        output::print(format!("{:#}\n", Profile::schema()))
    }
}
