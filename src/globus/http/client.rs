//! HTTP to the services: deadlines, retries, a limit on what is read.

use std::cell::OnceCell;
use std::time::{Duration, Instant, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, ClientBuilder, Method, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::retry;
use crate::globus::environment::TlsVerification;
use crate::globus::loopback::is_loopback;
use crate::{Error, Kind, Result};

/// A connection that does not come about in this time won't.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// A whole request may take this many times the timeout, its waits aside: enough for a long answer that
/// keeps coming, and an end to one that trickles.
const TOTAL_FACTOR: u32 = 10;

const PRODUCT: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How requests are sent.
#[derive(Debug, Clone)]
pub(crate) struct HttpOptions {
    /// The longest silence; `None` is no limit.
    pub timeout: Option<Duration>,
    /// How many times a failed request is tried again.
    pub retries: u32,
    /// Whose certificates are believed.
    pub tls: TlsVerification,
    /// The proxy for everything but this machine, in place of those in the environment.
    pub proxy: Option<Url>,
}

/// A request, as often as it takes.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    /// The service's name, for messages.
    pub service: &'a str,
    /// The method.
    pub method: Method,
    /// The full URL. It may end up in messages, so no secret is in it.
    pub url: Url,
    /// Sent as `Authorization: Bearer`.
    pub bearer: Option<&'a SecretString>,
    /// Sent as `Authorization` as it is; for clients that authenticate themselves.
    pub authorization: Option<HeaderValue>,
    /// A form, already encoded.
    pub form: Option<Vec<u8>>,
    /// An answer with more bytes is refused.
    pub limit: usize,
    /// When to give up, all tries together, where that is sooner than the options say.
    pub deadline: Option<Duration>,
    /// Whether the request may be sent again when it is unknown if the service has acted on it.
    pub idempotent: bool,
}

impl<'a> Request<'a> {
    /// Asks for what is at this URL, by nobody in particular.
    pub(crate) fn get(service: &'a str, url: Url, limit: usize) -> Self {
        Self {
            service,
            method: Method::GET,
            url,
            bearer: None,
            authorization: None,
            form: None,
            limit,
            deadline: None,
            idempotent: true,
        }
    }

    /// Asks for what the owner of this access token may see there.
    pub(crate) fn get_as(bearer: &'a SecretString, service: &'a str, url: Url, limit: usize) -> Self {
        Self { bearer: Some(bearer), ..Self::get(service, url, limit) }
    }
}

/// What the service said in the end, whatever the status.
#[derive(Debug)]
pub(crate) struct Response {
    /// The status.
    pub status: StatusCode,
    /// The body, decompressed. Empty if it went to a [`Sink`].
    pub body: Vec<u8>,
    /// The bytes of the body, wherever they went.
    pub length: usize,
}

impl Response {
    /// Whether the service is in trouble, as opposed to having something against the request.
    pub(crate) fn is_outage(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }
}

/// Takes the body of a successful answer (status 200) while it arrives.
pub(crate) trait Sink {
    /// An answer begins. It is not the first one if an earlier one broke off.
    fn start(&mut self);

    /// The next bytes of the body, decompressed. Fails if no more are wanted; the sink knows why.
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Cancelled>;
}

/// A sink wants no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cancelled;

/// Sends requests. Nothing is built before the first one.
#[derive(Debug)]
pub(crate) struct HttpClient {
    options: HttpOptions,
    /// For URLs on this machine: no certificates, no proxy.
    local: OnceCell<Client>,
    /// For everything else. Reading the system's certificates takes longer than the rest of a small run.
    remote: OnceCell<Client>,
}

/// One try that gave no answer.
struct Failure {
    why: String,
    /// Whether the service can have acted on the request.
    sent: bool,
    /// Whether another try can help.
    passing: bool,
}

impl HttpClient {
    pub(crate) fn new(options: HttpOptions) -> Self {
        Self { options, local: OnceCell::new(), remote: OnceCell::new() }
    }

    /// Sends the request until there is an answer that a retry can't better. Exit code 4 when there is none.
    pub(crate) async fn send(&self, request: &Request<'_>) -> Result<Response> {
        self.send_into(request, None).await
    }

    /// The same, with the body of a successful answer going to the sink; that of the answer is empty then.
    pub(crate) async fn send_into(
        &self,
        request: &Request<'_>,
        sink: Option<&mut dyn Sink>,
    ) -> Result<Response> {
        let whole = self.send_with_retries(request, sink);
        let all_waits = retry::LONGEST_WAIT * self.options.retries;
        let longest =
            self.options.timeout.map(|limit| limit.saturating_mul(TOTAL_FACTOR).saturating_add(all_waits));
        let Some(total) = longest.into_iter().chain(request.deadline).min() else { return whole.await };
        tokio::time::timeout(total, whole).await.unwrap_or_else(|_| {
            let why = format!("no complete answer within {} seconds", total.as_secs());
            Err(unreachable(request, &why))
        })
    }

    async fn send_with_retries(
        &self,
        request: &Request<'_>,
        mut sink: Option<&mut dyn Sink>,
    ) -> Result<Response> {
        let client = self.client(&request.url)?;
        let mut attempt = 0;
        loop {
            let start = Instant::now();
            tracing::trace!("{} {}, try {}", request.method, request.url, attempt + 1);
            // A borrow for this attempt alone, which `as_deref_mut` does not give for a trait object.
            let sink: Option<&mut dyn Sink> = match &mut sink {
                Some(sink) => Some(&mut **sink),
                None => None,
            };
            let outcome = self.try_once(client, request, sink).await;
            let last = attempt >= self.options.retries;
            let (why, asked) = match outcome {
                Ok((response, asked)) => {
                    tracing::debug!(
                        "{} {} answered {} with {} bytes in {} ms",
                        request.method,
                        request.url.path(),
                        response.status.as_u16(),
                        response.length,
                        start.elapsed().as_millis()
                    );
                    if !retry::is_transient(response.status) || last {
                        return Ok(response);
                    }
                    (format!("status {}", response.status), asked)
                }
                Err(failure) if failure.passing && !last && (request.idempotent || !failure.sent) => {
                    (failure.why, None)
                }
                Err(failure) if failure.passing => {
                    let tries = attempt + 1;
                    let why = match tries {
                        1 => failure.why,
                        _ => format!("{} (the last of {tries} tries)", failure.why),
                    };
                    return Err(unreachable(request, &why));
                }
                Err(failure) => return Err(Error::failed(nonsense(request)).because(failure.why)),
            };
            let wait = retry::wait(attempt, asked);
            tracing::debug!(
                "{} {}: {why}; trying again in {} ms",
                request.method,
                request.url.path(),
                wait.as_millis()
            );
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn try_once(
        &self,
        client: &Client,
        request: &Request<'_>,
        sink: Option<&mut dyn Sink>,
    ) -> Result<(Response, Option<Duration>), Failure> {
        let mut builder = client.request(request.method.clone(), request.url.clone());
        if let Some(token) = request.bearer {
            builder = builder.bearer_auth(token.expose_secret());
        }
        if let Some(authorization) = &request.authorization {
            builder = builder.header(AUTHORIZATION, authorization.clone());
        }
        if let Some(form) = &request.form {
            builder = builder
                .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
                .body(form.clone());
        }
        let mut reply = builder.send().await.map_err(|error| failure(&error))?;
        let status = reply.status();
        let asked = retry::retry_after(status, reply.headers(), SystemTime::now());

        let too_large = || Failure {
            why: format!("the answer is larger than {} MiB", request.limit / (1024 * 1024)),
            sent: true,
            passing: false,
        };
        let announced = reply.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        if announced > request.limit {
            return Err(too_large());
        }
        let mut sink = sink.filter(|_| status == StatusCode::OK);
        let mut body = Vec::with_capacity(if sink.is_some() { 0 } else { announced });
        let mut length = 0;
        if let Some(sink) = &mut sink {
            sink.start();
        }
        while let Some(chunk) = reply.chunk().await.map_err(|error| failure(&error))? {
            length += chunk.len();
            if length > request.limit {
                return Err(too_large());
            }
            match &mut sink {
                None => body.extend_from_slice(&chunk),
                Some(sink) => sink.chunk(&chunk).map_err(|Cancelled| Failure {
                    why: "no more of it was wanted".to_owned(),
                    sent: true,
                    passing: false,
                })?,
            }
        }
        Ok((Response { status, body, length }, asked))
    }

    fn client(&self, url: &Url) -> Result<&Client> {
        let (cell, local) = if is_loopback(url) && url.scheme() == "http" {
            (&self.local, true)
        } else {
            (&self.remote, false)
        };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let builder = if local {
            // A proxy can't reach this machine, and there is nothing to verify without TLS.
            Client::builder().no_proxy().tls_certs_only([])
        } else {
            self.remote_builder(is_loopback(url))?
        };
        let client = self.with_common(builder).build().map_err(|error| {
            Error::failed("can't set up the HTTP client").because(causes(&error)).help(
                "TLS needs the system's certificates: the package `ca-certificates`, or `SSL_CERT_FILE`",
            )
        })?;
        Ok(cell.get_or_init(|| client))
    }

    fn with_common(&self, builder: ClientBuilder) -> ClientBuilder {
        let info = HeaderName::from_static("x-globus-client-info");
        let headers = HeaderMap::from_iter([
            (ACCEPT, HeaderValue::from_static("application/json")),
            (
                info,
                HeaderValue::from_static(concat!(
                    "product=",
                    env!("CARGO_PKG_NAME"),
                    ",version=",
                    env!("CARGO_PKG_VERSION")
                )),
            ),
        ]);
        let mut builder = builder
            .user_agent(format!("{PRODUCT}/{VERSION}"))
            .default_headers(headers)
            // The services answer where they are asked; a redirect would carry a token elsewhere.
            .redirect(redirect::Policy::none())
            .connect_timeout(
                self.options.timeout.map_or(CONNECT_TIMEOUT, |limit| limit.min(CONNECT_TIMEOUT)),
            );
        if let Some(limit) = self.options.timeout {
            builder = builder.read_timeout(limit);
        }
        builder
    }

    fn remote_builder(&self, loopback: bool) -> Result<ClientBuilder> {
        let mut builder = Client::builder();
        if loopback {
            builder = builder.no_proxy();
        } else if let Some(proxy) = &self.options.proxy {
            let proxy = reqwest::Proxy::all(proxy.clone()).map_err(|error| {
                Error::usage("the profile's `http.proxy` is not usable").because(causes(&error))
            })?;
            builder = builder.proxy(proxy);
        }
        match &self.options.tls {
            TlsVerification::System => {}
            TlsVerification::Disabled => {
                tracing::warn!(
                    "certificates are not verified (GLOBUS_SDK_VERIFY_SSL): anybody can read the tokens"
                );
                builder = builder.tls_danger_accept_invalid_certs(true);
            }
            TlsVerification::CaFile(path) => {
                let unusable = || Error::usage(format!("can't use the certificates in `{}`", path.display()));
                let pem = std::fs::read(path).map_err(|error| unusable().because(error))?;
                let certificates = reqwest::Certificate::from_pem_bundle(&pem)
                    .map_err(|error| unusable().because(causes(&error)))?;
                if certificates.is_empty() {
                    return Err(unusable().because("no certificate in PEM form is in it"));
                }
                builder = builder.tls_certs_only(certificates);
            }
        }
        Ok(builder)
    }
}

fn failure(error: &reqwest::Error) -> Failure {
    let why = if error.is_timeout() { "no answer in time".to_owned() } else { causes(error) };
    Failure { why, sent: !error.is_connect(), passing: !error.is_builder() }
}

/// The innermost cause says most; the layers above repeat the URL.
fn causes(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

fn unreachable(request: &Request<'_>, why: &str) -> Error {
    let host = request.url.host_str().unwrap_or("?");
    let port = request.url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Error::new(Kind::Unreachable, format!("can't get an answer from {} at {host}{port}", request.service))
        .because(why)
        .help("check the network, the proxy variables and https://status.globus.org, then run it again")
}

fn nonsense(request: &Request<'_>) -> String {
    format!(
        "{} gave an answer that can't be used ({} {})",
        request.service,
        request.method,
        request.url.path()
    )
}
