//! Logins that wait for a decision on the consent page.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::authorization_request::AuthorizationRequest;
use super::secret;

/// How long a consent page accepts a decision.
const LIFETIME: Duration = Duration::from_secs(3600);

/// How many consent pages can wait at the same time.
const CAPACITY: usize = 1000;

/// The pending logins, by transaction: the number in the form of a consent page.
#[derive(Debug, Default)]
pub(super) struct PendingLogins(HashMap<String, Pending>);

#[derive(Debug)]
struct Pending {
    request: AuthorizationRequest,
    since: Instant,
}

impl PendingLogins {
    /// Adds a login and returns its transaction. When there is no room left, the others are dropped.
    pub(super) fn add(&mut self, request: AuthorizationRequest) -> String {
        self.0.retain(|_, pending| pending.since.elapsed() < LIFETIME);
        if self.0.len() >= CAPACITY {
            self.0.clear();
        }
        let transaction = secret::random();
        self.0.insert(transaction.clone(), Pending { request, since: Instant::now() });
        transaction
    }

    /// The login of a transaction, once.
    pub(super) fn take(&mut self, transaction: &str) -> Option<AuthorizationRequest> {
        let pending = self.0.remove(transaction)?;
        (pending.since.elapsed() < LIFETIME).then_some(pending.request)
    }
}
