//! What helpers keep from one call to the next, within one rendering.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;

use crate::Result;
use crate::id_map::IdMap;
use crate::profile::Profile;

/// Names that are given, and the numbers of the id map. It grows with the number of different names, not with that of rows.
#[derive(Debug, Default)]
pub struct HelperState {
    users: RefCell<GivenNames>,
    groups: RefCell<GivenNames>,
    ids: Option<Rc<IdMap>>,
    is_made_up: bool,
}

impl HelperState {
    /// For a run with this id map.
    #[must_use]
    pub fn with_ids(ids: Option<Rc<IdMap>>) -> Self {
        Self { ids, ..Self::default() }
    }

    /// For a rendering of data that was saved. It writes no id map.
    pub fn preview(profile: &Profile) -> Result<Self> {
        let ids = profile.id_map.as_ref().map(IdMap::preview).transpose()?;
        Ok(Self::with_ids(ids.map(Rc::new)))
    }

    /// The same for a rendering of made-up people and groups. The rules of a profile know none of them, so those without a
    /// rule get a name such as `user1`.
    #[must_use]
    pub fn made_up(self) -> Self {
        Self { is_made_up: true, ..self }
    }

    /// For a rendering of made-up people and groups, which are in no id map.
    #[must_use]
    pub fn sample(profile: &Profile) -> Self {
        let ids = profile.id_map.as_ref().map(IdMap::made_up);
        Self::with_ids(ids.map(Rc::new)).made_up()
    }

    pub(super) fn is_made_up(&self) -> bool {
        self.is_made_up
    }

    pub(super) fn users(&self) -> &RefCell<GivenNames> {
        &self.users
    }

    pub(super) fn groups(&self) -> &RefCell<GivenNames> {
        &self.groups
    }

    pub(super) fn ids(&self) -> Option<&IdMap> {
        self.ids.as_deref()
    }

    /// The rows start again.
    pub(in crate::template) fn restart(&self) {
        self.users.take();
        self.groups.take();
    }
}

/// Who has each local name.
#[derive(Debug, Default)]
pub(super) struct GivenNames {
    owners: HashMap<String, String>,
    /// The names of made-up owners.
    made_up: HashMap<String, String>,
}

impl GivenNames {
    /// Gives a name to this owner. Another owner of the name is the error.
    pub(super) fn give(&mut self, name: &str, owner: &str) -> std::result::Result<(), String> {
        // Most owners are met again, so that no text is copied for them.
        match self.owners.get(name) {
            Some(other) if other == owner => Ok(()),
            Some(other) => Err(other.clone()),
            None => {
                self.owners.insert(name.to_owned(), owner.to_owned());
                Ok(())
            }
        }
    }

    /// A name that no other owner has: this word with a number.
    pub(super) fn make_up(&mut self, word: &str, owner: &str) -> String {
        let next = self.made_up.len() + 1;
        match self.made_up.entry(owner.to_owned()) {
            Entry::Occupied(name) => name.get().clone(),
            Entry::Vacant(place) => place.insert(format!("{word}{next}")).clone(),
        }
    }
}
