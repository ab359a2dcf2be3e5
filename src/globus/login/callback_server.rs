//! The redirect URI of a login in the browser: a small server on this machine that waits for one code.
//!
//! [RFC 8252, section 7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)

use std::io;
use std::sync::Arc;
use std::time::Duration;

use globus_loopback::http::header::{ALLOW, HeaderValue};
use globus_loopback::http::{Method, StatusCode};
use globus_loopback::{Body, Request, Response, handler};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use url::form_urlencoded;

use super::callback_page::Page;
use crate::{Error, Result};

/// How many ports are tried if each is free for IPv4 but taken for IPv6.
const MAX_PORTS: u32 = 10;

/// How long the last page may take to reach the browser.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// A server that has its ports, but does not respond yet.
pub(super) struct CallbackServer {
    listeners: Vec<TcpListener>,
    port: u16,
}

/// The callbacks of browsers.
pub(super) struct Callbacks {
    arrivals: mpsc::Receiver<Callback>,
    running: watch::Sender<()>,
}

/// A browser's request to the redirect URI, which waits for a page.
pub(super) struct Callback {
    /// The code, or why the login was denied.
    pub(super) outcome: Result<String, String>,
    responder: oneshot::Sender<Page>,
}

struct Waiting {
    state: String,
    callbacks: mpsc::Sender<Callback>,
}

impl CallbackServer {
    /// Takes a free port of the loopback interface. A browser may resolve `localhost` to IPv4 or IPv6, so the port is the
    /// same for both, if this machine has both: no other program can listen on the other one.
    pub(super) async fn open() -> Result<Self> {
        let failed = |error: io::Error| {
            Error::failed("can't listen for the browser's callback on this machine").because(error)
        };
        let mut last = None;
        for _ in 0..MAX_PORTS {
            let v4 = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
            let port = v4.local_addr().map_err(failed)?.port();
            match TcpListener::bind(("::1", port)).await {
                Ok(v6) => return Ok(Self { listeners: vec![v4, v6], port }),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = Some(error),
                Err(_) => return Ok(Self { listeners: vec![v4], port }),
            }
        }
        Err(failed(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into())))
    }

    /// The redirect URI. Globus takes any port at `http://localhost` for a native client.
    pub(super) fn address(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Responds to browsers from now on. Only a browser with this state counts as a callback.
    pub(super) fn serve(self, state: &str) -> Callbacks {
        let (sender, arrivals) = mpsc::channel(1);
        let waiting = Arc::new(Waiting { state: state.to_owned(), callbacks: sender });
        let handler = handler(move |request| respond(Arc::clone(&waiting), request));
        let (running, stop) = watch::channel(());
        for listener in self.listeners {
            tokio::spawn(globus_loopback::serve(listener, handler.clone(), stop.clone()));
        }
        Callbacks { arrivals, running }
    }
}

impl Callbacks {
    pub(super) async fn next(&mut self) -> Option<Callback> {
        self.arrivals.recv().await
    }

    /// Waits until the last page has been sent, and stops listening.
    pub(super) async fn close(self) {
        drop(self.arrivals);
        self.running.send_replace(());
        if let Err(late) = tokio::time::timeout(CLOSE_TIMEOUT, self.running.closed()).await {
            log::debug!("the browser keeps its connection: {late}");
        }
    }
}

impl Callback {
    /// Shows the browser the outcome.
    pub(super) fn respond(self, page: Page) {
        // The person may have closed the browser.
        let _ = self.responder.send(page);
    }
}

async fn respond(waiting: Arc<Waiting>, request: Request) -> Response {
    let mut response = Response::new(Body::empty());
    match (request.uri().path(), request.method()) {
        ("/", &Method::GET) => return callback(&waiting, request.uri().query()).await.response(),
        // A link checker must not use up the code.
        ("/", &Method::HEAD) => *response.status_mut() = StatusCode::NO_CONTENT,
        ("/", _) => {
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET,HEAD"));
        }
        _ => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    response
}

async fn callback(waiting: &Waiting, query: Option<&str>) -> Page {
    let parameters: Vec<_> = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).collect();
    let parameter = |name: &str| {
        parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
            .filter(|v| !v.is_empty())
    };
    if parameter("state") != Some(waiting.state.as_str()) {
        return Page::other_login();
    }
    let outcome = match (parameter("code"), parameter("error_description").or(parameter("error"))) {
        (Some(code), _) => Ok(code.to_owned()),
        (None, Some(why)) => Err(why.to_owned()),
        (None, None) => return Page::other_login(),
    };
    let (responder, page) = oneshot::channel();
    if waiting.callbacks.send(Callback { outcome, responder }).await.is_err() {
        return Page::ended();
    }
    page.await.unwrap_or_else(|_| Page::ended())
}
