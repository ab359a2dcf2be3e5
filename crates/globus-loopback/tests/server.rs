//! The server as a client sees it.

#![allow(clippy::unwrap_used)]

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use globus_loopback::http::StatusCode;
use globus_loopback::{Body, Request, Response, handler, read, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

struct Server {
    address: SocketAddr,
    /// Responses to `/slow` wait for this.
    go: Arc<Notify>,
    /// A request to `/slow` has arrived.
    arrived: Arc<Notify>,
    running: watch::Sender<()>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (go, arrived) = (Arc::<Notify>::default(), Arc::<Notify>::default());
        let (running, stop) = watch::channel(());
        let signals = (Arc::clone(&go), Arc::clone(&arrived));
        let respond = move |request| respond(request, signals.clone());
        tokio::spawn(serve(listener, handler(respond), stop));
        Self { address, go, arrived, running }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

async fn respond(request: Request, (go, arrived): (Arc<Notify>, Arc<Notify>)) -> Response {
    let (parts, body) = request.into_parts();
    match parts.uri.path() {
        "/slow" => {
            arrived.notify_one();
            go.notified().await;
        }
        "/cut" => return Response::new(Body::broken(b"")),
        "/truncated" => return Response::new(Body::broken(b"begin")),
        _ => {}
    }
    let Ok(body) = read(body, 5).await else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return response;
    };
    Response::new(body.into())
}

async fn send(stream: &mut TcpStream, path: &str, body: &str) {
    let length = body.len();
    let request = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
}

/// Reads a response up to this end.
async fn receive(stream: &mut TcpStream, end: &str) -> String {
    let mut text = Vec::new();
    while !text.ends_with(end.as_bytes()) {
        text.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(text).unwrap()
}

async fn rest(stream: &mut TcpStream) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.map(|_| text)
}

#[tokio::test]
async fn a_connection_carries_one_request_after_another() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    for body in ["one", "two"] {
        send(&mut stream, "/", body).await;
        let response = receive(&mut stream, body).await;
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
        assert!(response.contains("content-length: 3\r\n"), "{response}");
    }
    send(&mut stream, "/", "large!").await;
    assert!(receive(&mut stream, "\r\n\r\n").await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn a_slow_response_holds_up_no_other_connection() {
    let server = Server::start().await;
    let (mut slow, mut other) = (server.connect().await, server.connect().await);
    send(&mut slow, "/slow", "late").await;
    server.arrived.notified().await;
    send(&mut other, "/", "soon").await;
    receive(&mut other, "soon").await;
    server.go.notify_one();
    receive(&mut slow, "late").await;
}

#[tokio::test]
async fn a_body_can_be_broken() {
    let server = Server::start().await;
    for (path, seen) in [("/cut", ""), ("/truncated", "begin\r\n")] {
        let mut stream = server.connect().await;
        send(&mut stream, path, "").await;
        let response = rest(&mut stream).await.unwrap();
        assert!(response.ends_with(seen) && response.is_empty() == seen.is_empty(), "{response}");
    }
}

#[tokio::test]
async fn a_server_that_stops_still_sends_the_response() {
    let server = Server::start().await;
    // A browser opens connections that it may need.
    let mut unused = server.connect().await;
    let (mut idle, mut slow) = (server.connect().await, server.connect().await);
    send(&mut idle, "/", "idle").await;
    receive(&mut idle, "idle").await;
    send(&mut slow, "/slow", "late").await;
    server.arrived.notified().await;
    server.running.send(()).unwrap();
    assert_eq!(rest(&mut idle).await.unwrap(), "");
    assert_eq!(rest(&mut unused).await.unwrap(), "");
    server.go.notify_one();
    let response = rest(&mut slow).await.unwrap();
    assert!(response.ends_with("late") && response.contains("connection: close"), "{response}");
    server.running.closed().await;
    assert!(TcpStream::connect(server.address).await.is_err());
}
