//! `runner schema`.

use clap::Args;

use super::examples::examples;
use crate::profile::Profile;
use crate::{Result, output};

/// Print the JSON Schema of a profile, for editors
///
/// It has every key with its type, default and meaning. An editor with TOML support checks and completes a profile
/// that begins with `#:schema ./FILE`, where FILE holds this schema. `runner init` writes both.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "For a file that your editor reads:" => "runner schema",
})]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn execute(self) -> Result<()> {
        let Self {} = self;
        output::print(format!("{:#}\n", Profile::schema()))
    }
}
