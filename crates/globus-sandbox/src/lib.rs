//! A local Globus Auth and Globus Groups, for trying a profile without an account and for the tests.
//!
//! Everything is served at one base URL on the loopback interface. It is strict where the real services are:
//! clients, redirect URIs, scopes, PKCE, codes, grants and tokens are checked, and a refusal has the body
//! that the real service would send. What it knows of people, clients and groups is [`Data`].
//!
//! Under `/_sandbox/` tests and people can look in and interfere; see the module `control`. The same is
//! there as methods of [`Sandbox`].

mod accounts;
mod authorize;
mod body;
mod clients;
mod clock;
mod consents;
mod control;
mod data;
mod decision;
mod error;
mod faults;
mod grants;
mod group_document;
mod groups;
mod id_token;
mod instances;
mod introspection;
mod keys;
mod login_request;
mod pages;
mod principal;
mod problem;
mod record;
mod requirements;
mod scopes;
mod server;
mod session;
mod state;
mod token;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

pub use data::{Client, Data, Identity, User};
pub use error::{Error, Result};
pub use faults::Fault;
pub use grants::Refreshes;
pub use id_token::Spoil;
pub use record::Request;

use decision::Approved;
use problem::Refusal;
use requirements::Requirements;
use state::Shared;

/// How a sandbox behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens; 0 takes any free port.
    pub port: u16,
    /// Whom and what it knows.
    pub data: Data,
    /// What a refresh does with the refresh token.
    pub refreshes: Refreshes,
    /// How long an access token is good for.
    pub token_lifetime: Duration,
    /// How long a code is good for.
    pub code_lifetime: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            data: Data::default(),
            refreshes: Refreshes::Repeat,
            token_lifetime: Duration::from_secs(172_800),
            code_lifetime: Duration::from_secs(600),
        }
    }
}

/// A sandbox that is being served. It ends when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    url: Url,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// Starts one on the tokio runtime at hand.
    pub async fn start(options: Options) -> Result<Self> {
        let port = options.port;
        let cannot_listen = |source| Error::Listen { port, source };
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let url = Url::parse(&format!("http://{address}/"))
            .map_err(|error| cannot_listen(std::io::Error::other(error)))?;
        let shared = Arc::new(Shared::new(options, url.clone())?);
        let server = tokio::spawn(server::serve(listener, Arc::clone(&shared)));
        Ok(Self { url, shared, server })
    }

    /// The base URL of every service, ending in `/`.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The environment variables that point any Globus client here.
    #[must_use]
    pub fn env(&self) -> [(&'static str, String); 2] {
        ["GLOBUS_SDK_SERVICE_URL_AUTH", "GLOBUS_SDK_SERVICE_URL_GROUPS"]
            .map(|name| (name, self.url.to_string()))
    }

    /// Allows what an authorize URL asks for, as the first user would on the consent page, and gives the
    /// code. The checks are those of the page.
    pub fn approve(&self, authorize_url: &Url) -> Result<String> {
        self.allow(authorize_url, None).map(|approved| approved.code)
    }

    /// Allows it as the user with this UUID or name, and gives the code.
    pub fn approve_as(&self, authorize_url: &Url, user: &str) -> Result<String> {
        self.allow(authorize_url, Some(user)).map(|approved| approved.code)
    }

    /// Allows it as the first user, and gives the address that the browser is sent to: `redirect_uri` with
    /// `code` and `state`.
    pub fn approve_redirect(&self, authorize_url: &Url) -> Result<Url> {
        self.allow(authorize_url, None).map(|approved| approved.redirect)
    }

    /// Denies what an authorize URL asks for, and gives the address that the browser is sent to:
    /// `redirect_uri` with `error`, `error_description` and `state`.
    pub fn deny_redirect(&self, authorize_url: &Url) -> Result<Url> {
        decision::deny_url(&self.shared, authorize_url).map_err(refused)
    }

    fn allow(&self, authorize_url: &Url, user: Option<&str>) -> Result<Approved> {
        decision::approve_url(&self.shared, authorize_url, user).map_err(refused)
    }

    /// Makes Groups refuse, with 403 and these authorization parameters, every token whose login did not
    /// carry them or whose consents lack one of `required_scopes`. `session_message` is only shown. An error
    /// when these are no authorization parameters, or demand nothing.
    pub fn require(&self, authorization_parameters: Value) -> Result<()> {
        let requirements =
            Requirements::read(authorization_parameters).map_err(|why| Error::Requirements(why.clone()))?;
        self.shared.state().requirements = Some(requirements);
        Ok(())
    }

    /// Makes Groups content again with any login.
    pub fn require_nothing(&self) {
        self.shared.state().requirements = None;
    }

    /// Takes every consent back; tokens stay good.
    pub fn withdraw_consents(&self) {
        self.shared.state().consents.clear();
    }

    /// Sets what is wrong with the identity tokens to come.
    pub fn spoil_id_tokens(&self, spoil: Spoil) {
        self.shared.state().spoil = spoil;
    }

    /// The requests it got, oldest first; those to `/_sandbox/` are not among them.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().record.list()
    }

    /// Forgets the requests it got.
    pub fn clear_requests(&self) {
        self.shared.state().record.clear();
    }

    /// Adds a fault behind those that are still waiting.
    pub fn add_fault(&self, fault: Fault) {
        self.shared.state().faults.push(fault);
    }

    /// Removes the faults that are still waiting.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// Lets every access token be over; refresh tokens stay good.
    pub fn expire_access_tokens(&self) {
        self.shared.state().grants.expire_access_tokens();
    }

    /// Takes every token and consent back.
    pub fn revoke_all(&self) {
        self.shared.state().revoke_all();
    }

    /// Makes `my_groups` answer with just this, to everybody.
    pub fn set_groups(&self, groups: Vec<Value>) {
        self.shared.state().my_groups = Some(Value::Array(groups).to_string().into());
    }

    /// Sets what a refresh does with the refresh token from now on.
    pub fn set_refreshes(&self, refreshes: Refreshes) {
        self.shared.state().refreshes = refreshes;
    }

    /// Sets how long the access tokens to come are good for.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.shared.state().token_lifetime = lifetime;
    }
}

fn refused(refusal: Refusal) -> Error {
    Error::Refused(refusal.description)
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Data {
    /// Reads data from a JSON or TOML file; exit code 2 when it is neither or holds something else.
    pub fn load(path: &Path) -> Result<Self> {
        data::load(path)
    }
}
