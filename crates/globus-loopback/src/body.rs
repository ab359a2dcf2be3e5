//! The bodies of responses.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Frame, SizeHint};
use hyper::body::Bytes;

/// The body of a response.
#[derive(Debug)]
pub struct Body(Content);

#[derive(Debug)]
enum Content {
    Whole(Bytes),
    /// The connection is closed in the body, once it had time to send the beginning.
    Broken {
        beginning: Bytes,
        begun: bool,
        sent: bool,
    },
}

impl Body {
    /// No byte.
    #[must_use]
    pub fn empty() -> Self {
        Self(Content::Whole(Bytes::new()))
    }

    /// A body that a healthy server does not send: the connection is closed after the beginning of it, or if that is empty,
    /// without a response.
    #[must_use]
    pub fn broken(beginning: &'static [u8]) -> Self {
        let begun = beginning.is_empty();
        Self(Content::Broken { beginning: Bytes::from_static(beginning), begun, sent: begun })
    }
}

impl<B: Into<Bytes>> From<B> for Body {
    fn from(bytes: B) -> Self {
        Self(Content::Whole(bytes.into()))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut self.0 {
            Content::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Content::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Content::Broken { beginning, begun, .. } if !*begun => {
                *begun = true;
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(beginning)))))
            }
            Content::Broken { sent, .. } if !*sent => {
                *sent = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Content::Broken { .. } => Poll::Ready(Some(Err(io::Error::other("cut on demand")))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.0, Content::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Broken { .. } => SizeHint::default(),
        }
    }
}
