//! What helpers keep from one call to the next, within one rendering.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;

use super::unix_ids::UnixIds;

/// Names that are given, and the numbers of users and groups. It grows with the number of different names, not with that of rows.
#[derive(Debug, Default)]
pub struct HelperState {
    users: RefCell<GivenNames>,
    groups: RefCell<GivenNames>,
    ids: Option<Rc<dyn UnixIds>>,
    is_made_up: bool,
    /// The memory of a text that has been written.
    buffer: RefCell<String>,
}

/// A buffer with more memory is not kept.
const MOST_KEPT: usize = 4096;

impl HelperState {
    /// With these numbers of users and groups.
    #[must_use]
    pub fn with_ids(ids: Option<Rc<dyn UnixIds>>) -> Self {
        Self { ids, ..Self::default() }
    }

    /// The same for a rendering of made-up people and groups. The rules of a profile know none of them, so those without a
    /// rule get a name such as `user1`.
    #[must_use]
    pub fn made_up(self) -> Self {
        Self { is_made_up: true, ..self }
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

    pub(super) fn ids(&self) -> Option<&dyn UnixIds> {
        self.ids.as_deref()
    }

    /// An empty text, with memory that was used before: a loop makes a text for each row.
    pub(super) fn buffer(&self) -> String {
        self.buffer.take()
    }

    /// Keeps the memory of a text for the next one.
    pub(crate) fn keep_buffer(&self, mut text: String) {
        if text.capacity() <= MOST_KEPT {
            text.clear();
            self.buffer.replace(text);
        }
    }

    /// The rows start again.
    pub fn restart(&self) {
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
    pub(super) fn give(&mut self, name: &str, owner: &str) -> Result<(), String> {
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
