//! `runner profiles`.

use clap::Args;
use serde::Serialize;

use super::examples::examples;
use super::page::{Page, print_json};
use crate::Result;
use crate::catalog;
use crate::problem::Problem;
use crate::profile::{Listed, read_all};

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
struct Row {
    name: String,
    /// Empty if there is none, or the profile has mistakes.
    description: String,
    tags: Vec<String>,
    /// A path, or `built in`.
    origin: String,
    /// The file of the same name that is used instead.
    shadowed_by: Option<String>,
    /// Whether it is only for others to extend: it lacks keys that a run needs.
    is_base: bool,
    problems: Vec<Problem>,
}

impl Profiles {
    pub(super) fn execute(self) -> Result<()> {
        let profiles: Vec<Row> = read_all(catalog::list_profiles()).into_iter().map(Row::of).collect();
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

impl Row {
    fn of(listed: Listed) -> Self {
        let Listed { name, origin, shadowed_by, profile, is_base } = listed;
        let (description, tags, problems) = match profile {
            Ok(profile) => (profile.description, profile.tags, Vec::new()),
            Err(_) if is_base => Default::default(),
            Err(error) => (String::new(), Vec::new(), error.problems()),
        };
        let shadowed_by = shadowed_by.map(|other| other.to_string());
        Self { name, description, tags, origin: origin.to_string(), shadowed_by, is_base, problems }
    }

    fn show(&self, page: &mut Page) {
        page.line(0, &self.name);
        if self.is_base {
            page.line(4, "only for other profiles to extend: a run needs more keys");
        } else if !self.problems.is_empty() {
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
