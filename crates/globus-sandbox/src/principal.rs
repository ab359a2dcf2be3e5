//! Whose an identity is: a person's, or that of a client that acts as itself.

use serde_json::{Value, json};

use super::data::{Client, Data, User};

/// The provider of everybody's identities; that of Globus ID.
pub(super) const IDENTITY_PROVIDER: &str = "41143743-f3c8-4d60-bbdb-eeecaba85bd9";

const PROVIDER_NAME: &str = "Globus ID";

/// Whoever has an identity.
#[derive(Debug, Clone)]
pub(super) struct Principal {
    pub(super) name: String,
    /// A client has none.
    pub(super) email: Option<String>,
    pub(super) organization: Option<String>,
    /// UUID and name of each identity, the one that logs in first.
    identities: Vec<(String, String)>,
}

impl Principal {
    /// The principal with this identity, linked or not. Clients made from a template are not in the data.
    pub(super) fn of(data: &Data, client: Option<&Client>, identity: &str) -> Option<Self> {
        data.user_of(identity).map(Self::from).or_else(|| client.and_then(Self::of_client))
    }

    /// A client's own identity. A native client has none: it could not prove to be itself.
    pub(super) fn of_client(client: &Client) -> Option<Self> {
        let username = client.username()?;
        Some(Self {
            name: client.name.clone(),
            email: None,
            organization: None,
            identities: vec![(client.id.clone(), username)],
        })
    }

    pub(super) fn identities(&self) -> impl Iterator<Item = (&str, &str)> {
        self.identities.iter().map(|(id, username)| (id.as_str(), username.as_str()))
    }

    /// The name of the identity that logs in.
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

    /// All identities, as userinfo and introspection show them.
    pub(super) fn identity_set(&self, since: i64) -> Vec<Value> {
        let one = |(id, username): (&str, &str)| {
            json!({
                "sub": id,
                "username": username,
                "name": self.name,
                "email": self.email,
                "organization": self.organization,
                "identity_provider": IDENTITY_PROVIDER,
                "identity_provider_display_name": PROVIDER_NAME,
                "last_authentication": since,
            })
        };
        self.identities().map(one).collect()
    }

    /// The claims of userinfo and identity tokens that these scopes open
    /// (<https://docs.globus.org/api/auth/reference/#oidc_userinfo_endpoint>).
    pub(super) fn claims(&self, identity: &str, scopes: &[&str], since: i64) -> Value {
        let mut claims = json!({ "sub": identity, "last_authentication": since });
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
