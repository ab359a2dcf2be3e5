//! A preview: a profile's template rendered with a snapshot or the sample. No network, no tokens, no login.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::snapshot_source::SnapshotSource;
use crate::data::Snapshot;
use crate::output::{self, Destination, Spool};
use crate::profile::{Mode, Output, Profile};
use crate::run::protected_files;
use crate::template::{Template, render_snapshot};
use crate::terminal::signals::ShutdownGuard;
use crate::{Error, Result};

/// What to render, with which data, and where to.
#[derive(Debug)]
pub struct Preview {
    /// The name or the path of the profile.
    pub profile: String,
    /// Overrides the profile's own template: a name, or a path from the working directory.
    pub template: Option<String>,
    pub source: SnapshotSource,
    /// The file to write; `None` and `-` are stdout. The profile's own output is left alone: other programs may read it.
    pub output: Option<PathBuf>,
}

/// A profile and a template that could be parsed.
#[derive(Debug)]
pub struct Loaded {
    pub profile: Profile,
    /// The profile's template, or its override.
    pub template: Template,
    /// The mode of the output.
    mode: Option<Mode>,
}

impl Preview {
    /// Reads the profile, the template and its partials. Exit code 2 for a mistake in them.
    pub fn load(&self) -> Result<Loaded> {
        let profile = Profile::load(&self.profile)?;
        let (output, template) = match (&self.template, profile.outputs.as_slice()) {
            (None, [output]) => (output, Template::of(&profile, output)?),
            (None, outputs) => return Err(self.which_of(outputs)),
            (Some(name), outputs) => {
                let is_its_own = |output: &&Output| output.template.name == *name;
                let Some(output) = outputs.iter().find(is_its_own).or(outputs.first()) else {
                    return Err(self.which_of(outputs));
                };
                (output, Template::overriding(&profile, output, name)?)
            }
        };
        let mode = output.mode;
        Ok(Loaded { profile, template, mode })
    }

    fn which_of(&self, outputs: &[Output]) -> Error {
        let names: Vec<String> = outputs.iter().map(|output| format!("`{}`", output.template.name)).collect();
        Error::usage(format!("`{}` has {} outputs", self.profile, outputs.len()))
            .because("a preview is of one template")
            .help(format!("name one with --template: {}", names.join(", ")))
    }

    /// Renders and delivers, all or nothing.
    pub fn render(&self, loaded: &Loaded, data: &Snapshot) -> Result<()> {
        let Loaded { profile, template, mode } = loaded;
        let destination = self.destination(*mode);
        self.check_output(&destination, loaded)?;
        // A preview has a thread of its own: Ctrl-C in the middle would leave the temporary file of a large one behind.
        let _guard = destination.is_regular().then(ShutdownGuard::acquire);
        output::deliver(render_snapshot(template, profile, data, || Spool::new(destination.clone()))?)
            .map(drop)
    }

    /// The output must not replace a file that the rendering is made from, nor another one of the profile.
    fn check_output(&self, destination: &Destination, loaded: &Loaded) -> Result<()> {
        destination.check_against(|| {
            let mut files = protected_files(&loaded.profile, loaded.template.sources());
            files.extend(self.source.file().map(|path| (path.to_owned(), "the data")));
            files
        })?;
        destination.check_folder()
    }

    /// The files that a rendering is made from.
    pub(super) fn sources(&self, loaded: &Loaded) -> BTreeSet<PathBuf> {
        let Loaded { profile, template, .. } = loaded;
        let origins =
            template.sources().map(|source| &source.origin).chain([&profile.origin]).chain(&profile.bases);
        let files = origins.filter_map(|origin| origin.file());
        let mut sources = BTreeSet::new();
        sources.extend(self.source.file().into_iter().chain(files).map(Path::to_owned));
        sources
    }

    fn destination(&self, mode: Option<Mode>) -> Destination {
        match &self.output {
            Some(path) if path != Path::new("-") => {
                Destination::File { path: path.clone(), mode: mode.map(Mode::bits) }
            }
            _ => Destination::Stdout,
        }
    }
}
