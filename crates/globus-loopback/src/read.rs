//! The bodies of requests.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;

use http_body::Body;
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
pub async fn read(mut body: Incoming, most: usize) -> Result<Bytes, TooLarge> {
    let mut whole = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        // Trailers are no data.
        let Ok(data) = frame.map_err(|_| TooLarge)?.into_data() else { continue };
        if data.len() > most.saturating_sub(whole.len()) {
            return Err(TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.into())
}
