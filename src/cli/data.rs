//! `runner data PROFILE`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::examples::examples;
use super::interruptible;
use crate::data::marked;
use crate::output::{self, Destination, Spool};
use crate::terminal::shell::shell_word;
use crate::{Error, Result, run};

/// Print what the template of a profile sees, as JSON
///
/// Logs in if needed and fetches the groups, as a run does, but renders nothing: the template need not exist yet.
/// `runner render --data FILE` renders the saved data, so that you can write a template without asking Globus each
/// time.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "Look at made-up groups:" => "runner data groups --sandbox",
    "Keep yours for `runner render`:" => "runner data groups --save my.json",
})]
pub(super) struct Data {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: String,
    /// Write to this file; a new one is readable by you alone, since the data contains people's names
    #[arg(short, long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Use made-up groups from a built-in sandbox: no account, no network, nothing stored. `--sandbox=hostile` has groups
    /// whose names break careless templates; a TOML or JSON file has your own
    #[cfg_attr(
        feature = "sandbox",
        arg(
            long,
            value_name = "DATA",
            num_args = 0..=1,
            require_equals = true,
            default_missing_value = "sample"
        )
    )]
    #[cfg_attr(not(feature = "sandbox"), arg(skip))]
    sandbox: Option<PathBuf>,
}

impl Data {
    pub(super) fn execute(self) -> Result<()> {
        interruptible::block_on(Box::pin(self.print()))
    }

    async fn print(self) -> Result<()> {
        let sandbox = self.sandbox.map(run::SandboxData::named);
        let save = self.save.as_deref().filter(|path| *path != Path::new("-"));
        let destination =
            save.map_or(Destination::Stdout, |path| Destination::File { path: path.to_owned(), mode: None });
        let data = run::data(&self.profile, sandbox.as_ref(), &destination).await?;
        let mut json = serde_json::to_string_pretty(&marked(&data))
            .map_err(|error| Error::failed("can't write the data as JSON").because(error))?;
        json.push('\n');
        output::deliver_unblocked(Spool::of(json, destination)).await?;
        if let Some(file) = save {
            log::info!(
                "saved; now `runner render {} --data {} --watch` shows what the template makes of it",
                shell_word(&self.profile),
                shell_word(&file.to_string_lossy())
            );
        }
        Ok(())
    }
}
