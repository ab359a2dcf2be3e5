//! Requests.

use globus_loopback::Bytes;
use globus_loopback::http::request::Parts;
use globus_loopback::http::{HeaderMap, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::parameters::Parameters;

/// A request that has arrived as a whole.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) parts: Parts,
    pub(crate) body: Bytes,
    /// The segment of the path that matches `{id}` of the route, decoded.
    pub(crate) id: String,
}

/// Why the body of a request can't be read.
#[derive(Debug)]
pub(crate) struct Rejection {
    pub(crate) status: StatusCode,
    /// For people.
    pub(crate) reason: String,
}

impl Request {
    pub(crate) fn new(parts: Parts, body: Bytes) -> Self {
        Self { parts, body, id: String::new() }
    }

    pub(crate) fn method(&self) -> &Method {
        &self.parts.method
    }

    /// Without the query.
    pub(crate) fn path(&self) -> &str {
        self.parts.uri.path()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The parameters of the query.
    pub(crate) fn query(&self) -> Parameters {
        Parameters::decode(self.parts.uri.query().unwrap_or_default().as_bytes())
    }

    /// The fields of a form.
    pub(crate) fn form(&self) -> Result<Parameters, Rejection> {
        if self.media_type() == "application/x-www-form-urlencoded" {
            return Ok(Parameters::decode(&self.body));
        }
        Err(Rejection {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            reason: "Form requests must have `Content-Type: application/x-www-form-urlencoded`".to_owned(),
        })
    }

    /// A body of JSON. It is read by way of a value, because types are compiled for each reader.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        serde_json::from_value(self.value()?).map_err(|error| Rejection {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            reason: format!("The JSON body is not what is expected here: {error}"),
        })
    }

    fn value(&self) -> Result<Value, Rejection> {
        let kind = self.media_type();
        let is_json = kind.strip_prefix("application/");
        if !is_json.is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json")) {
            let reason = "JSON requests must have `Content-Type: application/json`".to_owned();
            return Err(Rejection { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, reason });
        }
        serde_json::from_slice(&self.body).map_err(|error| Rejection {
            status: StatusCode::BAD_REQUEST,
            reason: format!("The request body is not JSON: {error}"),
        })
    }

    /// The content type in lower case, without parameters.
    fn media_type(&self) -> String {
        let kind = self.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase()
    }
}
