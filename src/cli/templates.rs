//! `runner templates`.

use std::fmt::Write;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::catalog::{self, Found, Origin, Source};
use crate::diagnostic::clean;
use crate::fs::{create_file, create_private_folder, folder_of};
use crate::output::{self, Destination, Spool};
use crate::template::{Format, summary};
use crate::terminal::shell::shell_word;
use crate::{Error, Result};

/// List the templates that can be used by name, where they are, and what hides what; show one, or copy one
///
/// A template that lies beside its profile is not listed: it is found for that profile alone.
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(super) struct Templates {
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
struct Show {
    /// A name that `runner templates` lists, or a path with a `/`
    name: String,
}

/// Copy a template to where you can edit it
///
/// The copy goes to the folder that your own templates are found in, and is used from then on in the place of
/// the one that is built in. Its path is printed on stdout.
#[derive(Debug, Args)]
struct Copy {
    /// A name that `runner templates` lists, or a path with a `/`
    name: String,
    /// Copy it to this file or into this folder instead
    #[arg(long, value_name = "FILE|FOLDER")]
    to: Option<PathBuf>,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
}

impl Templates {
    pub(super) fn execute(self) -> Result<()> {
        match self.action {
            None => print(&list(&catalog::list_templates())),
            Some(Action::Show(Show { name })) => print(&find(&name)?.text),
            Some(Action::Copy(copy)) => copy.execute(),
        }
    }
}

impl Copy {
    fn execute(&self) -> Result<()> {
        let target = self.target()?;
        let source = self.source(&target)?;
        let shown = clean(&target.to_string_lossy());
        if Format::named(&source.name) != Format::named(&target.to_string_lossy()) {
            return Err(Error::usage(format!("{shown} would be another format than {}", source.name))
                .because("the extension before `.hbs` decides how values are escaped")
                .help("keep the last two extensions"));
        }
        let cannot = |error| Error::failed(format!("can't write {shown}")).because(error);
        create_private_folder(folder_of(&target)).map_err(cannot)?;
        create_file(&target, source.text.as_bytes(), self.force).map_err(|error| {
            if error.kind() == ErrorKind::AlreadyExists {
                let error = Error::usage(format!("{shown} is there already"));
                return error.help("--force replaces it, --to FILE puts the copy elsewhere");
            }
            cannot(error)
        })?;
        print(&format!("{}\n", target.display()))?;
        let name = used_by_name(&target);
        let used = match name {
            Some(_) => "a profile with this template's name uses the copy from now on",
            None => "name the copy in a profile as its `template`",
        };
        let whole = std::path::absolute(&target).map_err(cannot)?;
        let name = name.unwrap_or_else(|| whole.to_string_lossy().into_owned());
        let name = shell_word(&name);
        tracing::info!("{used}; `runner render groups --template {name} --watch` shows what it makes");
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

    /// What to copy: the first that is found and is not the target itself. An own copy can so be replaced by the
    /// original.
    fn source(&self, target: &Path) -> Result<Source> {
        let named = catalog::list_templates().into_iter().filter(|found| found.source.name == self.name);
        let mut others = named.filter(|found| found.source.origin != Origin::File(target.to_owned()));
        match others.next() {
            Some(found) => found.problem.map_or(Ok(found.source), Err),
            None => find(&self.name),
        }
    }
}

fn print(text: &str) -> Result<()> {
    output::deliver(Spool::holding(text.to_owned(), Destination::Stdout))
}

fn find(name: &str) -> Result<Source> {
    catalog::find_template(name, name.contains('/').then_some(Path::new(".")))
}

/// The name by which this file is found, if nothing else is found by it.
fn used_by_name(target: &Path) -> Option<String> {
    let name = target.file_name()?.to_str()?;
    let found = catalog::find_template(name, None).ok()?;
    (found.origin == Origin::File(target.to_owned())).then(|| name.to_owned())
}

/// One paragraph for each template: its name, what it writes, where it is.
fn list(templates: &[Found]) -> String {
    let mut text = String::new();
    for Found { source, problem, shadowed_by } in templates {
        let format = match Format::named(&source.name) {
            Some(format) => format.extension(),
            None => "no format that is known, so it can't be used",
        };
        let about = match problem {
            None => summary(&source.text).map(|words| format!(": {}", clean(words))).unwrap_or_default(),
            Some(problem) => format!(": {}", clean(&problem.summary())),
        };
        let place = match shadowed_by {
            None => source.origin.to_string(),
            Some(other) => format!("{} (not used: {other} comes first)", source.origin),
        };
        // Writing to a text can't fail.
        let _ = writeln!(text, "{}\n    writes {format}{about}\n    {place}", clean(&source.name));
    }
    text
}
