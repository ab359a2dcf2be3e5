//! What a sandbox remembers.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use url::Url;

use super::authorize::Pending;
use super::clients::Clients;
use super::consents::Consents;
use super::faults::Faults;
use super::grants::{Grants, Refreshes};
use super::id_token::Spoil;
use super::keys::Keys;
use super::principal::Principal;
use super::record::Record;
use super::requirements::Requirements;
use super::{Data, Options};
use crate::{Error, Result};

/// What all requests share.
#[derive(Debug)]
pub(super) struct Shared {
    /// The base URL, ending in `/`.
    pub(super) url: Url,
    pub(super) data: Data,
    pub(super) keys: Keys,
    state: Mutex<State>,
}

/// What requests change.
#[derive(Debug)]
pub(super) struct State {
    pub(super) clients: Clients,
    /// Logins that wait for somebody to allow or deny them, by transaction.
    pub(super) pending: HashMap<String, Pending>,
    pub(super) grants: Grants,
    pub(super) consents: Consents,
    pub(super) record: Record,
    pub(super) faults: Faults,
    /// The answer of `my_groups`, where a test has set one.
    pub(super) my_groups: Option<Bytes>,
    /// What Groups demands of a login.
    pub(super) requirements: Option<Requirements>,
    /// What is wrong with the identity tokens to come.
    pub(super) spoil: Spoil,
    pub(super) refreshes: Refreshes,
    pub(super) token_lifetime: Duration,
    pub(super) code_lifetime: Duration,
}

impl Shared {
    pub(super) fn new(options: Options, url: Url) -> Result<Self> {
        let Options { data, refreshes, token_lifetime, code_lifetime, port: _ } = options;
        if data.users.is_empty() {
            return Err(Error::NoUser);
        }
        let state = State {
            clients: Clients::new(&data.clients),
            pending: HashMap::new(),
            grants: Grants::default(),
            consents: Consents::default(),
            record: Record::default(),
            faults: Faults::default(),
            my_groups: None,
            requirements: None,
            spoil: Spoil::default(),
            refreshes,
            token_lifetime,
            code_lifetime,
        };
        Ok(Self { url, data, keys: Keys::default(), state: Mutex::new(state) })
    }

    /// The state, for as long as it takes to look or to change something; never across an `await`.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // No change is made in halves, so what a panicking request left is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whose an identity is.
    pub(super) fn principal(&self, data: &Data, identity: &str) -> Option<Principal> {
        Principal::of(data, self.clients.get(identity), identity)
    }

    /// Lets a client end, and all it was granted.
    pub(super) fn forget_client(&mut self, id: &str) {
        self.clients.remove(id);
        self.grants.forget_client(id);
        self.consents.forget_client(id);
    }

    /// Takes every token and consent back.
    pub(super) fn revoke_all(&mut self) {
        self.grants.revoke_all();
        self.consents.clear();
    }
}

/// A secret of the kind that codes and tokens are.
pub(super) fn random_secret() -> String {
    // Two UUIDs hold 244 random bits of the system's source.
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}
