//! The consents that identities have given to clients.

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use uuid::Uuid;

use super::scopes::{Scope, covers, resource_server};

#[derive(Debug, Default)]
pub(super) struct Consents {
    given: Vec<Consent>,
    last: u64,
}

/// One consent: an identity lets a client use a scope. A scope that another depends on has a consent of its
/// own, below that of the other.
#[derive(Debug)]
struct Consent {
    id: u64,
    identity: String,
    /// The client that requested the scope at the root.
    root: String,
    /// The client that uses the scope. Below the root it is the service whose scope depends on this one.
    client: String,
    scope: String,
    /// Whether it can be revoked without those above it.
    optional: bool,
    /// The IDs of the consents from the root to this one.
    path: Vec<u64>,
    created: Timestamp,
}

impl Consent {
    fn is_below(&self, parents: &[u64]) -> bool {
        self.path.split_last().is_some_and(|(_, above)| above == parents)
    }

    /// As `GET /v2/api/identities/{id}/consents` shows it.
    fn document(&self) -> Value {
        let created = self.created.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string();
        json!({
            "id": self.id,
            "effective_identity": self.identity,
            "client": self.client,
            "scope": id_for(&self.scope),
            "scope_name": self.scope,
            "dependency_path": self.path,
            "created": created,
            "updated": created,
            "last_used": created,
            "status": "approved",
            "allows_refresh": true,
            "auto_approved": false,
            "atomically_revocable": self.optional,
        })
    }
}

impl Consents {
    /// Adds consents to these scopes and to all they depend on, optional or not. Existing ones stay.
    pub(super) fn give(&mut self, identity: &str, client: &str, scopes: &[Scope]) {
        self.give_below(identity, client, client, scopes, &[]);
    }

    pub(super) fn clear(&mut self) {
        self.given.clear();
    }

    /// Revokes what was given to this client.
    pub(super) fn revoke_client(&mut self, client: &str) {
        self.given.retain(|consent| consent.root != client);
    }

    fn give_below(&mut self, identity: &str, root: &str, client: &str, scopes: &[Scope], parents: &[u64]) {
        for scope in scopes {
            let path = if let Some(known) = self.find(identity, root, &scope.name, parents) {
                known.path.clone()
            } else {
                self.last += 1;
                let path = [parents, &[self.last]].concat();
                self.given.push(Consent {
                    id: self.last,
                    identity: identity.to_owned(),
                    root: root.to_owned(),
                    client: client.to_owned(),
                    scope: scope.name.clone(),
                    optional: scope.optional,
                    path: path.clone(),
                    created: Timestamp::now(),
                });
                path
            };
            let service = client_of(&scope.name);
            self.give_below(identity, root, &service, &scope.dependencies, &path);
        }
    }

    fn find(&self, identity: &str, root: &str, scope: &str, parents: &[u64]) -> Option<&Consent> {
        self.given.iter().find(|consent| {
            consent.identity == identity
                && consent.root == root
                && consent.scope == scope
                && consent.is_below(parents)
        })
    }

    /// Whether an identity lets a client use these scopes and all they depend on.
    pub(super) fn cover(&self, identity: &str, client: &str, scopes: &[Scope]) -> bool {
        self.cover_below(identity, client, scopes, &[])
    }

    fn cover_below(&self, identity: &str, client: &str, scopes: &[Scope], parents: &[u64]) -> bool {
        scopes.iter().all(|scope| {
            self.given.iter().any(|consent| {
                consent.identity == identity
                    && consent.root == client
                    && consent.is_below(parents)
                    && covers(&consent.scope, &scope.name)
                    && self.cover_below(identity, client, &scope.dependencies, &consent.path)
            })
        })
    }

    /// The consents of an identity, to one client or to all.
    pub(super) fn of(&self, identity: &str, client: Option<&str>) -> Vec<Value> {
        self.given
            .iter()
            .filter(|consent| consent.identity == identity && client.is_none_or(|root| consent.root == root))
            .map(Consent::document)
            .collect()
    }
}

/// The client ID of the service of a scope.
fn client_of(scope: &str) -> String {
    let server = resource_server(scope).unwrap_or(scope);
    if Uuid::parse_str(server).is_ok() { server.to_owned() } else { id_for(server) }
}

/// A made-up ID where the real one is not known here, always the same for one name.
fn id_for(name: &str) -> String {
    let hash = digest(&SHA256, name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    Uuid::from_bytes(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::scopes::parse;

    #[test]
    fn times_are_written_as_the_service_does() {
        let mut consents = Consents::default();
        consents.give("ada", "app", &parse("openid").unwrap());
        consents.given[0].created = Timestamp::from_microsecond(784_111_777_000_042).unwrap();
        assert_eq!(consents.of("ada", None)[0]["created"], "1994-11-06T08:49:37.000042+00:00");
    }

    #[test]
    fn a_consent_covers_what_it_was_given_for() {
        let transfer = "urn:globus:auth:scope:transfer.api.globus.org:all";
        let mut consents = Consents::default();
        let scopes = |text: &str| parse(text).unwrap();
        consents.give("ada", "app", &scopes(&format!("openid {transfer}[email *profile]")));
        for covered in ["openid", transfer, &format!("{transfer}[profile]"), &format!("{transfer}[email]")] {
            assert!(consents.cover("ada", "app", &scopes(covered)), "{covered}");
        }
        for missing in ["email", &format!("{transfer}[openid]"), &format!("{transfer}[email[profile]]")] {
            assert!(!consents.cover("ada", "app", &scopes(missing)), "{missing}");
        }
        assert!(!consents.cover("ben", "app", &scopes("openid")));
        assert!(!consents.cover("ada", "other", &scopes("openid")));
    }
}
