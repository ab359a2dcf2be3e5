//! The access token of each service: one for all requests of a session, and cured once for all of them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use futures_util::future::LocalBoxFuture;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use super::owner::Owner;
use crate::Result;
use crate::globus::auth::{AccessToken, AuthorizationParameters, Authorizer, Identity};
use crate::globus::service::{Service, TokenKey};

/// The access tokens of a session, which all of its fetches share.
pub struct Access<'a> {
    source: Box<dyn TokenSource + 'a>,
    /// Who has it gets or cures a token. The others wait, and see what became of it.
    turn: Mutex<()>,
    tokens: RefCell<BTreeMap<TokenKey, SecretString>>,
    /// The grants up to the token that was kept last.
    grants: Cell<Grants>,
    /// Whose tokens they are.
    owner: RefCell<Owner>,
}

/// An access token, and whose it is.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) token: SecretString,
    pub(super) owner: Owner,
}

/// What helps when a service refuses a token.
#[derive(Debug, Clone)]
pub(super) enum Cure {
    /// A refresh: a token can be revoked before it expires.
    Replace,
    /// A login, when even a refreshed token is refused.
    LogInAgain,
    /// A login that meets these requirements.
    Satisfy(Box<AuthorizationParameters>),
}

/// A token in place of the one that was refused.
#[derive(Debug)]
pub(super) enum Cured {
    /// By this request.
    Now(Held),
    /// By another one, which was faster: that cure may have been another.
    Before(Held),
}

/// Where access tokens come from.
pub(super) trait TokenSource {
    /// The access token of a service, cured if the service refused the last one.
    fn token<'t>(&'t self, service: &'t Service, refused: Option<Refusal<'t>>) -> Getting<'t>;
}

/// A token that was refused, and the cure.
pub(super) type Refusal<'t> = (&'t SecretString, Cure);

pub(super) type Getting<'t> = LocalBoxFuture<'t, Result<Got>>;

/// An access token, whose it is if that is known, and the grants so far.
pub(super) struct Got {
    pub(super) token: SecretString,
    pub(super) identity: Option<Identity>,
    pub(super) grants: Grants,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Grants {
    /// Each perhaps of another identity.
    pub(super) logins: u32,
    pub(super) refreshes: u32,
}

/// An authorizer that requests share.
struct SharedAuthorizer<'s, 'a>(Mutex<&'s mut Authorizer<'a>>);

impl TokenSource for SharedAuthorizer<'_, '_> {
    fn token<'t>(&'t self, service: &'t Service, refused: Option<Refusal<'t>>) -> Getting<'t> {
        Box::pin(async move {
            let mut authorizer = self.0.lock().await;
            let AccessToken { token, identity } = match refused {
                None => authorizer.access_token(service).await?,
                Some((token, Cure::Replace)) => authorizer.replace(service, token).await?,
                Some((_, Cure::LogInAgain)) => authorizer.log_in_again(service).await?,
                Some((_, Cure::Satisfy(parameters))) => authorizer.satisfy(service, *parameters).await?,
            };
            let grants = Grants { logins: authorizer.logins(), refreshes: authorizer.refreshes() };
            Ok(Got { token, identity, grants })
        })
    }
}

impl<'a> Access<'a> {
    /// With the tokens of this authorizer.
    pub fn new<'s: 'a>(authorizer: &'a mut Authorizer<'s>) -> Self {
        Self::through(SharedAuthorizer(Mutex::new(authorizer)))
    }

    pub(super) fn through(source: impl TokenSource + 'a) -> Self {
        Self {
            source: Box::new(source),
            turn: Mutex::default(),
            tokens: RefCell::default(),
            grants: Cell::default(),
            owner: RefCell::default(),
        }
    }

    /// Gets the access token of a service before any request needs it. Checks that it may go to this service, even if there is
    /// one with the same key.
    pub async fn authorize(&self, service: &Service) -> Result<()> {
        let _turn = self.turn.lock().await;
        self.stored(service).await.map(drop)
    }

    /// The access token of a service.
    pub(super) async fn token(&self, service: &Service) -> Result<Held> {
        if let Some(held) = self.kept(service) {
            return Ok(held);
        }
        let _turn = self.turn.lock().await;
        self.current(service).await
    }

    /// Another token for this service than the one that it refused, unless there is one already.
    pub(super) async fn cure(&self, service: &Service, refused: &SecretString, cure: Cure) -> Result<Cured> {
        let _turn = self.turn.lock().await;
        let current = self.current(service).await?;
        if current.token.expose_secret() != refused.expose_secret() {
            return Ok(Cured::Before(current));
        }
        let got = self.source.token(service, Some((refused, cure))).await?;
        let before = self.grants.get();
        let continues = got.grants.logins == before.logins && got.grants.refreshes > before.refreshes;
        // A login may have replaced the tokens of the other services.
        self.tokens.borrow_mut().clear();
        Ok(Cured::Now(self.keep(service, got, continues)))
    }

    fn kept(&self, service: &Service) -> Option<Held> {
        let token = self.tokens.borrow().get(&service.token).cloned()?;
        Some(Held { token, owner: self.owner.borrow().clone() })
    }

    /// The kept token, or the one that is stored.
    async fn current(&self, service: &Service) -> Result<Held> {
        match self.kept(service) {
            Some(held) => Ok(held),
            None => self.stored(service).await,
        }
    }

    async fn stored(&self, service: &Service) -> Result<Held> {
        let got = self.source.token(service, None).await?;
        let before = self.grants.get();
        if got.grants != before {
            // A grant may have replaced the tokens of the other services.
            self.tokens.borrow_mut().clear();
        }
        let continues = got.grants.logins == before.logins;
        Ok(self.keep(service, got, continues))
    }

    /// `continues` is whether the token comes from the same login as those before.
    fn keep(&self, service: &Service, got: Got, continues: bool) -> Held {
        let Got { token, identity, grants } = got;
        self.grants.set(grants);
        self.tokens.borrow_mut().insert(service.token.clone(), token.clone());
        let owner = self.owner.borrow().next(identity, continues);
        self.owner.replace(owner.clone());
        Held { token, owner }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use tokio::task::yield_now;

    use super::*;
    use crate::globus::service::{BaseUrl, ChosenBy};
    use crate::globus::service_name::ServiceName;

    /// Counts up the token with each cure.
    #[derive(Default)]
    struct Counted {
        number: Cell<u32>,
        grants: Cell<Grants>,
        asked: RefCell<Vec<&'static str>>,
    }

    impl TokenSource for &Counted {
        fn token<'t>(&'t self, _: &'t Service, refused: Option<Refusal<'t>>) -> Getting<'t> {
            Box::pin(async move {
                // Others ask meanwhile.
                yield_now().await;
                let mut grants = self.grants.get();
                let asked = match refused {
                    None => "stored",
                    Some((_, Cure::Replace)) => {
                        grants.refreshes += 1;
                        "replace"
                    }
                    Some((_, Cure::LogInAgain | Cure::Satisfy(_))) => {
                        grants.logins += 1;
                        "login"
                    }
                };
                self.asked.borrow_mut().push(asked);
                if asked != "stored" {
                    self.number.set(self.number.get() + 1);
                }
                self.grants.set(grants);
                Ok(Got { token: format!("t{}", self.number.get()).into(), identity: None, grants })
            })
        }
    }

    fn service(name: ServiceName) -> Service {
        let base_url = BaseUrl::new("https://example.org/".parse().unwrap(), ChosenBy::Environment);
        Service { name: name.title().into(), token: name.token(), base_url }
    }

    fn shown(cured: &Result<Cured>) -> String {
        match cured {
            Ok(Cured::Now(held)) => format!("now {}", held.token.expose_secret()),
            Ok(Cured::Before(held)) => format!("before {}", held.token.expose_secret()),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn a_token_is_read_once_and_cured_once_for_all_requests() {
        let source = Counted::default();
        let access = Access::through(&source);
        let groups = service(ServiceName::Groups);
        let tokens = join_all((0..3).map(|_| access.token(&groups))).await;
        let Held { token, owner } = tokens.into_iter().next().unwrap().unwrap();
        let cured = join_all((0..3).map(|_| access.cure(&groups, &token, Cure::Replace))).await;
        assert_eq!(cured.iter().map(shown).collect::<Vec<_>>(), ["now t1", "before t1", "before t1"]);
        // A response to a request that went out with the first token.
        assert_eq!(shown(&access.cure(&groups, &token, Cure::LogInAgain).await), "before t1");
        assert_eq!(*source.asked.borrow(), ["stored", "replace"]);
        assert!(access.token(&groups).await.unwrap().owner.is_same(&owner));
    }

    #[tokio::test]
    async fn what_is_authorized_is_not_read_again_unless_there_is_a_grant_for_another_service() {
        let source = Counted::default();
        let access = Access::through(&source);
        let [groups, transfer] = [ServiceName::Groups, ServiceName::Transfer].map(service);
        // It may be at several URLs, each of which is checked.
        access.authorize(&groups).await.unwrap();
        access.authorize(&groups).await.unwrap();
        access.token(&groups).await.unwrap();
        assert_eq!(*source.asked.borrow(), ["stored"; 2]);
        source.grants.set(Grants { logins: 0, refreshes: 1 });
        access.authorize(&transfer).await.unwrap();
        access.token(&transfer).await.unwrap();
        assert_eq!(*source.asked.borrow(), ["stored"; 3]);
        access.token(&groups).await.unwrap();
        assert_eq!(*source.asked.borrow(), ["stored"; 4]);
    }

    #[tokio::test]
    async fn a_login_is_for_all_services_and_may_be_of_another_identity() {
        let source = Counted::default();
        let access = Access::through(&source);
        let [groups, transfer] = [ServiceName::Groups, ServiceName::Transfer].map(service);
        let Held { token, owner } = access.token(&groups).await.unwrap();
        access.token(&transfer).await.unwrap();
        assert_eq!(shown(&access.cure(&groups, &token, Cure::LogInAgain).await), "now t1");
        // The login took the place of both tokens.
        assert_eq!(shown(&access.cure(&transfer, &token, Cure::Replace).await), "before t1");
        assert!(!access.token(&groups).await.unwrap().owner.is_same(&owner));
        assert_eq!(*source.asked.borrow(), ["stored", "stored", "login", "stored"]);
    }
}
