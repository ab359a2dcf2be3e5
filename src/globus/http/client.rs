//! HTTP to the services: deadlines, retries, a limit on what is read.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Client, StatusCode};
use secrecy::ExposeSecret;
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use super::arrival::within;
use super::body::Body;
use super::cause::{RefusedCertificate, innermost, is_not_tls, plain};
use super::content_coding::{Decoder, Undecoded};
use super::holds::{Holder, Holds};
use super::options::HttpOptions;
use super::request::Request;
use super::response::{Cancelled, Response, Sink};
use super::secrets::Secrets;
use super::{limits, retry};
use crate::globus::urls::is_loopback;
use crate::runtime::turns;
use crate::terminal::signals::ShutdownGuard;
use crate::terminal::{Activity, tell};
use crate::{Error, Kind, Result};

/// A whole request may take this many times the timeout, its waits aside: enough for a long response that keeps
/// coming, and an end to one that trickles.
const TOTAL_FACTOR: u32 = 10;

/// How often other tasks take their turn until a connection is idle.
const TURNS: usize = 8;

/// Sends requests, with deadlines and retries. Connections are set up by the first one.
#[derive(Debug)]
pub struct HttpClient {
    options: HttpOptions,
    activity: Rc<Activity>,
    /// One for each request that may be on its way at once.
    permits: Semaphore,
    holds: Holds,
    /// Whether a response has ended since the last request went out.
    has_ended: Cell<bool>,
    /// For plain HTTP on this machine.
    plain: OnceCell<Client>,
    /// For everything else. Reading the system's certificates takes longer than the rest of a small run.
    other: OnceCell<Client>,
}

/// One try without a response.
struct Failure {
    why: String,
    /// Whether the service may have acted on the request.
    sent: bool,
    /// Whether another try may help.
    transient: bool,
    /// What to do about a certificate that was refused.
    certificate_help: Option<&'static str>,
}

/// The time until the next try.
enum Pause {
    /// Other requests to the host go on.
    Alone(Duration),
    /// The host has asked for it.
    OfAll(Holder, Duration),
}

impl HttpClient {
    pub fn new(options: HttpOptions) -> Self {
        Self {
            permits: Semaphore::new(options.concurrency),
            options,
            activity: Rc::default(),
            holds: Holds::default(),
            has_ended: Cell::new(false),
            plain: OnceCell::new(),
            other: OnceCell::new(),
        }
    }

    /// The same, with its requests noted here.
    #[must_use]
    pub fn noting(self, activity: &Rc<Activity>) -> Self {
        Self { activity: Rc::clone(activity), ..self }
    }

    /// Sends the request until a response comes that a retry would not improve. Exit code 4 without a response.
    pub async fn send(&self, request: &Request<'_>) -> Result<Response> {
        self.send_into(request, None).await
    }

    /// The same, with the body of a response with status 200 going to the sink.
    pub async fn send_into(&self, request: &Request<'_>, sink: Option<&mut dyn Sink>) -> Result<Response> {
        let _underway = self.activity.request(|| format!("{} {}", request.method, request.url.path()));
        let whole = self.send_with_retries(request, sink);
        within(request.deadline, whole).await.unwrap_or_else(|| Err(late(request, request.deadline)))
    }

    async fn send_with_retries(
        &self,
        request: &Request<'_>,
        mut sink: Option<&mut dyn Sink>,
    ) -> Result<Response> {
        let client = self.client(&request.url)?;
        let host = host(&request.url);
        let total = self.options.timeout.map(|limit| limit.saturating_mul(TOTAL_FACTOR));
        let mut spent = Duration::ZERO;
        let mut holder = None;
        let mut attempt = 0;
        loop {
            let rest = request.guard.map(ShutdownGuard::rest);
            let permit = self.turn(request, &host, holder.take()).await;
            drop(rest);
            let start = Instant::now();
            log::trace!("{} {}, try {}", request.method, request.url, attempt + 1);
            // A borrow for this attempt alone, which `as_deref_mut` does not give for a trait object.
            let sink: Option<&mut dyn Sink> = match &mut sink {
                Some(sink) => Some(&mut **sink),
                None => None,
            };
            let left = total.map(|total| total.saturating_sub(spent));
            let Some(outcome) = within(left, self.try_once(client, request, sink)).await else {
                return Err(late(request, total));
            };
            spent += start.elapsed();
            self.has_ended.set(true);
            let last = attempt >= self.options.retries;
            let (problem, pause) = match outcome {
                Ok((response, retry_after)) => {
                    log::debug!(
                        "{} {}: status {}, {} bytes, {} ms",
                        request.method,
                        request.url.path(),
                        response.status.as_u16(),
                        response.length,
                        start.elapsed().as_millis()
                    );
                    if !retry::is_transient(response.status) || last {
                        return Ok(response);
                    }
                    let wait = retry::wait(attempt, retry_after);
                    let pause = if retry_after.is_some() || response.status == StatusCode::TOO_MANY_REQUESTS {
                        Pause::OfAll(self.holds.hold(&host, wait), wait)
                    } else {
                        Pause::Alone(wait)
                    };
                    (format!("{host} answers {}", response.status.as_u16()), pause)
                }
                Err(Failure { why, certificate_help: Some(help), .. }) => {
                    return Err(untrusted(request, &why, help));
                }
                Err(failure) if failure.transient && !last && (request.idempotent || !failure.sent) => {
                    (failure.problem(&host), Pause::Alone(retry::wait(attempt, None)))
                }
                Err(failure) if failure.transient => {
                    let tries = attempt + 1;
                    let why = match tries {
                        1 => failure.why,
                        _ => format!("{} (the last of {tries} tries)", failure.why),
                    };
                    return Err(unreachable(request, &why));
                }
                Err(failure) if !failure.sent => return Err(unreachable(request, &failure.why)),
                Err(failure) => return Err(Error::failed(unusable(request)).because(failure.why)),
            };
            drop(permit);
            attempt += 1;
            let (Pause::OfAll(_, wait) | Pause::Alone(wait)) = &pause;
            // Requests that are refused together wait together, and one of them says so.
            if !matches!(&pause, Pause::OfAll(holder, _) if holder.has_company()) {
                let again = retry::in_words(*wait);
                tell(format_args!("{problem}; trying again {again}, {attempt} of {}", self.options.retries));
            }
            let _retry = self.activity.retry();
            let _rest = request.guard.map(ShutdownGuard::rest);
            match pause {
                Pause::Alone(wait) => tokio::time::sleep(wait).await,
                Pause::OfAll(held, _) => {
                    held.sleep().await;
                    holder = Some(held);
                }
            }
        }
    }

    /// Waits until this request may go out, and gives what others of its kind wait for. One that was refused goes out
    /// first; the others follow it.
    async fn turn(
        &self,
        request: &Request<'_>,
        host: &str,
        holder: Option<Holder>,
    ) -> Option<SemaphorePermit<'_>> {
        loop {
            if holder.is_none() {
                self.holds.wait(host).await;
            }
            // A refresh has a deadline, and other runs wait for it: it does not wait for a long list.
            let permit = match request.deadline {
                Some(_) => None,
                None => self.permits.acquire().await.ok(),
            };
            if holder.is_none() && self.holds.is_held(host) {
                continue;
            }
            if self.has_ended.get() {
                // The connection of a response that has ended is idle a moment later. A new one would be one too many.
                turns(TURNS).await;
                self.has_ended.set(false);
            }
            return permit;
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
        if let Some(content) = &request.content {
            builder = builder
                .header(CONTENT_TYPE, HeaderValue::from_static(content.media_type()))
                .body(content.bytes().to_vec());
        }
        let silence = self.options.timeout;
        let silent = || Failure {
            why: "no response in time".to_owned(),
            sent: true,
            transient: true,
            certificate_help: None,
        };
        let sent = within(silence, builder.send()).await.ok_or_else(silent)?;
        let response = sent.map_err(|error| failure(&error))?;
        let status = response.status();
        let retry_after = retry::retry_after(status, response.headers(), SystemTime::now());

        let redirect = response.headers().get(LOCATION).filter(|_| status.is_redirection());
        let redirect = redirect.and_then(|to| request.url.join(to.to_str().ok()?).ok()).map(|to| host(&to));
        // The status tells the error: only the beginning of a long body is read.
        let is_error = !status.is_success();
        let limit = if is_error { limits::ERROR_BODY.min(request.limit) } else { request.limit };
        let final_failure =
            |why: String| Failure { why, sent: true, transient: false, certificate_help: None };
        let too_large =
            || final_failure(format!("the response is larger than {} MiB", request.limit / (1024 * 1024)));
        let mut decoder = match Decoder::of(response.headers()) {
            Err(_) if is_error => Decoder::Identity,
            decoder => decoder.map_err(final_failure)?,
        };
        let announced =
            response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        if announced > limit && !is_error {
            return Err(too_large());
        }
        let mut sink = sink.filter(|_| status == StatusCode::OK);
        let mut body = Vec::with_capacity(if sink.is_some() { 0 } else { announced.min(limit) });
        let mut length = 0;
        let transient = |why: String| Failure { transient: true, ..final_failure(why) };
        if let Some(sink) = &mut sink {
            sink.start();
        }
        let mut arriving = Body::of(response);
        while let Some(piece) =
            within(silence, arriving.next()).await.ok_or_else(silent)?.map_err(|error| failure(&error))?
        {
            let taken = decoder.decode(&piece, |bytes| {
                length += bytes.len();
                match &mut sink {
                    _ if length > limit && !is_error => return Err(too_large()),
                    None => body.extend_from_slice(bytes),
                    Some(sink) => {
                        sink.chunk(bytes)
                            .map_err(|Cancelled| final_failure("it was cancelled".to_owned()))?;
                    }
                }
                // Of the body of an error no more is read.
                if length > limit { Err(too_large()) } else { Ok(()) }
            });
            match taken {
                Ok(()) => {}
                Err(_) if is_error => {
                    body.truncate(limit);
                    break;
                }
                Err(Undecoded::Refused(failure)) => return Err(failure),
                Err(Undecoded::Broken(why)) => return Err(transient(why)),
            }
        }
        if is_error {
            body = Secrets::of(request).blank_body(body);
        } else {
            decoder.finish().map_err(transient)?;
        }
        Ok((Response { status, body, redirect, length }, retry_after))
    }

    fn client(&self, url: &Url) -> Result<&Client> {
        let loopback = is_loopback(url);
        let plain = loopback && url.scheme() == "http";
        let cell = if plain { &self.plain } else { &self.other };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let client = if plain { self.options.plain_client() } else { self.options.client(loopback) }?;
        Ok(cell.get_or_init(|| client))
    }
}

impl Failure {
    /// What this host does, for a person who waits.
    fn problem(&self, host: &str) -> String {
        let why = plain(&self.why);
        if self.sent {
            format!("{host} sends no complete response ({why})")
        } else {
            format!("can't reach {host} ({why})")
        }
    }
}

/// The host of a URL, and its port unless that is the usual one.
fn host(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}", url.host_str().unwrap_or("?"))
}

fn failure(error: &reqwest::Error) -> Failure {
    let sent = !error.is_connect();
    if let Some(RefusedCertificate { why, help }) = RefusedCertificate::of(error) {
        return Failure { why, sent, transient: false, certificate_help: Some(help) };
    }
    if is_not_tls(error) {
        let why = "it does not speak TLS, so the URL has to begin with http://".to_owned();
        return Failure { why, sent: false, transient: false, certificate_help: None };
    }
    let why = if error.is_timeout() { "no response in time".to_owned() } else { innermost(error) };
    Failure { why, sent, transient: !error.is_builder(), certificate_help: None }
}

/// `Globus Groups at groups.api.globus.org`.
fn whereabouts(request: &Request<'_>) -> String {
    format!("{} at {}", request.service, host(&request.url))
}

fn untrusted(request: &Request<'_>, why: &str, help: &str) -> Error {
    Error::new(Kind::Unreachable, format!("can't trust the certificate of {}", whereabouts(request)))
        .because(why)
        .help(help)
}

fn late(request: &Request<'_>, limit: Option<Duration>) -> Error {
    unreachable(
        request,
        &format!("no complete response within {} seconds", limit.unwrap_or_default().as_secs()),
    )
}

fn unreachable(request: &Request<'_>, why: &str) -> Error {
    Error::new(Kind::Unreachable, format!("no response from {}", whereabouts(request)))
        .because(why)
        .help("check the network, the proxy variables and https://status.globus.org, then run it again")
}

fn unusable(request: &Request<'_>) -> String {
    format!("{} sent an unusable response ({} {})", request.service, request.method, request.url.path())
}
