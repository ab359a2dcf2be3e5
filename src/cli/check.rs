//! `runner check PROFILE`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::examples::examples;
use super::page::{Page, print_json};
use super::report;
use crate::Result;
use crate::data::SourceName;
use crate::problem::Problem;
use crate::profile::Profile;
use crate::run::check_own_output;
use crate::template::{Template, check_with_samples};

/// Check a profile and its template, without network or login
///
/// Parses the profile, the template and its partials, finds every partial and helper, and renders built-in
/// groups, few, many and hostile ones, so that mistakes show before cron runs the profile: also a value in a place where its format allows none.
/// Names each raw value. Finds an output file that a run could not write: its folder does not exist, or it is a file that
/// the profile depends on. Writes nothing.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "A profile that has a name:" => "runner check groups",
    "A file, in a test of a repository:" => "runner check ./mine.toml --json",
})]
pub(super) struct Check {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: String,
    /// Print a JSON object, also if there are mistakes
    #[arg(long)]
    json: bool,
}

/// The result, for programs.
#[derive(Debug, Default, Serialize)]
struct Checked {
    /// The name or path that was given.
    profile: String,
    /// Where the profile is: a path, or `built in`. `None`, like the following, if there are mistakes.
    origin: Option<String>,
    template: Option<String>,
    template_origin: Option<String>,
    /// Whether a run renders each row of the main list as it arrives.
    streams: Option<bool>,
    /// Why it does not.
    streams_not: Option<Problem>,
    mistakes: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Check {
    pub(super) fn execute(&self) -> Result<ExitCode> {
        let checked = check(&self.profile);
        if !self.json {
            let (profile, template) = checked?;
            let warnings = template.warnings();
            report::warn(&warnings);
            return text(&profile, &template, warnings.len()).print().map(|()| ExitCode::SUCCESS);
        }
        let given = Checked { profile: self.profile.clone(), ..Checked::default() };
        let (checked, code) = match checked {
            Ok((profile, template)) => (given.fine(&profile, &template), ExitCode::SUCCESS),
            Err(error) => {
                (Checked { mistakes: error.problems(), ..given }, ExitCode::from(error.kind.exit_code()))
            }
        };
        print_json(&checked).map(|()| code)
    }
}

fn check(name: &str) -> Result<(Profile, Template)> {
    let profile = Profile::load(name)?;
    let template = Template::of(&profile)?;
    check_own_output(&profile, &template)?;
    check_with_samples(&template, &profile)?;
    Ok((profile, template))
}

impl Checked {
    fn fine(self, profile: &Profile, template: &Template) -> Self {
        let obstacle = template.obstacle();
        Self {
            origin: Some(profile.origin.to_string()),
            template: Some(profile.template.clone()),
            template_origin: Some(template.source().origin.to_string()),
            streams: Some(obstacle.is_none()),
            streams_not: obstacle.as_ref().map(Problem::note),
            warnings: template.warnings().iter().map(Problem::warning).collect(),
            ..self
        }
    }
}

fn text(profile: &Profile, template: &Template, warnings: usize) -> Page {
    let mut page = Page::new();
    let verdict = match warnings {
        0 => "no mistakes".to_owned(),
        1 => "no mistakes, but a warning".to_owned(),
        several => format!("no mistakes, but {several} warnings"),
    };
    page.line(0, &format!("{}: {verdict}", profile.name));
    page.field("profile", &profile.origin.to_string());
    page.field("template", &format!("{} ({})", profile.template, template.source().origin));
    let (each, all) = match template.main() {
        SourceName::Groups => ("group".to_owned(), "groups".to_owned()),
        declared @ SourceName::Declared(_) => {
            (format!("row of `{declared}`"), format!("rows of `{declared}`"))
        }
    };
    match template.obstacle() {
        None => page.field("memory", &format!("each {each} is rendered as it arrives")),
        Some(obstacle) => {
            page.field("memory", &format!("all {all} are held, which is fine for thousands of them:"));
            page.field("", &obstacle.headline());
        }
    }
    page
}
