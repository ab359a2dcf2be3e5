//! Principals: the people and the clients that identities belong to.

use serde_json::{Value, json};

use crate::data::{Client, User};

/// The provider of all identities; its UUID is that of Globus ID.
pub(super) const IDENTITY_PROVIDER: &str = "41143743-f3c8-4d60-bbdb-eeecaba85bd9";

const PROVIDER_NAME: &str = "Globus ID";

/// A person, or a client that acts as itself.
#[derive(Debug, Clone)]
pub(crate) struct Principal {
    pub(super) name: String,
    /// A client has none.
    pub(super) email: Option<String>,
    organization: Option<String>,
    /// UUID and username of each identity. The first one logs in.
    identities: Vec<(String, String)>,
}

impl Principal {
    /// A client as itself. A native client has no identity, because it can't authenticate.
    pub(super) fn of_client(client: &Client) -> Option<Self> {
        let username = client.username()?;
        Some(Self {
            name: client.name.clone(),
            email: None,
            organization: None,
            identities: vec![(client.id.clone(), username)],
        })
    }

    /// UUID and username of each identity. The first one logs in.
    pub(crate) fn identities(&self) -> impl Iterator<Item = (&str, &str)> {
        self.identities.iter().map(|(id, username)| (id.as_str(), username.as_str()))
    }

    /// The username of the identity that logs in.
    pub(super) fn username(&self) -> &str {
        self.identities.first().map_or("", |(_, username)| username)
    }

    /// An identity as `GET /v2/api/identities` shows it.
    pub(super) fn identity(&self, id: &str, username: &str) -> Value {
        json!({
            "id": id,
            "username": username,
            "name": self.name,
            "email": self.email,
            "organization": self.organization,
            "status": "used",
            "identity_type": "login",
            "identity_provider": IDENTITY_PROVIDER,
        })
    }

    /// All identities, as userinfo and introspection show them. `auth_time` is in seconds since 1970.
    pub(super) fn identity_set(&self, auth_time: i64) -> Vec<Value> {
        let one = |(id, username): (&str, &str)| {
            json!({
                "sub": id,
                "username": username,
                "name": self.name,
                "email": self.email,
                "organization": self.organization,
                "identity_provider": IDENTITY_PROVIDER,
                "identity_provider_display_name": PROVIDER_NAME,
                "last_authentication": auth_time,
            })
        };
        self.identities().map(one).collect()
    }

    /// The claims of userinfo and ID tokens that these scopes grant
    /// (<https://docs.globus.org/api/auth/reference/#oidc_userinfo_endpoint>).
    pub(super) fn claims(&self, identity: &str, scopes: &[&str], auth_time: i64) -> Value {
        let mut claims = json!({ "sub": identity, "last_authentication": auth_time });
        if scopes.contains(&"profile") {
            claims["name"] = self.name.as_str().into();
            claims["preferred_username"] = self.username().into();
            claims["organization"] = self.organization.clone().into();
            claims["identity_provider"] = IDENTITY_PROVIDER.into();
            claims["identity_provider_display_name"] = PROVIDER_NAME.into();
        }
        if scopes.contains(&"email") {
            claims["email"] = self.email.clone().into();
        }
        claims
    }
}

impl From<&User> for Principal {
    fn from(user: &User) -> Self {
        let owned = |(id, username): (&str, &str)| (id.to_owned(), username.to_owned());
        Self {
            name: user.name.clone(),
            email: Some(user.email.clone()),
            organization: user.organization.clone(),
            identities: user.identities().map(owned).collect(),
        }
    }
}
