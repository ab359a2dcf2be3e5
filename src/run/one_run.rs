//! What a user asks for: a profile, and what overrides it once.

use std::path::{Path, PathBuf};

use super::sandbox_data::SandboxData;
use crate::catalog;
use crate::data::{Fields, RowKind};
use crate::output::{Destination, DryRun, Guard, GuardOptions};
use crate::profile::{Mode, Output, OutputTarget, Profile};
use crate::template::Template;
use crate::{Error, Result};

/// One execution of one profile.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The name or the path of the profile.
    pub profile: String,
    /// Overrides the profile's own output; `-` is stdout.
    pub output: Option<PathBuf>,
    /// Overrides the mode of the output file.
    pub mode: Option<Mode>,
    /// Overrides the profile's own template.
    pub template: Option<TemplateOverride>,
    /// A sandbox with this data instead of Globus.
    pub sandbox: Option<SandboxData>,
    /// Whether to deliver an output that the guard would refuse.
    pub accept: bool,
    /// If nothing is written, and only what would change is told.
    pub dry: Option<DryRun>,
    /// Whether a schedule started it.
    pub scheduled: bool,
}

/// A template that overrides the profile's.
#[derive(Debug, Clone)]
pub enum TemplateOverride {
    /// A name, or a path from the working directory.
    Named(String),
    /// The ready template of this format.
    OfFormat(String),
}

impl Run {
    pub(super) fn template(&self, profile: &Profile, output: &Output) -> Result<Template> {
        match &self.template {
            None => Template::of(profile, output),
            Some(TemplateOverride::Named(name)) => Template::overriding(profile, output, name),
            Some(TemplateOverride::OfFormat(format)) => {
                let name = catalog::ready_template(format, &output.template.name);
                Template::overriding(profile, output, &name)
            }
        }
    }

    pub(super) fn guard(
        &self,
        profile: &Profile,
        output: &Output,
        rows: RowKind,
        read: &Fields,
        destination: &Destination,
    ) -> Guard {
        let options = GuardOptions {
            accept: self.accept,
            accept_command: self.accept_command(),
            is_trial: self.sandbox.is_some(),
            is_dry_run: self.dry.is_some(),
        };
        Guard::new(profile, output.guard.clone(), rows, read, destination, options)
    }

    pub(super) fn destination(&self, output: &Output) -> Result<Destination> {
        if let OutputTarget::Each(each) = &output.target {
            return Ok(Destination::Files { folder: each.folder.clone() });
        }
        let path = match &self.output {
            None => self.own_output(output),
            Some(path) => Some(path.as_path()).filter(|path| *path != Path::new("-")),
        };
        match path {
            Some(path) => {
                let mode = self.mode.or(output.mode).map(Mode::bits);
                Ok(Destination::File { path: path.to_owned(), mode })
            }
            None if self.mode.is_some() => Err(Error::usage("--mode is for a file")
                .because("the output goes to stdout")
                .help("name the file with -o")),
            None => Ok(Destination::Stdout),
        }
    }

    /// Fails if it overrides the output of a profile that writes several files. Exit code 2.
    pub(super) fn check_overrides(&self, profile: &Profile) -> Result<()> {
        let why = match profile.outputs.as_slice() {
            [Output { target: OutputTarget::Each(each), .. }] => {
                format!("has a file for each of `{}`", each.list)
            }
            [_] => return Ok(()),
            outputs => format!("has {}", outputs.len()),
        };
        let is_format = matches!(self.template, Some(TemplateOverride::OfFormat(_)));
        let given = [
            (self.output.is_some(), "-o"),
            (self.mode.is_some(), "--mode"),
            (is_format, "--format"),
            (self.template.is_some(), "--template"),
            (self.sandbox.is_some() && self.dry.is_none(), "--sandbox"),
        ];
        let Some((_, option)) = given.into_iter().find(|(is_given, _)| *is_given) else { return Ok(()) };
        let help = if option == "--sandbox" {
            // Made-up data never lands where real data belongs.
            "add `--dry-run --diff`, which shows what its files would be and writes none"
        } else {
            "write it into its `[[output]]`, or into a profile of its own"
        };
        Err(Error::usage(format!("{option} is for a profile with one output"))
            .because(format!("`{}` {why}", self.profile))
            .help(help))
    }

    /// The file that the profile names, unless this run makes something else than what belongs there.
    fn own_output<'p>(&self, output: &'p Output) -> Option<&'p Path> {
        let path = output.file()?;
        if self.dry.is_some() {
            return Some(path);
        }
        let what = match (&self.sandbox, &self.template) {
            (Some(_), _) => "made-up groups go",
            (None, Some(_)) => "the output of another template goes",
            (None, None) => return Some(path),
        };
        log::info!("{what} to stdout, not to `{}`; -o names a file", path.display());
        None
    }
}
