//! Bodies that no well service sends.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use http_body::Frame;

/// Not JSON, not even text.
pub(super) const GARBAGE: &[u8] = b"<html>\xff\xfe{\"groups\": [";

/// A body that breaks off, and the connection with it.
pub(super) struct Broken {
    /// What still gets through.
    rest: Option<&'static [u8]>,
    /// Whether the connection got the time to send it.
    sent: bool,
}

impl Broken {
    pub(super) fn at_once() -> Self {
        Self { rest: None, sent: true }
    }

    pub(super) fn after(beginning: &'static [u8]) -> Self {
        Self { rest: Some(beginning), sent: false }
    }
}

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(beginning) = self.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(beginning)))));
        }
        if !self.sent {
            self.sent = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("cut on demand"))))
    }
}
