//! `runner init NAME`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::examples::examples;
use super::interruptible;
use crate::Result;
use crate::catalog::{self, Origin};
use crate::init::{self, Field, Files};
use crate::output;
use crate::template::Format;
use crate::terminal::prompt::{Lines, is_interactive};
use crate::terminal::shell::shell_word;

/// Write a profile and a template to start with, both with comments
///
/// At a terminal it asks for what no option says; elsewhere it takes the defaults. The files go to your folders for
/// profiles and templates, and their paths are printed on stdout. Beside the profile it writes its JSON Schema, for
/// editors.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "Be asked for everything:" => "runner init mine",
    "Be asked for the rest:" => "runner init report --format html",
})]
pub(super) struct Init {
    /// The name of the new profile: letters, digits, `.`, `_` and `-`
    name: String,
    /// Put both files into this folder instead
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// What the profile is for, in a line
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The Globus application to log in with; by default that of the Globus tutorials
    #[arg(long, value_name = "UUID")]
    client_id: Option<String>,
    /// Let the client act as itself, with the secret from `env:NAME` or `file:PATH`; needs --client-id
    #[arg(long, value_name = "SOURCE")]
    service_account: Option<String>,
    /// Where tokens are kept: a .json file, a .db file, app:NAME or memory
    #[arg(long, value_name = "PLACE")]
    storage: Option<String>,
    /// The format of the output; by default csv
    #[arg(long, value_parser = PossibleValuesParser::new(Format::extensions()))]
    format: Option<String>,
    /// The file that runs write; a relative path starts at the profile's folder, `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
    /// Replace existing files
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(super) fn execute(self) -> Result<()> {
        interruptible::block_on(Box::pin(self.write()))
    }

    async fn write(self) -> Result<()> {
        let files = Files::of(&self.name, self.folder.as_deref(), self.force)?;
        let given = [
            (Field::Description, self.description),
            (Field::ClientId, self.client_id),
            (Field::Secret, self.service_account),
            (Field::Storage, self.storage),
            (Field::Format, self.format),
            (Field::Output, self.output),
        ];
        let given: Vec<_> = given.into_iter().filter_map(|(field, text)| Some((field, text?))).collect();
        let terminal = if is_interactive() { Some(Lines::open().await) } else { None };
        let answers = init::collect_answers(&self.name, &files, &given, terminal).await?;
        let hides = catalog::find_profile(&self.name).ok().filter(|found| found.origin == Origin::Embedded);
        files.write(&answers)?;

        let template = files.template(&answers);
        output::print_unblocked(format!("{}\n{}\n", files.profile.display(), template.display())).await?;
        let argument = profile_argument(&self.name, &files);
        if argument == self.name && hides.is_some() {
            log::info!("`{argument}` is now this profile, no longer the built-in one");
        }
        let argument = shell_word(&argument);
        #[cfg(feature = "sandbox")]
        log::info!(
            "`runner --profile {argument} --sandbox` tries it with made-up groups, without an account"
        );
        log::info!("`runner render {argument} --watch` shows the output on each save of the template");
        log::info!("`runner --profile {argument}` fetches your groups");
        Ok(())
    }
}

/// How to name the new profile in commands: by its name, unless another profile is found by it.
fn profile_argument(name: &str, files: &Files) -> String {
    let found =
        catalog::find_profile(name).is_ok_and(|found| found.origin == Origin::File(files.profile.clone()));
    if found {
        return name.to_owned();
    }
    files.profile.to_string_lossy().into_owned()
}
