//! A running sandbox.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use crate::auth::{Approval, Auth, AuthError, IdTokenFault, RefreshTokenPolicy, Requirements, Settings};
use crate::control::{Control, Fault, RecordedRequest};
use crate::data::Data;
use crate::error::{Error, Result};
use crate::lists::{Service, is_served};
use crate::server;

/// The variables in which a Globus client looks for the base URL of each service.
const SERVICE_URLS: [&str; 7] = [
    "GLOBUS_SDK_SERVICE_URL_AUTH",
    "GLOBUS_SDK_SERVICE_URL_GROUPS",
    "GLOBUS_SDK_SERVICE_URL_TRANSFER",
    "GLOBUS_SDK_SERVICE_URL_SEARCH",
    "GLOBUS_SDK_SERVICE_URL_FLOWS",
    "GLOBUS_SDK_SERVICE_URL_TIMER",
    "GLOBUS_SDK_SERVICE_URL_COMPUTE",
];

/// How a sandbox behaves from its start.
#[derive(Debug, Clone)]
pub struct Options {
    /// The TCP port on 127.0.0.1; 0, the default, takes any free one.
    pub port: u16,
    /// The users, clients and groups.
    pub data: Data,
    /// What a refresh does with the refresh token; [`RefreshTokenPolicy::Repeat`] by default.
    pub refresh_tokens: RefreshTokenPolicy,
    /// How long an access token is valid; 48 hours by default. It is given to clients in whole seconds.
    pub token_lifetime: Duration,
    /// How long an authorization code is valid; 10 minutes by default.
    pub code_lifetime: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            data: Data::default(),
            refresh_tokens: RefreshTokenPolicy::default(),
            token_lifetime: Duration::from_secs(172_800),
            code_lifetime: Duration::from_secs(600),
        }
    }
}

/// A sandbox that serves requests until it is dropped.
///
/// Its methods do what the control endpoints under `/_sandbox/` do, without HTTP.
#[derive(Debug)]
pub struct Sandbox {
    url: Url,
    control: Arc<Control>,
    /// The server stops when this is dropped.
    _running: watch::Sender<()>,
}

impl Sandbox {
    /// Starts a sandbox on the current tokio runtime.
    ///
    /// # Errors
    /// [`Error::Listen`] if it can't listen on the port, [`Error::NoUser`] if the data has no users.
    ///
    /// # Panics
    /// Outside of a tokio runtime, or in one without I/O.
    pub async fn start(options: Options) -> Result<Self> {
        Self::serve(options).await.map(|(sandbox, _)| sandbox)
    }

    /// Starts a sandbox on a thread of its own, for programs without a tokio runtime. The thread ends when the
    /// sandbox is dropped.
    ///
    /// ```
    /// let sandbox = globus_sandbox::Sandbox::start_on_thread(globus_sandbox::Options::default())?;
    /// assert!(sandbox.url().as_str().starts_with("http://127.0.0.1:"));
    /// # Ok::<(), globus_sandbox::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`start`](Self::start), and [`Error::Thread`].
    ///
    /// # Panics
    /// Inside of a tokio runtime.
    pub fn start_on_thread(options: Options) -> Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Thread)?;
        let (sandbox, server) = runtime.block_on(Self::serve(options))?;
        let serve = move || drop(runtime.block_on(server));
        thread::Builder::new().name("globus-sandbox".to_owned()).spawn(serve).map_err(Error::Thread)?;
        Ok(sandbox)
    }

    async fn serve(options: Options) -> Result<(Self, JoinHandle<()>)> {
        let Options { port, data, refresh_tokens, token_lifetime, code_lifetime } = options;
        if data.users.is_empty() {
            return Err(Error::NoUser);
        }
        let cannot_listen = |source| Error::Listen { port, source };
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let url = Url::parse(&format!("http://{address}/"))
            .map_err(|error| cannot_listen(std::io::Error::other(error)))?;
        let settings =
            Settings { refresh_tokens, id_token_fault: IdTokenFault::None, token_lifetime, code_lifetime };
        let control = Arc::new(Control::new(Auth::new(url.clone(), data, settings)));
        let (running, stop) = watch::channel(());
        let responder = server::responder(Arc::clone(&control));
        let server = tokio::spawn(globus_loopback::serve(listener, responder, stop));
        Ok((Self { url, control, _running: running }, server))
    }

    /// The base URL of every service, ending in `/`.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The environment variables that point a Globus client at this sandbox: names and values.
    #[must_use]
    pub fn env(&self) -> Vec<(&'static str, String)> {
        SERVICE_URLS.iter().map(|name| (*name, self.url.to_string())).collect()
    }

    /// Approves the login of an authorize URL as the first user, with the checks of the consent page, and
    /// returns the authorization code.
    ///
    /// # Errors
    /// [`Error::Refused`] if the consent page would refuse the URL.
    pub fn approve(&self, authorize_url: &Url) -> Result<String> {
        self.approval(authorize_url, None).map(|approval| approval.code)
    }

    /// Like [`approve`](Self::approve), as the user with this UUID or username.
    ///
    /// # Errors
    /// [`Error::Refused`] if the consent page would refuse the URL, or if there is no such user.
    pub fn approve_as(&self, authorize_url: &Url, user: &str) -> Result<String> {
        self.approval(authorize_url, Some(user)).map(|approval| approval.code)
    }

    /// Like [`approve`](Self::approve), but returns the URL that a browser would be redirected to:
    /// `redirect_uri` with `code` and `state`.
    ///
    /// # Errors
    /// [`Error::Refused`] if the consent page would refuse the URL.
    pub fn approve_redirect(&self, authorize_url: &Url) -> Result<Url> {
        self.approval(authorize_url, None).map(|approval| approval.redirect)
    }

    /// Denies the login of an authorize URL and returns the URL that a browser would be redirected to:
    /// `redirect_uri` with `error`, `error_description` and `state`.
    ///
    /// # Errors
    /// [`Error::Refused`] if the consent page would refuse the URL.
    pub fn deny_redirect(&self, authorize_url: &Url) -> Result<Url> {
        self.control.auth.deny_url(authorize_url).map_err(refused)
    }

    fn approval(&self, authorize_url: &Url, user: Option<&str>) -> Result<Approval> {
        self.control.auth.approve_url(authorize_url, user).map_err(refused)
    }

    /// Makes Groups respond 403 with these authorization parameters to every token whose login did not carry
    /// them, or whose consents lack one of `required_scopes`. `session_message` is only shown.
    ///
    /// # Errors
    /// [`Error::Requirements`] if these are no authorization parameters, or if they require nothing.
    pub fn set_requirements(&self, authorization_parameters: Value) -> Result<()> {
        let requirements = Requirements::read(authorization_parameters).map_err(Error::Requirements)?;
        self.control.groups.set_requirements(Some(requirements));
        Ok(())
    }

    /// Like [`set_requirements`](Self::set_requirements), for `transfer`, `search`, `flows`, `timers` or `compute`.
    ///
    /// # Errors
    /// Also [`Error::Requirements`] if there is no such service.
    pub fn set_requirements_of(&self, service: &str, authorization_parameters: Value) -> Result<()> {
        let known =
            Service::named(service).ok_or_else(|| Error::Requirements(format!("no service `{service}`")))?;
        let requirements = Requirements::read(authorization_parameters).map_err(Error::Requirements)?;
        self.control.lists.set_requirements(known, requirements);
        Ok(())
    }

    /// Makes every service accept any login again.
    pub fn clear_requirements(&self) {
        self.control.groups.set_requirements(None);
        self.control.lists.clear_requirements();
    }

    /// Revokes every consent. Tokens stay valid.
    pub fn revoke_consents(&self) {
        self.control.auth.revoke_consents();
    }

    /// Sets what is wrong with the ID tokens issued from now on.
    pub fn set_id_token_fault(&self, fault: IdTokenFault) {
        self.control.auth.change_settings(|settings| settings.id_token_fault = fault);
    }

    /// The latest 10,000 requests, oldest first, without those to `/_sandbox/`.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.control.requests.list()
    }

    /// The most requests that waited for their responses at once, since they were cleared.
    #[must_use]
    pub fn most_requests_at_once(&self) -> usize {
        self.control.requests.most_at_once()
    }

    /// Forgets the recorded requests.
    pub fn clear_requests(&self) {
        self.control.requests.clear();
    }

    /// Adds a fault. Of several faults for one path, the one added first happens first.
    pub fn add_fault(&self, fault: Fault) {
        self.control.faults.add(fault);
    }

    /// Removes the faults that have not happened yet.
    pub fn clear_faults(&self) {
        self.control.faults.clear();
    }

    /// Expires every access token. Refresh tokens stay valid.
    pub fn expire_access_tokens(&self) {
        self.control.auth.expire_access_tokens();
    }

    /// Revokes every token, authorization code and consent.
    pub fn revoke_all(&self) {
        self.control.auth.revoke_all();
    }

    /// Makes `GET /v2/groups/my_groups` respond with exactly this list to every caller.
    pub fn set_groups(&self, groups: Vec<Value>) {
        self.control.groups.set_my_groups(Some(groups));
    }

    /// Makes `GET /v2/groups/my_groups` respond from the data again.
    pub fn clear_groups(&self) {
        self.control.groups.set_my_groups(None);
    }

    /// Sets the rows of the list at this path, such as `/v0.10/task_list`. With `page`, no page has more rows.
    ///
    /// # Errors
    /// [`Error::List`] if no list is served at this path, or if a page has no row.
    pub fn set_list(&self, path: &str, rows: &[Value], page: Option<usize>) -> Result<()> {
        if !is_served(path) || page == Some(0) {
            return Err(Error::List(path.to_owned()));
        }
        self.control.lists.set(path.to_owned(), rows, page);
        Ok(())
    }

    /// Makes every list come from the data again.
    pub fn clear_lists(&self) {
        self.control.lists.clear();
    }

    /// Sets what a refresh does with the refresh token from now on.
    pub fn set_refresh_tokens(&self, policy: RefreshTokenPolicy) {
        self.control.auth.change_settings(|settings| settings.refresh_tokens = policy);
    }

    /// Sets how long the access tokens issued from now on are valid.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.control.auth.change_settings(|settings| settings.token_lifetime = lifetime);
    }
}

fn refused(error: AuthError) -> Error {
    Error::Refused(error.description)
}
