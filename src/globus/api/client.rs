//! The requests of a run.

use reqwest::StatusCode;

use super::access::{Access, Cure, Cured};
use super::envelope::Envelope;
use super::one_identity::OneIdentity;
use super::refused::Refused;
use super::request::{ApiRequest, Method};
use super::rows::{Body, RowSink};
use crate::globus::auth::AuthorizationParameters;
use crate::globus::http::{Content, HttpClient, Request, Response, Sink};
use crate::globus::service::Service;
use crate::{Error, Kind, Result};

/// All services, for one fetch. Many requests can be under way at once.
pub struct Api<'a> {
    http: &'a HttpClient,
    access: &'a Access<'a>,
    identity: OneIdentity,
}

impl<'a> Api<'a> {
    pub fn new(http: &'a HttpClient, access: &'a Access<'a>) -> Self {
        Self { http, access, identity: OneIdentity::default() }
    }

    /// Gets a list of objects: the response itself, or what stands at a dotted path in it. `null` is an empty list.
    pub async fn list(
        &self,
        request: &ApiRequest,
        items: Option<&str>,
        rows: &mut dyn RowSink,
    ) -> Result<Result<Envelope, Refused>> {
        let mut body = Body::new(&request.service, &self.identity, items, rows);
        let response = self.authorized(request, Some(&mut body)).await;
        // The body's error says more than that it cancelled the response.
        let response = body.take_error().map_or(response, Err)?;
        Ok(match refusal(&request.service, &response)? {
            Some(refused) => Err(refused),
            None => Ok(body.finish()?),
        })
    }

    /// Gets a document, whole.
    pub async fn get(&self, request: &ApiRequest) -> Result<Result<Vec<u8>, Refused>> {
        let response = self.authorized(request, None).await?;
        Ok(refusal(&request.service, &response)?.map_or(Ok(response.body), Err))
    }

    /// Does this work as one identity: once more if a login in the middle of it may have changed the identity. What it
    /// received before is then void.
    pub async fn as_one_identity<T>(&self, mut work: impl AsyncFnMut() -> Result<T>) -> Result<T> {
        /// More logins in one run mean that something is wrong.
        const AGAIN: u32 = 3;
        let mut again = 0..AGAIN;
        loop {
            let outcome = work().await;
            if outcome.is_ok() || again.next().is_none() || !self.identity.take_change() {
                return outcome;
            }
            log::debug!("another login took place while data arrived: it is requested again");
        }
    }

    /// Sends the request with an access token. A rejected token is refreshed once, then replaced by a new login; a login
    /// that the service finds insufficient is repeated once as it requires. Requests at the same time share these cures.
    async fn authorized(&self, request: &ApiRequest, mut sink: Option<&mut Body<'_>>) -> Result<Response> {
        let service = &request.service;
        let url = request.url()?;
        let content = match &request.method {
            Method::Get => None,
            Method::Post(json) => Some(Content::Json(json.to_string().into_bytes())),
        };
        let mut rejections = [Cure::Replace, Cure::LogInAgain].into_iter();
        let mut has_met_requirements = false;
        let mut held = self.access.token(service).await?;
        loop {
            self.identity.check(&held.owner)?;
            let mut http_request = Request::get_as(&held.token, &service.name, url.clone(), request.limit);
            if let Some(content) = &content {
                http_request =
                    Request { method: reqwest::Method::POST, content: Some(content.clone()), ..http_request };
            }
            let body = sink.as_mut().map(|body| {
                body.expect_of(&held.owner);
                &mut **body as &mut dyn Sink
            });
            let response = self.http.send_into(&http_request, body).await?;
            let required = AuthorizationParameters::in_response(response.status, &response.body);
            let cure = match required {
                Some(required) if has_met_requirements => return Err(still_refused(service, &required)),
                Some(required) => Cure::Satisfy(Box::new(required)),
                None if response.status == StatusCode::UNAUTHORIZED => match rejections.next() {
                    Some(cure) => cure,
                    None => return Ok(response),
                },
                None => {
                    if response.status == StatusCode::OK {
                        self.identity.receive(&held.owner)?;
                    }
                    return Ok(response);
                }
            };
            let is_requirement = matches!(cure, Cure::Satisfy(_));
            held = match self.access.cure(service, &held.token, cure).await? {
                Cured::Now(held) => {
                    has_met_requirements |= is_requirement;
                    held
                }
                Cured::Before(held) => held,
            };
        }
    }
}

/// Why the response is not what was requested; an error if the service is failing.
fn refusal(service: &Service, response: &Response) -> Result<Option<Refused>> {
    if response.status == StatusCode::OK {
        return Ok(None);
    }
    let refused = Refused::new(&service.name, response);
    if response.is_outage() {
        let what = format!("{} keeps failing with status {}", service.name, refused.status);
        return Err(Error::new(Kind::Unreachable, what)
            .because(refused.message)
            .help("try again later; https://status.globus.org shows outages"));
    }
    if Refused::is_from_service(response) { Ok(Some(refused)) } else { Err(refused.into_foreign()) }
}

fn still_refused(service: &Service, still: &AuthorizationParameters) -> Error {
    Error::failed(format!("{} still does not accept the login", service.name))
        .because(still.explain())
        .help("show this message to an administrator of the resource")
}
