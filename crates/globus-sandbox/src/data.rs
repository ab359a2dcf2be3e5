//! Whom and what a sandbox knows.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Error, Result};

/// The data that ships inside the binary.
const DEFAULT: &str = include_str!("default.toml");

/// People, clients and groups.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The people who can log in; the first one is taken where nobody chooses.
    pub users: Vec<User>,
    /// The registered clients.
    #[serde(default)]
    pub clients: Vec<Client>,
    /// The groups.
    #[serde(default)]
    pub(super) groups: Vec<Group>,
}

/// Somebody who can log in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The identity that logs in.
    pub id: String,
    /// Its name, such as `ada@example.edu`.
    pub username: String,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
    /// Where the person works.
    #[serde(default)]
    pub organization: Option<String>,
    /// Further identities of the same person.
    #[serde(default)]
    pub linked: Vec<Identity>,
}

/// One identity of a person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Its UUID.
    pub id: String,
    /// Its name.
    pub username: String,
}

/// A registered client.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its UUID.
    pub id: String,
    /// Shown on the consent page.
    pub name: String,
    /// What a confidential client proves itself with; a native client has none.
    #[serde(default)]
    pub secret: Option<String>,
    /// Where a confidential client may be sent back to, beside the code page.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The native client that this one is an instance of.
    #[serde(skip)]
    pub(super) template: Option<String>,
}

impl Client {
    /// A native client.
    #[must_use]
    pub fn native(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            secret: None,
            redirect_uris: Vec::new(),
            template: None,
        }
    }

    /// A client that acts as itself or for its users, with this secret.
    #[must_use]
    pub fn confidential(id: &str, name: &str, secret: &str) -> Self {
        Self { secret: Some(secret.to_owned()), ..Self::native(id, name) }
    }

    /// The name of its own identity; a native client has none, for it can't prove to be itself.
    #[must_use]
    pub fn username(&self) -> Option<String> {
        self.secret.as_ref().map(|_| format!("{}@clients.auth.globus.org", self.id))
    }

    /// Whether it runs on its users' machines.
    pub(super) fn is_native_app(&self) -> bool {
        self.secret.is_none() || self.template.is_some()
    }
}

/// A group, with every key the service would send and some more.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) memberships: Vec<Membership>,
    /// The other keys, as they are sent.
    #[serde(flatten)]
    pub(super) keys: Map<String, Value>,
}

/// One identity's part in a group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Membership {
    pub(super) username: String,
    pub(super) role: String,
    #[serde(default = "active")]
    pub(super) status: String,
    /// Such as `institution` and `department`.
    #[serde(default, rename = "membership_fields")]
    pub(super) fields: Map<String, Value>,
}

fn active() -> String {
    "active".to_owned()
}

impl Default for Data {
    fn default() -> Self {
        // The text is part of the binary and a test reads it, so there is always somebody.
        toml::from_str(DEFAULT).unwrap_or(Self { users: Vec::new(), clients: Vec::new(), groups: Vec::new() })
    }
}

impl Data {
    /// Registers a client with this UUID: a confidential one if it has a secret, which is then in the groups
    /// that the first confidential client is in, else a native one.
    pub fn register(&mut self, id: &str, secret: Option<&str>) {
        let model = self.clients.iter().find_map(Client::username);
        self.clients.retain(|client| client.id != id);
        let name = "The profile's client";
        let client = match secret {
            Some(secret) => Client::confidential(id, name, secret),
            None => Client::native(id, name),
        };
        if let (Some(model), Some(own)) = (model, client.username()) {
            for group in &mut self.groups {
                let known = group.memberships.iter().any(|one| one.username == own);
                let like = group.memberships.iter().find(|one| one.username == model).filter(|_| !known);
                let more = like.map(|like| Membership { username: own.clone(), ..like.clone() });
                group.memberships.extend(more);
            }
        }
        self.clients.push(client);
    }

    /// The user with this identity, linked or not.
    pub(super) fn user_of(&self, identity: &str) -> Option<&User> {
        self.users.iter().find(|user| user.identities().any(|(id, _)| id == identity))
    }

    /// The identity with this name, of whomever.
    pub(super) fn identity_of(&self, username: &str) -> Option<&str> {
        let of_client = |client: &&Client| client.username().as_deref() == Some(username);
        self.users
            .iter()
            .flat_map(User::identities)
            .find(|(_, name)| *name == username)
            .map(|(id, _)| id)
            .or_else(|| self.clients.iter().find(of_client).map(|client| client.id.as_str()))
    }

    fn check(self) -> Result<Self, String> {
        if self.users.is_empty() {
            return Err("there must be at least one user".to_owned());
        }
        let mut ids = BTreeSet::new();
        let mut names = BTreeSet::new();
        for (id, username) in self.users.iter().flat_map(User::identities) {
            if !ids.insert(id) || !names.insert(username) {
                return Err(format!("the identity `{username}` ({id}) is there twice"));
            }
        }
        let mut ids = BTreeSet::new();
        if let Some(client) = self.clients.iter().find(|client| !ids.insert(&client.id)) {
            return Err(format!("the client `{}` is there twice", client.id));
        }
        let of_clients: BTreeSet<String> = self.clients.iter().filter_map(Client::username).collect();
        for group in &self.groups {
            for membership in &group.memberships {
                let username = membership.username.as_str();
                if !names.contains(username) && !of_clients.contains(username) {
                    return Err(format!(
                        "no user has the identity `{}` of group `{}`, and no client with a secret",
                        membership.username, group.id
                    ));
                }
                if !["member", "manager", "admin"].contains(&membership.role.as_str()) {
                    return Err(format!("`{}` in group `{}` is not a role", membership.role, group.id));
                }
                if !super::groups::STATUSES.contains(&membership.status.as_str()) {
                    return Err(format!("`{}` in group `{}` is not a status", membership.status, group.id));
                }
            }
        }
        Ok(self)
    }
}

impl User {
    /// Every identity of the person, the one that logs in first: its UUID and its name.
    pub(super) fn identities(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = std::iter::once((self.id.as_str(), self.username.as_str()));
        own.chain(self.linked.iter().map(|linked| (linked.id.as_str(), linked.username.as_str())))
    }
}

pub(super) fn load(path: &Path) -> Result<Data> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::Read { path: path.to_owned(), source: error })?;
    let data = if path.extension().is_some_and(|extension| extension == "json") {
        serde_json::from_str(&text).map_err(|error| error.to_string())
    } else {
        toml::from_str(&text).map_err(|error| error.to_string().trim_end().to_owned())
    };
    data.and_then(Data::check).map_err(|reason| Error::Data { path: path.to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_data_is_good() {
        let data: Data = toml::from_str(DEFAULT).unwrap();
        let data = data.check().unwrap();
        let client = data.clients.iter().find_map(Client::username).unwrap();
        let of_client = |group: &&Group| group.memberships.iter().any(|one| one.username == client);
        assert_eq!(data.groups.iter().filter(of_client).count(), 3);
        assert!(data.users.len() >= 3 && data.groups.len() >= 10);
    }
}
