//! `runner profiles`.

use clap::Args;
use serde::Serialize;

use super::examples::examples;
use super::page::{Page, print_json};
use crate::Result;
use crate::catalog::{self, Found};
use crate::problem::Problem;
use crate::profile::{Profile, process_env};

/// List the profiles that can be run by name
///
/// Says where each one is, and which of the same name is used.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "What can be run here:" => "runner profiles",
    "The same for programs:" => "runner profiles --json",
})]
pub(super) struct Profiles {
    /// Print a JSON array with one object for each profile
    #[arg(long)]
    json: bool,
}

/// A profile of the list.
#[derive(Serialize)]
struct Listed {
    name: String,
    /// Empty if there is none, or the profile has mistakes.
    description: String,
    tags: Vec<String>,
    /// A path, or `built in`.
    origin: String,
    /// The file of the same name that is used instead.
    shadowed_by: Option<String>,
    problems: Vec<Problem>,
}

impl Profiles {
    pub(super) fn execute(self) -> Result<()> {
        let profiles: Vec<Listed> = catalog::list_profiles().into_iter().map(Listed::of).collect();
        if self.json {
            return print_json(&profiles);
        }
        let mut page = Page::new();
        for profile in &profiles {
            profile.show(&mut page);
        }
        page.print()
    }
}

impl Listed {
    fn of(Found { source, problem, shadowed_by }: Found) -> Self {
        let (name, origin) = (source.name.clone(), source.origin.to_string());
        let shadowed_by = shadowed_by.map(|other| other.to_string());
        let (description, tags, problems) =
            match problem.map_or_else(|| Profile::parse(source, &process_env), Err) {
                Ok(profile) => (profile.description, profile.tags, Vec::new()),
                Err(error) => (String::new(), Vec::new(), error.problems()),
            };
        Self { name, description, tags, origin, shadowed_by, problems }
    }

    fn show(&self, page: &mut Page) {
        page.line(0, &self.name);
        if !self.problems.is_empty() {
            page.line(4, &format!("has mistakes: `runner check {}` shows them", self.name));
        } else if !self.description.is_empty() {
            page.line(4, &self.description);
        }
        if !self.tags.is_empty() {
            page.line(4, &format!("tags: {}", self.tags.join(", ")));
        }
        match &self.shadowed_by {
            None => page.line(4, &self.origin),
            Some(other) => page.line(4, &format!("{} (not used: {other} comes first)", self.origin)),
        }
    }
}
