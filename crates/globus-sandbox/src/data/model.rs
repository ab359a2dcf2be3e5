//! The users, clients and groups of a sandbox.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Every status that a membership can have.
pub(crate) const STATUSES: [&str; 7] =
    ["active", "declined", "invited", "left", "pending", "rejected", "removed"];

/// Every role that a membership can have.
pub(crate) const ROLES: [&str; 3] = ["member", "manager", "admin"];

/// The users, clients and groups of a sandbox. The default is a small university; see `sample.toml` in the
/// source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The people who can log in. The first one is used where a test names no other.
    pub users: Vec<User>,
    /// The registered clients.
    #[serde(default)]
    pub clients: Vec<Client>,
    #[serde(default)]
    pub(crate) groups: Vec<Group>,
    /// The rows of lists of other services, by the path that serves them.
    #[serde(default)]
    pub(crate) lists: BTreeMap<String, Vec<Value>>,
}

/// A person who can log in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The UUID of the identity that logs in.
    pub id: String,
    /// The username of that identity, such as `ada@example.edu`.
    pub username: String,
    /// The full name.
    pub name: String,
    /// The email address.
    pub email: String,
    /// The employer, such as `Example University`.
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
    /// The UUID.
    pub id: String,
    /// The username, such as `ada@example.edu`.
    pub username: String,
}

/// A registered client.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The UUID.
    pub id: String,
    /// Shown on the consent page.
    pub name: String,
    /// The secret of a confidential client; a native client has none.
    #[serde(default)]
    pub secret: Option<String>,
    /// The redirect URIs that are allowed besides the code page. A native client may also use any port of
    /// `http://localhost`.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The native client that this one is an instance of.
    #[serde(skip)]
    pub(crate) template: Option<String>,
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

    /// A confidential client, which acts as itself or for its users.
    #[must_use]
    pub fn confidential(id: &str, name: &str, secret: &str) -> Self {
        Self { secret: Some(secret.to_owned()), ..Self::native(id, name) }
    }

    /// The username of its own identity. A native client has none, because it can't authenticate.
    #[must_use]
    pub fn username(&self) -> Option<String> {
        self.secret.as_ref().map(|_| format!("{}@clients.auth.globus.org", self.id))
    }

    /// Whether it runs on its users' machines: a native client, or an instance of one.
    pub(crate) fn is_native_app(&self) -> bool {
        self.secret.is_none() || self.template.is_some()
    }
}

/// A group, with the keys that the service sends.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) memberships: Vec<Membership>,
    /// All other keys, sent as they are.
    pub(crate) keys: Map<String, Value>,
}

/// By hand: `#[serde(flatten)]` would lose where a mistake is.
impl<'de> Deserialize<'de> for Group {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(GroupVisitor)
    }
}

struct GroupVisitor;

impl<'de> Visitor<'de> for GroupVisitor {
    type Value = Group;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a group")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Group, M::Error> {
        let (mut id, mut name, mut memberships, mut keys) = (None, None, Vec::new(), Map::new());
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" => id = Some(map.next_value()?),
                "name" => name = Some(map.next_value()?),
                "memberships" => memberships = map.next_value()?,
                _ => {
                    keys.insert(key, map.next_value()?);
                }
            }
        }
        Ok(Group {
            id: id.ok_or_else(|| M::Error::missing_field("id"))?,
            name: name.ok_or_else(|| M::Error::missing_field("name"))?,
            memberships,
            keys,
        })
    }
}

/// The membership of one identity in a group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Membership {
    pub(crate) username: String,
    pub(crate) role: String,
    #[serde(default = "active")]
    pub(crate) status: String,
    /// Such as `institution` and `department`.
    #[serde(default, rename = "membership_fields")]
    pub(crate) fields: Map<String, Value>,
}

fn active() -> String {
    "active".to_owned()
}

impl Data {
    /// Registers a client with this UUID: with a secret a confidential one, without one a native one. A
    /// confidential client becomes a member of the groups of the first confidential client.
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
    pub(crate) fn user_of(&self, identity: &str) -> Option<&User> {
        self.users.iter().find(|user| user.identities().any(|(id, _)| id == identity))
    }

    /// The UUID of the identity with this username, of a user or a client.
    pub(crate) fn identity_of(&self, username: &str) -> Option<&str> {
        let of_client = |client: &&Client| client.username().as_deref() == Some(username);
        self.users
            .iter()
            .flat_map(User::identities)
            .find(|(_, name)| *name == username)
            .map(|(id, _)| id)
            .or_else(|| self.clients.iter().find(of_client).map(|client| client.id.as_str()))
    }
}

impl User {
    /// UUID and username of each identity. The first one logs in.
    pub(crate) fn identities(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = std::iter::once((self.id.as_str(), self.username.as_str()));
        own.chain(self.linked.iter().map(|linked| (linked.id.as_str(), linked.username.as_str())))
    }
}
