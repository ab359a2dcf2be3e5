//! `runner check PROFILE`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::examples::examples;
use super::page::{Page, print_json};
use super::report;
use crate::Result;
use crate::data::SourceName;
use crate::diagnostic::Diagnostic;
use crate::problem::Problem;
use crate::profile::{EachFile, Output, OutputTarget, Profile};
use crate::run::{check_own_file_names, check_own_outputs, check_own_programs, own_templates};
use crate::template::{Template, check_with_samples};

/// Check a profile and its template, without network or login
///
/// Parses the profile, the template and its partials, finds every partial and helper, and renders built-in
/// groups, few, many and hostile ones, so that mistakes show before cron runs the profile: also a value in a place where its format allows none.
/// Names each raw value. Finds an output file that a run could not write: its folder does not exist, or it is a file that
/// the profile depends on, or `for_each` names two files alike; and a hook whose program can't be run. Writes nothing.
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
    /// Of the first output, like the following.
    template: Option<String>,
    template_origin: Option<String>,
    /// Whether a run renders each row of the main list as it arrives.
    streams: Option<bool>,
    /// Why it does not.
    streams_not: Option<Problem>,
    /// Every output.
    outputs: Vec<CheckedOutput>,
    mistakes: Vec<Problem>,
    warnings: Vec<Problem>,
}

/// One output, for programs.
#[derive(Debug, Clone, Serialize)]
struct CheckedOutput {
    /// The file; `None` for stdout.
    path: Option<String>,
    /// The list of which each row has a file.
    for_each: Option<String>,
    template: String,
    template_origin: String,
    streams: bool,
    streams_not: Option<Problem>,
}

impl Check {
    pub(super) fn execute(&self) -> Result<ExitCode> {
        let checked = check(&self.profile);
        if !self.json {
            let (profile, templates, mut warnings) = checked?;
            warnings.extend(of_templates(&templates));
            report::warn(&warnings);
            return text(&profile, &templates, warnings.len()).print().map(|()| ExitCode::SUCCESS);
        }
        let given = Checked { profile: self.profile.clone(), ..Checked::default() };
        let (checked, code) = match checked {
            Ok((profile, templates, mut warnings)) => {
                warnings.extend(of_templates(&templates));
                (given.fine(&profile, &templates, &warnings), ExitCode::SUCCESS)
            }
            Err(error) => {
                (Checked { mistakes: error.problems(), ..given }, ExitCode::from(error.kind.exit_code()))
            }
        };
        print_json(&checked).map(|()| code)
    }
}

/// The profile, the template of each of its outputs, and what is doubtful about the profile.
fn check(name: &str) -> Result<(Profile, Vec<Template>, Vec<Diagnostic>)> {
    let profile = Profile::load(name)?;
    let templates = own_templates(&profile)?;
    check_own_outputs(&profile, &templates)?;
    let mut warnings = check_own_programs(&profile)?;
    warnings.extend(check_own_file_names(&profile)?);
    templates.iter().try_for_each(|template| check_with_samples(template, &profile))?;
    Ok((profile, templates, warnings))
}

/// Each once: several outputs can have one template.
fn of_templates(templates: &[Template]) -> Vec<Diagnostic> {
    let mut warnings: Vec<Diagnostic> = Vec::new();
    for warning in templates.iter().flat_map(Template::warnings) {
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    warnings
}

impl Checked {
    fn fine(self, profile: &Profile, templates: &[Template], warnings: &[Diagnostic]) -> Self {
        let outputs = profile.outputs.iter().zip(templates);
        let outputs: Vec<CheckedOutput> =
            outputs.map(|(output, template)| CheckedOutput::of(output, template)).collect();
        let first = outputs.first().cloned();
        Self {
            origin: Some(profile.origin.to_string()),
            template: first.as_ref().map(|first| first.template.clone()),
            template_origin: first.as_ref().map(|first| first.template_origin.clone()),
            streams: first.as_ref().map(|first| first.streams),
            streams_not: first.and_then(|first| first.streams_not),
            outputs,
            warnings: warnings.iter().map(Problem::warning).collect(),
            ..self
        }
    }
}

impl CheckedOutput {
    fn of(output: &Output, template: &Template) -> Self {
        let each = each_of(output);
        // Of a list with one row, nothing has to be held.
        let obstacle = if each.is_some() { None } else { template.obstacle() };
        Self {
            path: path_of(output),
            for_each: each.map(|each| each.list.to_string()),
            template: output.template.name.clone(),
            template_origin: template.source().origin.to_string(),
            streams: obstacle.is_none() && !(each.is_some() && template.reads_what_ends_last()),
            streams_not: obstacle.as_ref().map(Problem::note),
        }
    }
}

fn text(profile: &Profile, templates: &[Template], warnings: usize) -> Page {
    let mut page = Page::new();
    let verdict = match warnings {
        0 => "no mistakes".to_owned(),
        1 => "no mistakes, but a warning".to_owned(),
        several => format!("no mistakes, but {several} warnings"),
    };
    page.line(0, &format!("{}: {verdict}", profile.name));
    page.field("profile", &profile.origin.to_string());
    for (output, template) in profile.outputs.iter().zip(templates) {
        let each = each_of(output).map(|each| format!(" for each of `{}`", each.list));
        if profile.outputs.len() > 1 || each.is_some() {
            let path = path_of(output).unwrap_or_else(|| "stdout".to_owned());
            page.field("output", &format!("{path}{}", each.unwrap_or_default()));
        }
        describe(&mut page, output, template);
    }
    page
}

fn each_of(output: &Output) -> Option<&EachFile> {
    match &output.target {
        OutputTarget::Each(each) => Some(each),
        OutputTarget::Stdout | OutputTarget::File(_) => None,
    }
}

fn path_of(output: &Output) -> Option<String> {
    let path = match &output.target {
        OutputTarget::Stdout => return None,
        OutputTarget::File(path) => path.clone(),
        OutputTarget::Each(each) => each.folder.join(&each.name),
    };
    Some(path.to_string_lossy().into_owned())
}

fn describe(page: &mut Page, output: &Output, template: &Template) {
    page.field("template", &format!("{} ({})", output.template.name, template.source().origin));
    let (each, all) = match template.main() {
        SourceName::Groups => ("group".to_owned(), "groups".to_owned()),
        declared @ SourceName::Declared(_) => {
            (format!("row of `{declared}`"), format!("rows of `{declared}`"))
        }
    };
    if each_of(output).is_some() {
        let memory = if template.reads_what_ends_last() {
            format!("all {all} are held: `sources` and `changes` are known after the last one")
        } else {
            format!("each {each} is rendered as it arrives")
        };
        return page.field("memory", &memory);
    }
    match template.obstacle() {
        None => page.field("memory", &format!("each {each} is rendered as it arrives")),
        Some(obstacle) => {
            page.field("memory", &format!("all {all} are held, which is fine for thousands of them:"));
            page.field("", &obstacle.headline());
        }
    }
}
