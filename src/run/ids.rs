//! The id maps of runs.

use std::cell::RefCell;
use std::rc::Rc;

use super::one_run::Run;
use super::sandbox_data::SandboxData;
use crate::Result;
use crate::id_map::IdMap;
use crate::profile::{IdMapSettings, Profile};

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

    /// The id map of the profile, if it has one.
    pub(super) fn ids(&self, profile: &Profile, opened: &IdMaps) -> Result<Option<Rc<IdMap>>> {
        let Some(settings) = &profile.id_map else { return Ok(None) };
        if self.is_of_made_up_people() {
            return Ok(Some(Rc::new(IdMap::made_up(settings))));
        }
        if self.sandbox.is_some() || self.dry.is_some() {
            return Ok(Some(Rc::new(IdMap::preview(settings)?)));
        }
        opened.open(settings).map(Some)
    }
}
