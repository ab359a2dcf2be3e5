//! Deadlines that count what has arrived.
//!
//! A process that was stopped, as by Ctrl-Z or a machine that slept, goes on with a timer that has ended and a response that
//! waits in its socket. The response may hold the only valid refresh token, so it is read first.

use std::time::Duration;

use tokio::time::sleep;

use crate::runtime::turns;

/// How often other tasks and then this one take their turn after the time is over: they read the socket, decrypt, and hand on
/// the response, its head before its body.
const TURNS: usize = 64;

/// Ends when the time is over and all that has arrived by then had its turn. Use it as the last arm of a biased `select!`.
pub async fn elapsed(time: Duration) {
    sleep(time).await;
    for _ in 0..TURNS {
        turns(1).await;
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
    use tokio::sync::mpsc::channel;

    use super::within;
    use crate::runtime::{block_on, let_another_thread_drive};

    /// As a process that was stopped: another task has to read the socket, twice, and the time is over.
    #[test]
    fn what_waits_in_the_socket_counts_although_the_time_is_over() {
        for on_another_thread in [false, true] {
            let test = async move {
                if on_another_thread {
                    let_another_thread_drive().await;
                }
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
                let (mut server, _) = listener.accept().await.unwrap();
                server.write_all(b"headbody").await.unwrap();
                let (sender, mut received) = channel(1);
                let (wants, mut wanted) = channel(1);
                tokio::spawn(async move {
                    while wanted.recv().await.is_some() {
                        let mut bytes = [0; 4];
                        client.read_exact(&mut bytes).await.unwrap();
                        sender.send(bytes).await.unwrap();
                    }
                });
                let response = async {
                    let mut bytes = Vec::new();
                    for _ in 0..2 {
                        wants.send(()).await.unwrap();
                        bytes.extend(received.recv().await.unwrap());
                    }
                    bytes
                };
                assert_eq!(within(Some(Duration::ZERO), response).await, Some(b"headbody".to_vec()));
                assert_eq!(within(Some(Duration::ZERO), pending::<()>()).await, None);
                Ok(())
            };
            block_on(Box::pin(test)).unwrap();
        }
    }
}
