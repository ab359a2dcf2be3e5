//! Runs whose id map is lost.

use std::fs;
use std::path::PathBuf;

use super::prepared::Prepared;
use crate::fs::is_same_file;
use crate::output::Destination;
use crate::{Error, Kind, Result};

impl Prepared<'_> {
    /// Fails if its id map is missing, but was there: all numbers would change. That shows in an output of any of the runs
    /// with this map, or in what earlier runs remember. Exit code 5.
    pub(super) fn check_ids(&self, all: &[&Self]) -> Result<()> {
        let Some(ids) = &self.ids else { return Ok(()) };
        if self.run.sandbox.is_some() || self.run.accept || !ids.is_new() {
            return Ok(());
        }
        let shares = |other: &&&Self| {
            let shared = other.ids.as_ref().filter(|_| other.run.sandbox.is_none());
            shared.is_some_and(|shared| is_same_file(shared.path(), ids.path()))
        };
        let why = match all.iter().filter(shares).find_map(|other| other.existing_output()) {
            Some(output) => format!("`{}` is there, and all its numbers could change", output.display()),
            None if ids.is_lost() => "an earlier run gave numbers, and all could change".to_owned(),
            None => return Ok(()),
        };
        let what = format!("the id map `{}` is missing", ids.path().display());
        Err(Error::new(Kind::Refused, what)
            .because(why)
            .help(format!("restore the id map; `{}` starts a new one", self.run.accept_command())))
    }

    /// An output of this run, or one that its profile names, if it is there already.
    fn existing_output(&self) -> Option<PathBuf> {
        let of_profile =
            self.profile.outputs.iter().filter_map(|output| output.file().map(ToOwned::to_owned));
        let of_profile = of_profile.map(|path| Destination::File { path, mode: None });
        let own = self.outputs.iter().map(|output| output.destination.clone());
        own.chain(of_profile).find_map(|output| match output {
            Destination::Files { folder } => {
                fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some()).then_some(folder)
            }
            output => Some(output.regular_file().filter(|file| file.exists())?.into()),
        })
    }
}
