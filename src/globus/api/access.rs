//! The access token of each service: one for all requests, and cured once for all of them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use futures_util::future::LocalBoxFuture;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use super::one_identity::OneIdentity;
use crate::Result;
use crate::globus::auth::{AuthorizationParameters, Authorizer, Identity};
use crate::globus::service::{Service, TokenKey};

pub(super) struct Access<'a> {
    source: Box<dyn TokenSource + 'a>,
    /// Who has it gets or cures a token. The others wait, and see what became of it.
    turn: Mutex<()>,
    tokens: RefCell<BTreeMap<TokenKey, SecretString>>,
    /// The grants up to the token that was kept last.
    grants: Cell<Grants>,
    identity: OneIdentity,
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
    Now(SecretString),
    /// By another one, which was faster: that cure may have been another.
    Before(SecretString),
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
pub(super) struct SharedAuthorizer<'s, 'a>(pub(super) Mutex<&'s mut Authorizer<'a>>);

impl TokenSource for SharedAuthorizer<'_, '_> {
    fn token<'t>(&'t self, service: &'t Service, refused: Option<Refusal<'t>>) -> Getting<'t> {
        Box::pin(async move {
            let mut authorizer = self.0.lock().await;
            let token = match refused {
                None => authorizer.access_token(service).await?,
                Some((token, Cure::Replace)) => authorizer.replace(service, token).await?,
                Some((_, Cure::LogInAgain)) => authorizer.log_in_again(service).await?,
                Some((_, Cure::Satisfy(parameters))) => authorizer.satisfy(service, *parameters).await?,
            };
            let grants = Grants { logins: authorizer.logins(), refreshes: authorizer.refreshes() };
            Ok(Got { token, identity: authorizer.identity(), grants })
        })
    }
}

impl<'a> Access<'a> {
    pub(super) fn new(source: impl TokenSource + 'a) -> Self {
        Self {
            source: Box::new(source),
            turn: Mutex::default(),
            tokens: RefCell::default(),
            grants: Cell::default(),
            identity: OneIdentity::default(),
        }
    }

    /// Whose tokens they are.
    pub(super) fn identity(&self) -> &OneIdentity {
        &self.identity
    }

    /// The access token of a service.
    pub(super) async fn token(&self, service: &Service) -> Result<SecretString> {
        if let Some(token) = self.kept(service).filter(|_| self.identity.check().is_ok()) {
            return Ok(token);
        }
        let _turn = self.turn.lock().await;
        self.current(service).await
    }

    /// Another token for this service than the one that it refused, unless there is one already.
    pub(super) async fn cure(&self, service: &Service, refused: &SecretString, cure: Cure) -> Result<Cured> {
        let _turn = self.turn.lock().await;
        let current = self.current(service).await?;
        if current.expose_secret() != refused.expose_secret() {
            return Ok(Cured::Before(current));
        }
        let got = self.source.token(service, Some((refused, cure))).await?;
        let before = self.grants.get();
        let continues = got.grants.logins == before.logins && got.grants.refreshes > before.refreshes;
        // A login may have replaced the tokens of the other services.
        self.tokens.borrow_mut().clear();
        self.keep(service, got, continues).map(Cured::Now)
    }

    fn kept(&self, service: &Service) -> Option<SecretString> {
        self.tokens.borrow().get(&service.token).cloned()
    }

    /// The kept token, or the one that is stored.
    async fn current(&self, service: &Service) -> Result<SecretString> {
        self.identity.check()?;
        if let Some(token) = self.kept(service) {
            return Ok(token);
        }
        let got = self.source.token(service, None).await?;
        let continues = got.grants.logins == self.grants.get().logins;
        self.keep(service, got, continues)
    }

    fn keep(&self, service: &Service, got: Got, continues: bool) -> Result<SecretString> {
        let Got { token, identity, grants } = got;
        self.grants.set(grants);
        self.tokens.borrow_mut().insert(service.token.clone(), token.clone());
        self.identity.set(identity, continues)?;
        Ok(token)
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
            Ok(Cured::Now(token)) => format!("now {}", token.expose_secret()),
            Ok(Cured::Before(token)) => format!("before {}", token.expose_secret()),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn a_token_is_read_once_and_cured_once_for_all_requests() {
        let source = Counted::default();
        let access = Access::new(&source);
        let groups = service(ServiceName::Groups);
        let tokens = join_all((0..3).map(|_| access.token(&groups))).await;
        let token = tokens.into_iter().next().unwrap().unwrap();
        access.identity().receive();
        let cured = join_all((0..3).map(|_| access.cure(&groups, &token, Cure::Replace))).await;
        assert_eq!(cured.iter().map(shown).collect::<Vec<_>>(), ["now t1", "before t1", "before t1"]);
        // A response to a request that went out with the first token.
        assert_eq!(shown(&access.cure(&groups, &token, Cure::LogInAgain).await), "before t1");
        assert_eq!(*source.asked.borrow(), ["stored", "replace"]);
    }

    #[tokio::test]
    async fn a_login_is_for_all_services_and_what_came_before_is_void() {
        let source = Counted::default();
        let access = Access::new(&source);
        let [groups, transfer] = [ServiceName::Groups, ServiceName::Transfer].map(service);
        let token = access.token(&groups).await.unwrap();
        access.token(&transfer).await.unwrap();
        assert_eq!(shown(&access.cure(&groups, &token, Cure::LogInAgain).await), "now t1");
        // The login took the place of both tokens.
        assert_eq!(shown(&access.cure(&transfer, &token, Cure::Replace).await), "before t1");
        access.identity().receive();
        let token = access.token(&groups).await.unwrap();
        let cured = access.cure(&groups, &token, Cure::LogInAgain).await;
        assert!(shown(&cured).contains("another login took place while data arrived"), "{cured:?}");
        assert!(access.identity().take_change());
        assert_eq!(access.token(&groups).await.unwrap().expose_secret(), "t2");
        assert_eq!(*source.asked.borrow(), ["stored", "stored", "login", "stored", "login"]);
    }
}
