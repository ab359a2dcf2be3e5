//! Deadlines that count what has arrived.
//!
//! A process that was stopped, as by Ctrl-Z or a machine that slept, goes on with a timer that has ended and a response that
//! waits in its socket. The response may hold the only valid refresh token, so it is read first.

use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::sleep;

/// How often other tasks take their turn after the time is over: they read the socket, decrypt, and hand on the
/// response, its head before its body.
const TURNS: usize = 64;

/// Ends when the time is over and all that has arrived by then had its turn. Use it as the last arm of a biased `select!`.
pub async fn elapsed(time: Duration) {
    sleep(time).await;
    for _ in 0..TURNS {
        yield_now().await;
    }
}

/// The outcome of this work, if there is one in time. No limit is all the time.
pub(super) async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    let Some(limit) = limit else { return Some(work.await) };
    tokio::select! {
        biased;
        outcome = work => Some(outcome),
        () = elapsed(limit) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::oneshot;

    use super::within;

    /// As a process that was stopped: another task has to read the socket, and the time is over.
    #[tokio::test]
    async fn what_waits_in_the_socket_counts_although_the_time_is_over() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut server, _) = listener.accept().await.unwrap();
        server.write_all(b"token").await.unwrap();
        let (sender, receiver) = oneshot::channel();
        tokio::spawn(async move {
            let mut bytes = [0; 5];
            client.read_exact(&mut bytes).await.unwrap();
            sender.send(bytes).unwrap();
        });
        assert_eq!(within(Some(Duration::ZERO), receiver).await, Some(Ok(*b"token")));
        assert_eq!(within(Some(Duration::ZERO), pending::<()>()).await, None);
    }
}
