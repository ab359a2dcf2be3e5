//! The token store of a run, and tokens that it could not store yet. Tokens that can't be requested again are used, and
//! stored later.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use secrecy::ExposeSecret;

use super::held_tokens::{Entry, HeldTokens};
use super::identity::Identity;
use super::pending_tokens::{NewLogin, ObtainedBy, PendingTokens};
use crate::Result;
use crate::globus::tokens::{Lock, Token, TokenStore, Tokens};
use crate::terminal::signals;

/// The stored tokens, overlaid by pending ones.
pub(super) struct TokenCache {
    store: TokenStore,
    pending: Option<HeldTokens>,
}

/// The outcome of storing pending tokens.
pub(super) enum Flushed {
    /// Nothing is pending. A forced login replaced or removed these tokens.
    Stored { replaced: Tokens },
    /// Another identity has logged in meanwhile, so these tokens were not stored.
    OtherIdentity { known: Identity, new: Identity, tokens: Tokens },
}

impl TokenCache {
    pub(super) fn new(store: TokenStore) -> Self {
        Self { store, pending: None }
    }

    pub(super) fn store(&self) -> &TokenStore {
        &self.store
    }

    /// The tokens in use: the stored ones, overlaid by pending ones.
    pub(super) fn load(&self) -> Result<Tokens> {
        match (self.store.load(), &self.pending) {
            (Ok(mut tokens), Some(pending)) => {
                tokens.extend(pending.tokens.clone());
                Ok(tokens)
            }
            (Err(_), Some(pending)) => Ok(pending.tokens.clone()),
            (stored, None) => stored,
        }
    }

    pub(super) async fn lock(&self) -> Result<Option<Lock>> {
        self.store.lock().await
    }

    /// Makes sure that a response can be stored; see [`TokenStore::reserve`].
    pub(super) fn reserve(&mut self) -> Result<()> {
        self.store.reserve()
    }

    pub(super) fn release(&mut self) {
        self.store.release();
    }

    /// Stores tokens that can be requested again. Call it with the lock held.
    pub(super) fn save(&mut self, tokens: &Tokens) -> Result<()> {
        let saved = self.store.save(tokens);
        if let (Err(_), Some(pending)) = (&saved, &self.pending) {
            self.pending = Some(HeldTokens::new(&self.store, pending.with(tokens)));
        }
        saved
    }

    /// Keeps tokens that can't be requested again until they are stored.
    pub(super) fn hold(&mut self, pending: PendingTokens) {
        let pending = pending.over(self.pending.as_deref());
        self.pending = Some(HeldTokens::new(&self.store, pending));
    }

    pub(super) fn is_flushed(&self) -> bool {
        self.pending.is_none()
    }

    /// Gives up storing pending tokens, and returns them.
    pub(super) fn give_up(&mut self) -> Option<Arc<Entry>> {
        self.pending.take().map(HeldTokens::give_up)
    }

    /// Stores pending tokens, unless newer ones are stored already. Call it with the lock held.
    pub(super) fn flush(&mut self) -> Result<Flushed> {
        let Some(pending) = &self.pending else { return Ok(Flushed::Stored { replaced: Tokens::new() }) };
        let flushed = flush(&mut self.store, pending)?;
        self.pending = None;
        Ok(flushed)
    }
}

fn flush(store: &mut TokenStore, pending: &PendingTokens) -> Result<Flushed> {
    let before = store.load()?;
    let mut tokens = pending.tokens.clone();
    let login = match &pending.obtained_by {
        ObtainedBy::Refresh(old) => {
            tokens.retain(|server, _| is_same(before.get(server), old.get(server)));
            None
        }
        ObtainedBy::Login(login) => Some(login.clone()),
    };
    if let Some(NewLogin { identity: Some(new), force: false }) = &login
        && let Some(known) = new.other_in(&from_same_auth(&before, &tokens))
    {
        return Ok(Flushed::OtherIdentity { known, new: new.clone(), tokens });
    }
    store.save(&tokens)?;
    if let Some(NewLogin { force: false, .. }) = &login {
        warn_of_lost_scopes(&before, &tokens);
    }
    let replaced = match login {
        Some(NewLogin { identity, force: true }) => replaced(store, before, &tokens, identity.as_ref()),
        _ => Tokens::new(),
    };
    Ok(Flushed::Stored { replaced })
}

/// The tokens that a forced login replaces. Other tokens of another identity are removed.
fn replaced(store: &mut TokenStore, mut before: Tokens, new: &Tokens, identity: Option<&Identity>) -> Tokens {
    let is_other = |token: &Token| match (&token.identity_id, identity) {
        (Some(id), Some(identity)) => *id != identity.id,
        _ => false,
    };
    before.retain(|server, token| new.contains_key(server) || is_other(token));
    let left: Vec<&str> = before.keys().filter(|key| !new.contains_key(*key)).map(String::as_str).collect();
    if let Err(error) = store.remove(&left) {
        log::warn!("tokens of the old login are still stored: {}", error.summary());
    }
    before
}

/// A run that is stopped tries once more, without waiting for the lock.
impl Drop for TokenCache {
    fn drop(&mut self) {
        let Some(pending) = self.pending.take() else { return };
        let lock = self.store.try_lock();
        flush_or_report(&mut self.store, &pending, &lock);
    }
}

fn flush_or_report(store: &mut TokenStore, pending: &PendingTokens, lock: &Result<Option<Lock>, ()>) {
    if lock.is_err() || !matches!(flush(store, pending), Ok(Flushed::Stored { .. })) {
        log::error!("{}: the run was stopped first", pending.loss());
    }
}

/// How long the end of the process waits for each lock that another thread or another run holds.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
const LOCK_INTERVAL: Duration = Duration::from_millis(10);

/// Stores the pending tokens of all caches, or reports them as lost, before this process ends without a drop. It waits for
/// tokens that other threads are requesting, as a signal does.
pub fn store_pending_tokens(others_go_on: bool) {
    if others_go_on {
        // Each pending one has a guard, too.
        signals::wait_for_guards(|| HeldTokens::of_this_process().len());
    }
    for held in HeldTokens::of_this_process() {
        let mut store = held.store.clone();
        let lock = lock_for_end(&store);
        // The thread that held the lock may have stored them.
        if held.is_held() {
            flush_or_report(&mut store, &held.pending, &lock);
        }
    }
}

/// The lock of a store; `None` if this process still holds it: a thread that panicked can't release its own.
fn lock_for_end(store: &TokenStore) -> Result<Option<Lock>, ()> {
    let began = Instant::now();
    loop {
        match store.try_lock() {
            Err(()) if began.elapsed() < LOCK_PATIENCE => thread::sleep(LOCK_INTERVAL),
            Err(()) if store.is_locked_here() => return Ok(None),
            lock => return lock,
        }
    }
}

/// Whether the stored token is still the token that was refreshed.
fn is_same(stored: Option<&Token>, old: Option<&Token>) -> bool {
    match (stored, old) {
        (Some(stored), Some(old)) => stored.access_token.expose_secret() == old.access_token.expose_secret(),
        (None, Some(_)) => false,
        // The refresh brought one more token than it replaces.
        (_, None) => true,
    }
}

/// The scopes that these tokens had, and that those which replace them lack. A login requests the stored scopes, but Globus
/// Auth may not grant them all, and another login may have stored more since. A refresh requests none.
pub(super) fn lost_scopes<'t>(before: &'t Tokens, new: &Tokens) -> Vec<&'t str> {
    let replaced = new.iter().filter_map(|(server, new)| Some((before.get(server)?, new)));
    replaced
        .flat_map(|(old, new)| old.scope.split_whitespace().filter(|scope| !new.has_scope(scope)))
        .collect()
}

fn warn_of_lost_scopes(before: &Tokens, new: &Tokens) {
    let lost = lost_scopes(before, new);
    if !lost.is_empty() {
        log::warn!(
            "the new login replaces one with {}; a profile that needs that has to log in again",
            lost.join(" and ")
        );
    }
}

/// The tokens that the same Globus Auth may have issued: identities of another one can't be compared.
fn from_same_auth(tokens: &Tokens, new: &Tokens) -> Tokens {
    let auth_url = new.values().find_map(|token| token.auth_url.as_ref());
    let may_be = |token: &Token| token.auth_url.is_none() || token.auth_url.as_ref() == auth_url;
    let mut same = tokens.clone();
    same.retain(|_, token| may_be(token));
    same
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::globus::auth::testing::{GROUPS, token, tokens};
    use crate::terminal::signals::ShutdownGuard;

    fn in_use(cache: &TokenCache) -> String {
        cache.load().unwrap()[GROUPS].access_token.expose_secret().to_owned()
    }

    fn cache(folder: &std::path::Path) -> TokenCache {
        TokenCache::new(TokenStore::json(folder.join("t.json"), "DEFAULT"))
    }

    #[test]
    fn a_panic_does_not_store_tokens_that_were_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = cache(folder.path());
        cache.hold(PendingTokens::refreshed(
            tokens("new", "ada"),
            token("old", "ada"),
            ShutdownGuard::acquire(),
        ));
        let given_up = cache.give_up().unwrap();
        assert!(!given_up.is_held());
        drop(cache);
        assert!(!folder.path().join("t.json").exists());
    }

    #[test]
    fn pending_tokens_are_used_and_stored_at_the_end_whatever_happens() {
        let folder = tempfile::tempdir().unwrap();
        cache(folder.path()).save(&tokens("old", "ada")).unwrap();
        let mut stopped = cache(folder.path());
        stopped.hold(PendingTokens::refreshed(
            tokens("new", "ada"),
            token("old", "ada"),
            ShutdownGuard::acquire(),
        ));
        assert_eq!(in_use(&stopped), "new");
        assert_eq!(in_use(&cache(folder.path())), "old");
        drop(stopped);
        assert_eq!(in_use(&cache(folder.path())), "new");
    }

    #[test]
    fn a_refresh_does_not_replace_newer_tokens() {
        let folder = tempfile::tempdir().unwrap();
        let mut late = cache(folder.path());
        late.save(&tokens("old", "ada")).unwrap();
        late.hold(PendingTokens::refreshed(
            tokens("refreshed", "ada"),
            token("old", "ada"),
            ShutdownGuard::acquire(),
        ));
        cache(folder.path()).save(&tokens("newest", "ada")).unwrap();
        assert!(matches!(late.flush(), Ok(Flushed::Stored { .. })));
        assert_eq!(in_use(&late), "newest");
    }

    #[test]
    fn a_login_does_not_replace_another_identity_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let ben = Identity { id: "ben".to_owned(), username: None };
        let mut late = cache(folder.path());
        late.save(&tokens("first", "ada")).unwrap();
        late.hold(PendingTokens::login(
            tokens("second", "ben"),
            Some(ben.clone()),
            false,
            ShutdownGuard::acquire(),
        ));
        assert!(matches!(late.flush(), Ok(Flushed::OtherIdentity { known, .. }) if known.id == "ada"));
        assert_eq!(in_use(&late), "first");
        late.hold(PendingTokens::login(tokens("second", "ben"), Some(ben), true, ShutdownGuard::acquire()));
        let Ok(Flushed::Stored { replaced }) = late.flush() else { panic!("it was not stored") };
        assert_eq!(replaced[GROUPS].access_token.expose_secret(), "first");
        assert_eq!(in_use(&late), "second");
    }
}
