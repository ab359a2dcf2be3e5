//! Bodies that a healthy service does not send.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use http_body::Frame;

/// Neither JSON nor UTF-8.
pub(super) const GARBAGE: &[u8] = b"<html>\xff\xfe{\"groups\": [";

/// A body in which the connection is closed.
pub(super) struct BrokenBody {
    /// What is sent before that.
    beginning: Option<&'static [u8]>,
    /// Whether the connection had time to send it.
    sent: bool,
}

impl BrokenBody {
    pub(super) fn at_once() -> Self {
        Self { beginning: None, sent: true }
    }

    pub(super) fn after(beginning: &'static [u8]) -> Self {
        Self { beginning: Some(beginning), sent: false }
    }
}

impl HttpBody for BrokenBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(beginning) = self.beginning.take() {
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
