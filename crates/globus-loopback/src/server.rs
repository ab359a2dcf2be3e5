//! Accepting connections, and responding to what arrives on them.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::http;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::body::Body;

/// A request whose body may still be on its way.
pub type Request = http::Request<Incoming>;

/// A response.
pub type Response = http::Response<Body>;

/// What responds to requests.
#[derive(Clone)]
pub struct Handler(Arc<Respond>);

type Respond = dyn Fn(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync;

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler")
    }
}

/// The pause after an error of the listener itself, such as no free descriptor.
const EXHAUSTED: Duration = Duration::from_secs(1);

/// A function that responds to requests.
pub fn handler<F>(respond: impl Fn(Request) -> F + Send + Sync + 'static) -> Handler
where
    F: Future<Output = Response> + Send + 'static,
{
    Handler(Arc::new(move |request| Box::pin(respond(request))))
}

/// Responds to requests until `stop` is sent or its sender is dropped. Each connection then still sends the response to the
/// request that it has received, and has its own receiver until its end: [`watch::Sender::closed`] waits for all of them.
///
/// # Panics
/// Outside of a tokio runtime.
pub async fn serve(listener: TcpListener, handler: Handler, mut stop: watch::Receiver<()>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, handler.clone(), stop.clone()));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(_) => tokio::time::sleep(EXHAUSTED).await,
        }
    }
}

/// Whether a client was gone before its connection was accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(stream: TcpStream, handler: Handler, mut stop: watch::Receiver<()>) {
    let service = service_fn(move |request| {
        let response = (handler.0)(request);
        async { Ok::<_, Infallible>(response.await) }
    });
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // What a client did wrong on its connection is not of interest to anyone else.
        _ = connection.as_mut() => return,
        _ = stop.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
