//! What people have consented to, as `GET /v2/api/identities/{id}/consents` shows it.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use uuid::Uuid;

use super::scopes::{Scope, resource_server};

/// The consents that were given.
#[derive(Debug, Default)]
pub(super) struct Consents {
    given: Vec<Consent>,
    last: u64,
}

/// One consent: an identity lets a client use a scope, below what it depends on.
#[derive(Debug)]
struct Consent {
    id: u64,
    identity: String,
    /// The client that asked for the scope at the root.
    root: String,
    /// The client that uses this scope: below the root it is the service that depends on it.
    client: String,
    scope: String,
    /// Whether it can be taken back without what depends on it.
    optional: bool,
    /// The consents from the root to this one.
    path: Vec<u64>,
    since: i64,
}

impl Consent {
    fn is_below(&self, parents: &[u64]) -> bool {
        self.path.split_last().is_some_and(|(_, above)| above == parents)
    }

    fn described(&self) -> Value {
        let since = iso(self.since);
        json!({
            "id": self.id,
            "effective_identity": self.identity,
            "client": self.client,
            "scope": id_for(&self.scope),
            "scope_name": self.scope,
            "dependency_path": self.path,
            "created": since,
            "updated": since,
            "last_used": since,
            "status": "approved",
            "allows_refresh": true,
            "auto_approved": false,
            "atomically_revocable": self.optional,
        })
    }
}

impl Consents {
    /// Records that these scopes were consented to, with all they depend on: who allows a login allows what
    /// is optional too. What is there already stays.
    pub(super) fn give(&mut self, identity: &str, client: &str, scopes: &[Scope]) {
        self.give_below(identity, client, client, scopes, &[]);
    }

    pub(super) fn clear(&mut self) {
        self.given.clear();
    }

    /// Takes back all that this client was given.
    pub(super) fn forget_client(&mut self, client: &str) {
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
                    since: crate::clock::now(),
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

    /// Whether an identity lets a client use these scopes, with all they depend on.
    pub(super) fn cover(&self, identity: &str, client: &str, scopes: &[Scope]) -> bool {
        self.cover_below(identity, client, scopes, &[])
    }

    fn cover_below(&self, identity: &str, client: &str, scopes: &[Scope], parents: &[u64]) -> bool {
        scopes.iter().all(|scope| {
            self.find(identity, client, &scope.name, parents)
                .is_some_and(|found| self.cover_below(identity, client, &scope.dependencies, &found.path))
        })
    }

    /// The consents of an identity; with a client those whose root is this client's.
    pub(super) fn of(&self, identity: &str, client: Option<&str>) -> Vec<Value> {
        self.given
            .iter()
            .filter(|consent| consent.identity == identity && client.is_none_or(|root| consent.root == root))
            .map(Consent::described)
            .collect()
    }
}

/// The client that the service of a scope is.
fn client_of(scope: &str) -> String {
    let server = resource_server(scope).unwrap_or(scope);
    if Uuid::parse_str(server).is_ok() { server.to_owned() } else { id_for(server) }
}

/// An ID where the real one is not known here; one name has one all the same.
fn id_for(name: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    Uuid::from_bytes(bytes).to_string()
}

/// A time as the service writes it (RFC 3339), in UTC.
fn iso(seconds: i64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs()));
    // Such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    let words: Vec<&str> = date.split(' ').collect();
    let [_, day, month, year, time, _] = words[..] else { return date };
    let month = MONTHS.iter().position(|name| *name == month).map_or(0, |index| index + 1);
    format!("{year}-{month:02}-{day}T{time}.000000+00:00")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scopes::parse;

    #[test]
    fn times_are_written_as_the_service_does() {
        assert_eq!(iso(784_111_777), "1994-11-06T08:49:37.000000+00:00");
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
