//! What people have consented to, as `GET /v2/api/identities/{id}/consents` shows it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::scopes::Scope;

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
    client: String,
    scope: String,
    /// The consents from the root to this one.
    path: Vec<u64>,
    since: i64,
}

impl Consents {
    /// Records that these scopes were consented to. What is there already stays.
    pub(super) fn give(&mut self, identity: &str, client: &str, scopes: &[Scope]) {
        self.give_below(identity, client, scopes, &[]);
    }

    pub(super) fn clear(&mut self) {
        self.given.clear();
    }

    fn give_below(&mut self, identity: &str, client: &str, scopes: &[Scope], parents: &[u64]) {
        for scope in scopes.iter().filter(|scope| !scope.optional) {
            let known = self.given.iter().find(|consent| {
                consent.identity == identity
                    && consent.client == client
                    && consent.scope == scope.name
                    && consent.path[..consent.path.len() - 1] == *parents
            });
            let path = if let Some(consent) = known {
                consent.path.clone()
            } else {
                self.last += 1;
                let path = [parents, &[self.last]].concat();
                self.given.push(Consent {
                    id: self.last,
                    identity: identity.to_owned(),
                    client: client.to_owned(),
                    scope: scope.name.clone(),
                    path: path.clone(),
                    since: crate::tokens::now(),
                });
                path
            };
            self.give_below(identity, client, &scope.dependencies, &path);
        }
    }

    /// The consents of an identity.
    pub(super) fn of(&self, identity: &str) -> Vec<Value> {
        let since = |seconds: i64| {
            let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds.unsigned_abs());
            httpdate::fmt_http_date(at)
        };
        self.given
            .iter()
            .filter(|consent| consent.identity == identity)
            .map(|consent| {
                json!({
                    "id": consent.id,
                    "effective_identity": consent.identity,
                    "client": consent.client,
                    // The real ID of a scope is not known here; one name has one all the same.
                    "scope": scope_id(&consent.scope),
                    "scope_name": consent.scope,
                    "dependency_path": consent.path,
                    "created": since(consent.since),
                    "updated": since(consent.since),
                    "last_used": since(consent.since),
                    "status": "approved",
                    "allows_refresh": true,
                    "auto_approved": false,
                    "atomically_revocable": false,
                })
            })
            .collect()
    }
}

fn scope_id(name: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    Uuid::from_bytes(bytes).to_string()
}
