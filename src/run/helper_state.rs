//! What the helpers of a run begin with.

use std::rc::Rc;

use super::one_run::Run;
use super::sandbox_data::SandboxData;
use crate::id_map::IdMap;
use crate::output::Destination;
use crate::profile::Profile;
use crate::template::HelperState;
use crate::{Error, Kind, Result};

impl Run {
    /// The state, and the id map that is written before the output is delivered. A sandbox writes none.
    pub(super) fn helper_state(
        &self,
        profile: &Profile,
        destination: &Destination,
    ) -> Result<(HelperState, Option<Rc<IdMap>>)> {
        match &self.sandbox {
            Some(SandboxData::BuiltIn(_)) => return Ok((HelperState::made_up(profile), None)),
            Some(SandboxData::File(_)) => return Ok((HelperState::preview(profile)?, None)),
            None => {}
        }
        let Some(settings) = &profile.id_map else { return Ok((HelperState::default(), None)) };
        let ids = Rc::new(IdMap::open(settings)?);
        self.check_new_ids(&ids, destination)?;
        Ok((HelperState::with_ids(Some(Rc::clone(&ids))), Some(ids)))
    }

    /// Fails if there is no id map, but an output that was made with one: all numbers would change. Exit code 5.
    fn check_new_ids(&self, ids: &IdMap, destination: &Destination) -> Result<()> {
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
