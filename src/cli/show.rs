//! `runner show PROFILE`.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use anstyle::Style;
use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::examples::examples;
use super::page::print_json;
use crate::catalog;
use crate::diagnostic::clean;
use crate::problem::Problem;
use crate::profile::{Setting, Settings, Source, WIDTH, lines, process_env};
use crate::run::overrides;
use crate::{Result, output};

/// Print a profile as meant, with where each value comes from
///
/// Has the keys of the profile, those of the profiles that it extends, what environment variables such as
/// `GLOBUS_SDK_ENVIRONMENT` set instead, and the defaults of what no file says. Comments name the file and line, `default`
/// or the variable. Paths are absolute. What it prints is a profile that does the same in any folder. A value that looks
/// like a secret is hidden.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "What holds for a profile:" => "runner show groups",
    "The same for programs:" => "runner show groups --json",
})]
pub(super) struct Show {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: String,
    /// Print a JSON object, also if there are mistakes
    #[arg(long)]
    json: bool,
}

/// The profile, for programs.
#[derive(Debug, Default, Serialize)]
struct Shown {
    /// The name or path that was given.
    profile: String,
    /// The file, or `built-in NAME`; `None` if there are mistakes.
    file: Option<String>,
    /// The profiles that it extends, the nearest one first.
    extends: Vec<String>,
    settings: Vec<Row>,
    mistakes: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct Row {
    /// As TOML writes it, such as `output.guard.min_groups`.
    key: String,
    value: Value,
    /// `file`, `default` or `environment`.
    source: &'static str,
    file: Option<String>,
    line: Option<usize>,
    variable: Option<&'static str>,
    /// Whether the value looks like a secret, and is not shown.
    hidden: bool,
}

impl Show {
    pub(super) fn execute(&self) -> Result<ExitCode> {
        let settings = catalog::find_profile(&self.profile)
            .and_then(|source| Settings::of(source, &process_env, overrides));
        if !self.json {
            return output::print_styled(&text(&settings?)).map(|()| ExitCode::SUCCESS);
        }
        let given = Shown { profile: self.profile.clone(), ..Shown::default() };
        let (shown, code) = match settings {
            Ok(settings) => (given.of(settings), ExitCode::SUCCESS),
            Err(error) => {
                (Shown { mistakes: error.problems(), ..given }, ExitCode::from(error.kind.exit_code()))
            }
        };
        print_json(&shown).map(|()| code)
    }
}

impl Shown {
    fn of(self, settings: Settings) -> Self {
        let Settings { files, settings } = settings;
        let rows = settings.into_iter().map(|setting| Row::of(setting, &files)).collect();
        let mut files = files.into_iter();
        Self { file: files.next(), extends: files.collect(), settings: rows, ..self }
    }
}

impl Row {
    fn of(setting: Setting, files: &[String]) -> Self {
        let key = setting.full_key();
        let Setting { value, source, is_hidden: hidden, .. } = setting;
        let row = Self { key, value, source: "file", file: None, line: None, variable: None, hidden };
        match source {
            Source::File { file, line } => Self { file: files.get(file).cloned(), line: Some(line), ..row },
            Source::Default => Self { source: "default", ..row },
            Source::Variable(variable) => Self { source: "environment", variable: Some(variable), ..row },
        }
    }
}

/// A profile in which comments say where the values come from.
fn text(settings: &Settings) -> String {
    let labels = labels(&settings.files);
    let lines = lines(&settings.settings);
    let width = |text: &str| text.lines().next().unwrap_or_default().chars().count();
    let is_short = |width: &usize| *width <= WIDTH;
    let widths = lines.iter().filter(|line| line.setting.is_some()).map(|line| width(&line.text));
    let column = widths.filter(is_short).max().unwrap_or_default() + 2;

    let dim = Style::new().dimmed();
    let mut page = String::new();
    for (label, file) in labels.iter().zip(&settings.files).filter(|(label, file)| label != file) {
        let _ = writeln!(page, "{dim}# {label} is {}{dim:#}", clean(file));
    }
    for line in &lines {
        let code = &line.text;
        let Some(setting) = line.setting else {
            let _ = writeln!(page, "{code}");
            continue;
        };
        let comment = format!("{dim}# {}{dim:#}", comment(setting, &labels));
        let (first, rest) =
            code.split_once('\n').map_or((code.as_str(), None), |(first, rest)| (first, Some(rest)));
        let _ = if is_short(&width(code)) {
            writeln!(page, "{first:column$}{comment}")
        } else {
            writeln!(page, "{comment}\n{first}")
        };
        let _ = rest.map_or(Ok(()), |rest| writeln!(page, "{rest}"));
    }
    page
}

fn comment(setting: &Setting, labels: &[String]) -> String {
    let from = match setting.source {
        Source::File { file, line } => format!("{}:{line}", labels.get(file).map_or("", String::as_str)),
        Source::Default => "default".to_owned(),
        Source::Variable(variable) => variable.to_owned(),
    };
    if setting.is_hidden { format!("{from}, hidden") } else { from }
}

/// A short name of each file: that of the file alone, if no other one is called so.
fn labels(files: &[String]) -> Vec<String> {
    let name = |file: &str| match Path::new(file).file_name() {
        Some(name) => clean(&name.to_string_lossy()),
        None => clean(file),
    };
    let is_alone = |file: &str| files.iter().filter(|other| name(other) == name(file)).count() == 1;
    files.iter().map(|file| if is_alone(file) { name(file) } else { clean(file) }).collect()
}
