//! What is wrong with data that has all its keys.

use std::collections::BTreeSet;

use super::key_path::KeyPath;
use super::model::{Client, Data, Membership, ROLES, STATUSES};
use crate::lists::is_served;

/// Where it is, and what.
type Problem = (KeyPath, String);

impl Data {
    /// The first thing that is inconsistent.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.users.is_empty() {
            return Err((KeyPath::default().key("users"), "there must be at least one user".to_owned()));
        }
        self.check_identities()?;
        let mut ids = BTreeSet::new();
        if let Some((index, client)) =
            self.clients.iter().enumerate().find(|(_, client)| !ids.insert(&client.id))
        {
            let at = KeyPath::element("clients", index).key("id");
            return Err((at, format!("the client `{}` is there twice", client.id)));
        }
        self.check_memberships()?;
        match self.lists.keys().find(|path| !is_served(path)) {
            Some(path) => {
                let at = KeyPath::default().key("lists").key(path);
                Err((at, format!("no list is served at `{path}`; README.md names those that are")))
            }
            None => Ok(()),
        }
    }

    fn check_identities(&self) -> Result<(), Problem> {
        let mut ids = BTreeSet::new();
        let mut names = BTreeSet::new();
        for (index, user) in self.users.iter().enumerate() {
            for (number, (id, username)) in user.identities().enumerate() {
                let wrong = match (ids.insert(id), names.insert(username)) {
                    (true, true) => continue,
                    (false, _) => "id",
                    (true, false) => "username",
                };
                // The first identity is the user's own.
                let user = KeyPath::element("users", index);
                let at = match number.checked_sub(1) {
                    None => user,
                    Some(linked) => user.key("linked").index(linked),
                };
                return Err((at.key(wrong), format!("the identity `{username}` ({id}) is there twice")));
            }
        }
        Ok(())
    }

    fn check_memberships(&self) -> Result<(), Problem> {
        let mut known = BTreeSet::new();
        known.extend(self.users.iter().flat_map(|user| user.identities().map(|(_, name)| name.to_owned())));
        known.extend(self.clients.iter().filter_map(Client::username));
        for (index, group) in self.groups.iter().enumerate() {
            for (number, membership) in group.memberships.iter().enumerate() {
                let Membership { username, role, status, .. } = membership;
                let (key, reason) = if !known.contains(username) {
                    (
                        "username",
                        format!("no user has the identity `{username}`, and no client with a secret"),
                    )
                } else if !ROLES.contains(&role.as_str()) {
                    ("role", format!("`{role}` is not a role: {}", ROLES.join(", ")))
                } else if !STATUSES.contains(&status.as_str()) {
                    ("status", format!("`{status}` is not a status: {}", STATUSES.join(", ")))
                } else {
                    continue;
                };
                return Err((
                    KeyPath::element("groups", index).key("memberships").index(number).key(key),
                    reason,
                ));
            }
        }
        Ok(())
    }
}
