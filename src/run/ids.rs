//! The id maps of runs.

use std::cell::RefCell;
use std::rc::Rc;

use super::one_run::Run;
use super::sandbox_data::SandboxData;
use crate::id_map::IdMap;
use crate::output::Destination;
use crate::profile::{IdMapSettings, Profile};
use crate::{Error, Kind, Result};

/// The id maps that runs have opened. Runs with the same file give numbers as one.
#[derive(Debug, Default)]
pub(super) struct IdMaps(RefCell<Vec<Rc<IdMap>>>);

impl IdMaps {
    fn open(&self, settings: &IdMapSettings) -> Result<Rc<IdMap>> {
        let shared = self.0.borrow().iter().find_map(|other| other.shared_with(settings));
        let ids = Rc::new(shared.map_or_else(|| IdMap::open(settings), Ok)?);
        self.0.borrow_mut().push(Rc::clone(&ids));
        Ok(ids)
    }
}

impl Run {
    pub(super) fn is_of_made_up_people(&self) -> bool {
        matches!(self.sandbox, Some(SandboxData::BuiltIn(_)))
    }

    /// The id map of the profile, if it has one. Exit code 5 if it is lost.
    pub(super) fn ids(
        &self,
        profile: &Profile,
        destination: &Destination,
        opened: &IdMaps,
    ) -> Result<Option<Rc<IdMap>>> {
        let Some(settings) = &profile.id_map else { return Ok(None) };
        if self.is_of_made_up_people() {
            return Ok(Some(Rc::new(IdMap::made_up(settings))));
        }
        if self.sandbox.is_some() {
            return Ok(Some(Rc::new(IdMap::preview(settings)?)));
        }
        let ids = opened.open(settings)?;
        self.check_not_lost(&ids, destination)?;
        Ok(Some(ids))
    }

    /// Fails if there is no id map, but an output that was made with one: all numbers would change.
    fn check_not_lost(&self, ids: &IdMap, destination: &Destination) -> Result<()> {
        let Some(output) = destination.regular_file().filter(|file| file.exists()) else { return Ok(()) };
        if !ids.is_new() || self.accept {
            return Ok(());
        }
        let what = format!("the id map `{}` is missing", ids.path().display());
        Err(Error::new(Kind::Refused, what)
            .because(format!("`{}` is there, and all its numbers could change", output.display()))
            .help(format!("restore the id map; `{}` starts a new one", self.accept_command())))
    }
}
