//! The body of a response while it arrives. A long one is read ahead: another thread receives and decrypts the next pieces
//! while this one processes the last.

use std::mem;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::{Response, Result};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::runtime::receive_on_another_thread;

/// After so many bytes, a thread is worth its start.
const LONG: usize = 512 * 1024;

/// So many bytes may wait for this thread. A piece that is longer waits alone.
const AHEAD: u32 = 128 * 1024;

/// What is left of a body.
pub(super) struct Body {
    pieces: Pieces,
    /// How many bytes have arrived.
    length: usize,
}

enum Pieces {
    /// As they are received.
    Of(Response),
    /// As they were read ahead.
    Ahead(UnboundedReceiver<Result<Waiting>>),
}

/// Bytes that wait, with their part of [`AHEAD`].
type Waiting = (Bytes, Option<OwnedSemaphorePermit>);

impl Body {
    pub(super) fn of(response: Response) -> Self {
        Self { pieces: Pieces::Of(response), length: 0 }
    }

    /// The next piece, or `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>> {
        if self.length > LONG && matches!(self.pieces, Pieces::Of(_)) {
            self.read_ahead();
        }
        let piece = match &mut self.pieces {
            Pieces::Of(response) => response.chunk().await?,
            Pieces::Ahead(pieces) => pieces.recv().await.transpose()?.map(|(bytes, _)| bytes),
        };
        self.length += piece.as_ref().map_or(0, Bytes::len);
        Ok(piece)
    }

    fn read_ahead(&mut self) {
        let (sender, receiver) = unbounded_channel();
        if let Pieces::Of(response) = mem::replace(&mut self.pieces, Pieces::Ahead(receiver)) {
            tokio::spawn(async move {
                tokio::select! {
                    () = send_pieces(response, &sender) => {}
                    () = sender.closed() => {}
                }
            });
            receive_on_another_thread();
        }
    }
}

/// Sends what is left of the response, and an error as the last of it.
async fn send_pieces(mut response: Response, pieces: &UnboundedSender<Result<Waiting>>) {
    let room = Arc::new(Semaphore::new(AHEAD as usize));
    loop {
        // What waits is enough: the next piece is not read yet.
        drop(room.acquire().await);
        let Some(bytes) = response.chunk().await.transpose() else { return };
        let is_last = bytes.is_err();
        let piece = match bytes {
            Ok(bytes) => {
                let length = u32::try_from(bytes.len()).unwrap_or(AHEAD).min(AHEAD);
                Ok((bytes, Arc::clone(&room).acquire_many_owned(length).await.ok()))
            }
            Err(error) => Err(error),
        };
        if pieces.send(piece).is_err() || is_last {
            return;
        }
    }
}
