//! A client for any service that takes access tokens.

use reqwest::StatusCode;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use crate::globus::auth::{AuthorizationParameters, Authorizer, Identity};
use crate::globus::http::{
    Cancelled, ElementSink, HttpClient, JsonArraySplitter, Request, Response, Sink, SplitError, limits,
};
use crate::globus::service::Service;
use crate::{Error, Kind, Result};

/// A service, with access tokens of an authorizer.
#[derive(Debug)]
pub struct ServiceClient<'a> {
    http: &'a HttpClient,
    service: Service,
}

/// Takes the rows of a list while they arrive.
pub trait RowSink {
    /// A list begins; `identity` is that of the access token, if it is known. If an earlier response broke off, its rows
    /// are void.
    fn start(&mut self, identity: Option<&Identity>) -> Result<()>;

    /// Takes the next row, with which this text begins, and gives its length. `None` if it may not be whole or right.
    fn first_row(&mut self, text: &str) -> Result<Option<usize>>;

    /// The next row: what stands between two brackets.
    fn row(&mut self, json: &[u8]) -> Result<()>;
}

impl<'a> ServiceClient<'a> {
    pub fn new(http: &'a HttpClient, service: Service) -> Self {
        Self { http, service }
    }

    /// Gets a list that the service sends as one JSON array of objects.
    pub async fn list(
        &self,
        path: &str,
        authorizer: &mut Authorizer<'_>,
        rows: &mut dyn RowSink,
    ) -> Result<()> {
        let base = &self.service.base_url;
        let url = base
            .join(path)
            .map_err(|error| Error::usage(format!("`{base}` is not a usable base URL")).because(error))?;
        let mut body = Body {
            service: &self.service,
            rows,
            identity: None,
            splitter: JsonArraySplitter::new(),
            error: None,
        };
        let response = self.authorized(&url, authorizer, &mut body).await?;
        self.check_status(&response)?;
        body.splitter.finish().map_err(|error| not_a_list(&self.service, error))
    }

    /// Sends the request with an access token. A rejected token is refreshed once, then replaced by a new login; a login
    /// that the service finds insufficient is repeated once as it requires.
    async fn authorized(
        &self,
        url: &Url,
        authorizer: &mut Authorizer<'_>,
        body: &mut Body<'_>,
    ) -> Result<Response> {
        let service = &self.service;
        let token = authorizer.access_token(service).await?;
        let mut response = self.send(url, &token, authorizer, body).await?;
        let parameters =
            |response: &Response| AuthorizationParameters::in_response(response.status, &response.body);
        if response.status == StatusCode::UNAUTHORIZED && parameters(&response).is_none() {
            // Tokens can be revoked before they expire.
            let token = authorizer.replace(service, &token).await?;
            response = self.send(url, &token, authorizer, body).await?;
        }
        if response.status == StatusCode::UNAUTHORIZED && parameters(&response).is_none() {
            let token = authorizer.log_in_again(service).await?;
            response = self.send(url, &token, authorizer, body).await?;
        }
        if let Some(required) = parameters(&response) {
            let token = authorizer.satisfy(service, required).await?;
            response = self.send(url, &token, authorizer, body).await?;
            if let Some(still) = parameters(&response) {
                return Err(Error::failed(format!("{} still does not accept the login", self.service.name))
                    .because(still.explain())
                    .help("show this message to an administrator of the resource"));
            }
        }
        Ok(response)
    }

    async fn send(
        &self,
        url: &Url,
        token: &SecretString,
        authorizer: &Authorizer<'_>,
        body: &mut Body<'_>,
    ) -> Result<Response> {
        // A new login may have another identity.
        body.identity = authorizer.identity();
        let request = Request::get_as(token, &self.service.name, url.clone(), limits::LIST);
        let response = self.http.send_into(&request, Some(body)).await;
        // The sink's error says more than that it stopped the client.
        body.error.take().map_or(response, Err)
    }

    fn check_status(&self, response: &Response) -> Result<()> {
        let (name, status) = (&self.service.name, response.status);
        if status == StatusCode::OK {
            return Ok(());
        }
        let message = match &response.redirect {
            Some(host) => format!("it redirects to {host}, where no token is sent"),
            None => message_of(&response.body),
        };
        let status = status.as_u16();
        if response.is_outage() {
            return Err(Error::new(Kind::Unreachable, format!("{name} keeps failing with status {status}"))
                .because(message)
                .help("try again later; https://status.globus.org shows outages"));
        }
        Err(Error::failed(format!("{name} refused the request with status {status}")).because(message))
    }
}

/// The body of a response, split into rows.
struct Body<'r> {
    service: &'r Service,
    rows: &'r mut dyn RowSink,
    identity: Option<Identity>,
    splitter: JsonArraySplitter,
    error: Option<Error>,
}

/// Why a row is not taken.
enum RowError {
    Split(SplitError),
    /// The sink refused it.
    Row(Error),
}

impl From<SplitError> for RowError {
    fn from(error: SplitError) -> Self {
        Self::Split(error)
    }
}

/// The elements of the array are rows.
struct Rows<'r>(&'r mut dyn RowSink);

impl ElementSink for Rows<'_> {
    type Error = RowError;

    fn first(&mut self, text: &str) -> Result<Option<usize>, RowError> {
        self.0.first_row(text).map_err(RowError::Row)
    }

    fn whole(&mut self, element: &[u8]) -> Result<(), RowError> {
        self.0.row(element).map_err(RowError::Row)
    }
}

impl Sink for Body<'_> {
    fn start(&mut self) {
        self.splitter = JsonArraySplitter::new();
        self.error = self.rows.start(self.identity.as_ref()).err();
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Cancelled> {
        let Self { service, rows, splitter, error, .. } = self;
        if error.is_some() {
            return Err(Cancelled);
        }
        splitter.feed(bytes, &mut Rows(*rows)).map_err(|why| {
            *error = Some(match why {
                RowError::Row(error) => error,
                RowError::Split(why) => not_a_list(service, why),
            });
            Cancelled
        })
    }
}

fn not_a_list(service: &Service, why: SplitError) -> Error {
    let why = match why {
        SplitError::NotAnArray => "it is not a JSON array of objects, or it ends too early".to_owned(),
        SplitError::ElementTooLarge => {
            format!("one element is larger than {} MiB", limits::ROW / (1024 * 1024))
        }
    };
    service.not_a_list_of("objects", why)
}

/// The service's own message about an error: one line, short, without control characters.
fn message_of(body: &[u8]) -> String {
    const MAX_CHARS: usize = 300;
    let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
    let first = &parsed["errors"][0];
    let message = [&first["detail"], &first["title"], &parsed["detail"], &parsed["message"], &parsed["code"]]
        .into_iter()
        .find_map(Value::as_str)
        .map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned);
    let message: String =
        message.chars().filter(|character| !character.is_control()).take(MAX_CHARS).collect();
    if message.is_empty() { "the response gives no reason".to_owned() } else { message }
}
