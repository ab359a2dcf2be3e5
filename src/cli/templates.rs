//! `runner templates`.

use std::fmt::Write;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::catalog::{self, Found, Origin, SourceText};
use crate::diagnostic::clean;
use crate::fs::{create_file, create_private_folder, folder_of};
use crate::output;
use crate::template::{Format, summary};
use crate::terminal::shell::shell_word;
use crate::{Error, Result};

/// List the templates that can be used by name, show one, or copy one
///
/// The list says where each template is, and which ones are hidden by another of the same name. A template beside its
/// profile is not listed: only that profile finds it.
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
/// The copy goes to the folder of your own templates, and is used from then on instead of the built-in one. Its path
/// is printed on stdout.
#[derive(Debug, Args)]
struct Copy {
    /// A name that `runner templates` lists, or a path with a `/`
    name: String,
    /// Copy it to this file or into this folder instead
    #[arg(long, value_name = "FILE|FOLDER")]
    to: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
}

impl Templates {
    pub(super) fn execute(self) -> Result<()> {
        match self.action {
            None => output::print(list(&catalog::list_templates())),
            Some(Action::Show(Show { name })) => output::print(&*find(&name)?.text),
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
        tracing::info!("{used}; `runner render groups --template {name} --watch` shows what it writes");
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

/// One paragraph for each template: its name, what it writes, where it is.
fn list(templates: &[Found]) -> String {
    let mut text = String::new();
    for Found { source, problem, shadowed_by } in templates {
        let format = match Format::named(&source.name) {
            Some(format) => format.extension(),
            None => "no known format, so it can't be used",
        };
        let about = match problem {
            None => summary(&source.text).map(|line| format!(": {}", clean(line))).unwrap_or_default(),
            Some(problem) => format!(": {}", clean(&problem.summary())),
        };
        let location = match shadowed_by {
            None => source.origin.to_string(),
            Some(other) => format!("{} (not used: {other} comes first)", source.origin),
        };
        // Writing to a string can't fail.
        let _ = writeln!(text, "{}\n    writes {format}{about}\n    {location}", clean(&source.name));
    }
    text
}
