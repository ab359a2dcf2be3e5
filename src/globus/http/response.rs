//! The final response to a request, after all retries.

use reqwest::StatusCode;

#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    /// The body, decompressed. Empty if it went to a [`Sink`].
    pub body: Vec<u8>,
    /// The host that a redirect names. It is not followed, because a token would go there.
    pub redirect: Option<String>,
    /// The length of the body in bytes, wherever it went.
    pub(super) length: usize,
}

impl Response {
    /// Whether the service is failing, rather than refusing the request.
    pub fn is_outage(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }
}

/// Takes the body of a response with status 200 while it arrives.
pub trait Sink {
    /// A response begins. It is not the first one if an earlier one broke off.
    fn start(&mut self);

    /// The next bytes of the body, decompressed. The sink knows why it cancels.
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Cancelled>;
}

/// A sink wants no more of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;
