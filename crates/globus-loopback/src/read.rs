//! The bodies of requests.

use std::error::Error;
use std::fmt;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};

/// The body of a request is too large, or did not arrive as a whole.
#[derive(Debug)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request is too large")
    }
}

impl Error for TooLarge {}

/// The whole body of a request.
///
/// # Errors
/// If it has more bytes than this, or did not arrive.
pub async fn read(body: Incoming, most: usize) -> Result<Bytes, TooLarge> {
    match Limited::new(body, most).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(_) => Err(TooLarge),
    }
}
