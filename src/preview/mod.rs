//! A trial: a profile's template rendered with data that is there already. No network, no tokens, no login.

pub mod watch;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::catalog::{self, Origin, SearchPath};
use crate::data::Snapshot;
use crate::output::{self, Destination, Spool};
use crate::profile::Profile;
use crate::template::{Template, render_snapshot};
use crate::terminal::signals;
use crate::{Error, Result};
use watch::{Folders, Stamp};

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
    pub fn render(&self, loaded: &Loaded, data: &Snapshot) -> Result<()> {
        let Loaded { profile, template } = loaded;
        let destination = self.destination(profile);
        self.check(&destination, loaded)?;
        // A trial is on a thread of its own, where Ctrl-C would leave the temporary file of a large one behind.
        let _held = signals::hold_off();
        output::deliver(render_snapshot(template, profile, data, || Spool::new(destination.clone()))?)
    }

    /// A rendering must not take the place of what it is made from.
    fn check(&self, destination: &Destination, loaded: &Loaded) -> Result<()> {
        let Destination::File { path, .. } = destination else { return Ok(()) };
        let Ok(written) = fs::canonicalize(path) else { return Ok(()) };
        let is_same = |file: &PathBuf| fs::canonicalize(file).is_ok_and(|file| file == written);
        match self.files_of(loaded).into_iter().find(is_same) {
            None => Ok(()),
            Some(_) => Err(Error::usage(format!("the output `{}` is a file that is read", path.display()))
                .help("take another name for the output")),
        }
    }

    fn destination(&self, profile: &Profile) -> Destination {
        match &self.output {
            Some(path) if path != Path::new("-") => {
                Destination::File { path: path.clone(), mode: profile.output.mode.bits() }
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
    fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Sample | Self::Stdin => None,
        }
    }

    /// Reads the data. Exit code 2 if it can't be read, or is not what a template sees.
    pub fn read(&self) -> Result<Snapshot> {
        let text = match self {
            Self::Sample => return Snapshot::sample(),
            Self::Stdin => text(io::stdin().lock()),
            Self::File(path) => read_file(path),
        };
        let text = text.map_err(|error| Error::usage(format!("can't read {self}")).because(error))?;
        Snapshot::parse(&text, &self.to_string())
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

/// Data that is read again only when its file has changed.
#[derive(Debug)]
struct Data {
    input: Input,
    /// What was read last, and the stamp of its file at that time.
    read: Option<(Option<Stamp>, Snapshot)>,
}

impl Data {
    fn current(&mut self) -> Result<&Snapshot> {
        let stamp = self.input.file().and_then(Stamp::of);
        let read = match self.read.take() {
            Some(read) if read.0 == stamp => read,
            _ => (stamp, self.input.read()?),
        };
        Ok(&self.read.insert(read).1)
    }
}

/// How a trial that is repeated tells what it does.
pub trait Audience {
    /// A rendering begins.
    fn begin(&mut self);
    /// The rendering is delivered; it took so long.
    fn rendered(&mut self, loaded: &Loaded, took: Duration);
    /// It went wrong. The next save may mend it.
    fn failed(&mut self, error: &Error);
}

impl Trial {
    /// Renders now, and again whenever the profile, the template, what that includes or the data is saved. Ends only if
    /// there is nothing to begin with: no such profile, or no data that can be read.
    pub fn watch(&self, audience: &mut impl Audience) -> Result<Infallible> {
        catalog::find_profile(&self.profile)?;
        let mut data = Data { input: self.input.clone(), read: None };
        data.current()?;
        let mut folders = Folders::new();
        let mut files = BTreeSet::new();
        let mut seen = None;
        loop {
            // Looked at before they are read: what changes in between is then seen as changed the next time.
            let stamps: Vec<_> = files.iter().map(|file: &PathBuf| Stamp::of(file)).collect();
            let start = Instant::now();
            let loaded = self.load();
            let used = self.files(&loaded, &files);
            let around = used.iter().flat_map(|file| watch::folders_of_file(file));
            if folders.watch(around.chain(searched())) || used != files {
                // They may have changed before they were watched.
                files = used;
                continue;
            }
            let now = Some((stamps, loaded.as_ref().err().map(ToString::to_string)));
            if now != seen {
                seen = now;
                audience.begin();
                let done = loaded.and_then(|loaded| {
                    self.render(&loaded, data.current()?)?;
                    Ok(loaded)
                });
                match done {
                    Ok(loaded) => audience.rendered(&loaded, start.elapsed()),
                    Err(error) => audience.failed(&error),
                }
            }
            folders.wait();
        }
    }

    /// The files that a rendering depends on; if something is wrong, also those of before.
    fn files(&self, loaded: &Result<Loaded>, before: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        match loaded {
            Ok(loaded) => self.files_of(loaded),
            Err(error) => {
                let mut files = before.clone();
                files.extend(self.input.file().map(Path::to_owned));
                // A mistake has the name of its file, which may be one that was not known yet.
                let named = error.diagnostics.iter().map(|mistake| PathBuf::from(&mistake.path));
                files.extend(named.filter(|file| file.is_file()));
                let profile = catalog::find_profile(&self.profile).map(|source| source.origin);
                if let Ok(Origin::File(path)) = profile {
                    files.insert(path);
                }
                files
            }
        }
    }

    fn files_of(&self, loaded: &Loaded) -> BTreeSet<PathBuf> {
        let Loaded { profile, template } = loaded;
        let origins = template.sources().map(|source| &source.origin).chain([&profile.origin]);
        let sources = origins.filter_map(|origin| match origin {
            Origin::File(path) => Some(path.clone()),
            Origin::Embedded => None,
        });
        self.input.file().map(Path::to_owned).into_iter().chain(sources).collect()
    }
}

/// The folders that profiles and templates are found in: one that comes first may appear there.
fn searched() -> impl Iterator<Item = PathBuf> {
    let search = SearchPath::from_env();
    search.profiles().into_iter().chain(search.templates())
}
