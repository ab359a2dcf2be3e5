//! `runner templates`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::examples::examples;
use super::page::{Page, print_json};
use crate::catalog::{self, Found, Origin, SourceText};
use crate::diagnostic::clean;
use crate::fs::{create_file, create_private_folder, folder_of};
use crate::output;
use crate::problem::Problem;
use crate::template::{Format, summary};
use crate::terminal::shell::shell_word;
use crate::{Error, Result};

/// List, show or copy the templates that can be used by name
///
/// The list says where each template is, and which ones are hidden by another of the same name. A template beside its
/// profile is not listed: only that profile finds it.
#[derive(Debug, Args)]
#[command(
    override_usage = "runner templates [--json]\n       runner templates COMMAND",
    after_help = examples! {
        "What can be used by name:" => "runner templates",
        "Start a template of your own:" => "runner templates copy groups.csv.hbs",
    }
)]
pub(super) struct Templates {
    /// Print a JSON array with one object for each template
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    Show(Show),
    Copy(Copy),
}

/// Print the text of a template
#[derive(Debug, Args)]
#[command(
    override_usage = "runner templates show <NAME>",
    after_help = examples! { "Read a built-in one:" => "runner templates show groups.csv.hbs" }
)]
struct Show {
    /// A name that `runner templates` lists, or a path with a `/`
    name: String,
}

/// Copy a template to where you can edit it
///
/// The copy goes to the folder of your own templates, and is used from then on instead of the built-in one. Its path
/// is printed on stdout.
#[derive(Debug, Args)]
#[command(
    override_usage = "runner templates copy <NAME>\n           [--to <PATH>] [--force]",
    after_help = examples! {
        "Change what a built-in profile writes:" => "runner templates copy groups.csv.hbs",
        "Start a template under another name:" => "runner templates copy groups.csv.hbs --to mine.csv.hbs",
    }
)]
struct Copy {
    /// A name that `runner templates` lists, or a path with a `/`
    name: String,
    /// Copy it to this file or into this folder instead
    #[arg(long, value_name = "PATH")]
    to: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
}

impl Templates {
    pub(super) fn execute(self) -> Result<()> {
        match self.action {
            // Not clap's `args_conflicts_with_subcommands`, which refuses `--color` there, too.
            Some(_) if self.json => Err(Error::usage("`--json` is for the list of templates")
                .help("leave out `--json`, or the command behind `templates`")),
            None => list(self.json),
            Some(Action::Show(Show { name })) => output::print(&*find(&name)?.text),
            Some(Action::Copy(copy)) => copy.execute(),
        }
    }
}

fn list(json: bool) -> Result<()> {
    let templates: Vec<Listed> = catalog::list_templates().iter().map(Listed::of).collect();
    if json {
        return print_json(&templates);
    }
    let mut page = Page::new();
    for template in &templates {
        template.show(&mut page);
    }
    page.print()
}

impl Copy {
    fn execute(&self) -> Result<()> {
        let target = self.target()?;
        let source = self.source(&target)?;
        let shown = clean(&target.to_string_lossy());
        if Format::named(&source.name) != Format::named(&target.to_string_lossy()) {
            return Err(Error::usage(format!("{shown} would have another format than {}", source.name))
                .because("the extension before `.hbs` decides how values are escaped")
                .help("keep the last two extensions"));
        }
        let cannot = |error| Error::failed(format!("can't write {shown}")).because(error);
        create_private_folder(folder_of(&target)).map_err(cannot)?;
        create_file(&target, source.text.as_bytes(), self.force).map_err(|error| {
            if error.kind() == ErrorKind::AlreadyExists {
                let error = Error::usage(format!("{shown} already exists"));
                return error.help("--force replaces it, --to FILE puts the copy elsewhere");
            }
            cannot(error)
        })?;
        output::print(format!("{}\n", target.display()))?;
        let name = used_by_name(&target);
        let used = match name {
            Some(_) => "profiles that name this template use the copy from now on",
            None => "name the copy in a profile as its `template`",
        };
        let whole = std::path::absolute(&target).map_err(cannot)?;
        let name = name.unwrap_or_else(|| whole.to_string_lossy().into_owned());
        let name = shell_word(&name);
        log::info!("{used}; `runner render groups --template {name} --watch` shows what it writes");
        Ok(())
    }

    /// The file to write.
    fn target(&self) -> Result<PathBuf> {
        let file = Path::new(&self.name).file_name().unwrap_or_default();
        match &self.to {
            Some(folder) if folder.is_dir() || folder.as_os_str().as_encoded_bytes().ends_with(b"/") => {
                Ok(folder.join(file))
            }
            Some(path) => Ok(path.clone()),
            None => Ok(catalog::user_folder()?.join("templates").join(file)),
        }
    }

    /// What to copy: the first one found that is not the target itself, so that the original can replace a copy.
    fn source(&self, target: &Path) -> Result<SourceText> {
        let named = catalog::list_templates().into_iter().filter(|found| found.source.name == self.name);
        let mut others = named.filter(|found| found.source.origin != Origin::File(target.to_owned()));
        match others.next() {
            Some(found) => found.problem.map_or(Ok(found.source), Err),
            None => find(&self.name),
        }
    }
}

fn find(name: &str) -> Result<SourceText> {
    catalog::find_template(name, name.contains('/').then_some(Path::new(".")))
}

/// The name that finds this file, and not another one of the same name.
fn used_by_name(target: &Path) -> Option<String> {
    let name = target.file_name()?.to_str()?;
    let found = catalog::find_template(name, None).ok()?;
    (found.origin == Origin::File(target.to_owned())).then(|| name.to_owned())
}

/// A template of the list.
#[derive(Serialize)]
struct Listed {
    name: String,
    /// The extension of what it writes; `None` if no format is known for it.
    format: Option<&'static str>,
    /// The first line of its comment.
    summary: Option<String>,
    /// A path, or `built in`.
    origin: String,
    /// The file of the same name that is used instead.
    shadowed_by: Option<String>,
    problems: Vec<Problem>,
}

impl Listed {
    fn of(Found { source, problem, shadowed_by }: &Found) -> Self {
        Self {
            name: source.name.clone(),
            format: Format::named(&source.name).map(Format::extension),
            summary: summary(&source.text).map(str::to_owned),
            origin: source.origin.to_string(),
            shadowed_by: shadowed_by.as_ref().map(ToString::to_string),
            problems: problem.iter().flat_map(Error::problems).collect(),
        }
    }

    fn show(&self, page: &mut Page) {
        page.line(0, &self.name);
        let format = self.format.unwrap_or("no known format, so it can't be used");
        let about = self.problems.first().map(|problem| &problem.message).or(self.summary.as_ref());
        let about = about.map(|about| format!(": {about}")).unwrap_or_default();
        page.line(4, &format!("writes {format}{about}"));
        match &self.shadowed_by {
            None => page.line(4, &self.origin),
            Some(other) => page.line(4, &format!("{} (not used: {other} comes first)", self.origin)),
        }
    }
}
