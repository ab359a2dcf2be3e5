//! A trial: a profile's template rendered with data that is there already. No network, no tokens, no login.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::output::{self, Destination, Spool};
use crate::profile::Profile;
use crate::template::{Saved, Template};
use crate::{Error, Result};

/// The largest file of saved data that is read, in bytes: a million groups are less.
const SIZE_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// What to render, with what, and where to.
#[derive(Debug)]
pub struct Trial {
    /// The name or the path of the profile.
    pub profile: String,
    /// In the place of the profile's own template: a name, or a path that starts at the working directory.
    pub template: Option<String>,
    /// The data.
    pub input: Input,
    /// The file to write; `None` and `-` are the standard output. The profile's own output is left alone: it is for
    /// what a run gets, and other programs may read it.
    pub output: Option<PathBuf>,
}

/// Where the data comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The sample inside the program.
    Sample,
    /// The standard input.
    Stdin,
    /// A file that `runner data` saved.
    File(PathBuf),
}

/// A profile and a template that have no mistake which shows before rendering.
#[derive(Debug)]
pub struct Loaded {
    /// The profile.
    pub profile: Profile,
    /// Its template, or the one in its place.
    pub template: Template,
}

impl Trial {
    /// Reads the profile, the template and what that includes. Exit code 2 for what is wrong with them.
    pub fn load(&self) -> Result<Loaded> {
        let profile = Profile::load(&self.profile)?;
        let template = match &self.template {
            None => Template::of(&profile)?,
            Some(name) => Template::instead(&profile, name).map_err(|error| with_path_hint(error, name))?,
        };
        Ok(Loaded { profile, template })
    }

    /// Renders and delivers, all or nothing.
    pub fn render(&self, loaded: &Loaded, data: Option<&Saved>) -> Result<()> {
        let Loaded { profile, template } = loaded;
        let destination = self.destination(profile);
        let output = match data {
            None => Spool::holding(template.render_sample(profile)?, destination),
            Some(saved) => {
                let mut output = Spool::new(destination);
                template.render_into(saved.data(profile)?, &mut output)?;
                output
            }
        };
        output::deliver(output)
    }

    fn destination(&self, profile: &Profile) -> Destination {
        match &self.output {
            Some(path) if path != Path::new("-") => {
                Destination::File { path: path.clone(), mode: profile.output.mode }
            }
            _ => Destination::Stdout,
        }
    }
}

/// Who gives the bare name of a file probably means the one in front of them, which is not searched.
fn with_path_hint(error: Error, name: &str) -> Error {
    if !name.contains('/') && Path::new(name).is_file() {
        return error.help(format!("for the one in this folder, write `./{name}`"));
    }
    error
}

impl Input {
    /// Reads the data; `None` is the sample. Exit code 2 if it can't be read, or is not what a template sees.
    pub fn read(&self) -> Result<Option<Saved>> {
        let text = match self {
            Self::Sample => return Ok(None),
            Self::Stdin => text(io::stdin().lock()),
            Self::File(path) => read_file(path),
        };
        let text = text.map_err(|error| Error::usage(format!("can't read {self}")).because(error))?;
        Saved::parse(&text, &self.to_string()).map(Some)
    }
}

impl std::fmt::Display for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sample => f.write_str("the built-in sample"),
            Self::Stdin => f.write_str("the standard input"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

fn read_file(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    if metadata.len() > SIZE_LIMIT {
        return Err(too_large());
    }
    text(File::open(path)?)
}

fn text(from: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| {
        io::Error::other(format!("it is not UTF-8 text: byte {} is wrong", error.utf8_error().valid_up_to()))
    })
}

fn too_large() -> io::Error {
    io::Error::other("it is larger than 2 GiB")
}
