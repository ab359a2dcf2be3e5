//! Requests at the same time.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use globus_sandbox::{Fault, Options, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use super::{HttpClient, HttpOptions, Request, TlsVerification};

fn client(concurrency: usize) -> HttpClient {
    HttpClient::new(HttpOptions {
        timeout: Some(Duration::from_secs(60)),
        retries: 5,
        concurrency,
        tls: TlsVerification::System,
        proxy: None,
    })
}

async fn send(client: &HttpClient, base: &Url, path: &str) -> u16 {
    let request = Request::get("the sandbox", base.join(path).unwrap(), 1_000_000);
    client.send(&request).await.unwrap().status.as_u16()
}

#[tokio::test]
async fn a_pause_is_for_all_requests_to_the_host_and_the_refused_one_goes_first() {
    for (status, retry_after) in [(429, Some("0")), (503, Some("0")), (429, None)] {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let fault = Fault::status("/a", status);
        sandbox.add_fault(retry_after.map_or(fault.clone(), |value| fault.retry_after(value)));
        let client = client(1);
        join_all(["a", "b", "c"].map(|path| send(&client, sandbox.url(), path))).await;
        let paths: Vec<String> = sandbox.requests().into_iter().map(|request| request.path).collect();
        assert_eq!(paths, ["/a", "/a", "/b", "/c"], "{status} {retry_after:?}");
    }
}

#[tokio::test]
async fn as_many_requests_as_allowed_are_on_their_way_and_no_more() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    sandbox.add_fault(Fault::delay("/x*", Duration::ZERO).together(3));
    sandbox.add_fault(Fault::delay("/x*", Duration::ZERO).together(3));
    let client = client(3);
    let paths: Vec<String> = (0..7).map(|index| format!("x{index}")).collect();
    join_all(paths.iter().map(|path| send(&client, sandbox.url(), path))).await;
    assert_eq!((sandbox.requests().len(), sandbox.most_requests_at_once()), (7, 3));
}

#[tokio::test]
async fn no_more_connections_are_made_than_requests_are_on_their_way() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let accepted = Rc::new(Cell::new(0));
    let count = Rc::clone(&accepted);
    let server = async move {
        let mut connections = stream::FuturesUnordered::new();
        loop {
            tokio::select! {
                stream = listener.accept() => {
                    count.set(count.get() + 1);
                    connections.push(answer(stream.unwrap().0));
                }
                Some(()) = connections.next() => {}
            }
        }
    };
    let client = client(4);
    let requests = stream::iter(0..60).map(|_| send(&client, &base, "x")).buffered(4).collect::<Vec<_>>();
    tokio::select! {
        () = server => {}
        statuses = requests => assert_eq!(statuses, [200; 60]),
    }
    assert!(accepted.get() <= 4, "{}", accepted.get());
}

/// Answers each request of a connection.
async fn answer(mut stream: tokio::net::TcpStream) {
    let mut head = Vec::new();
    while let Ok(byte) = stream.read_u8().await {
        head.push(byte);
        if head.ends_with(b"\r\n\r\n") {
            head.clear();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]").await.unwrap();
        }
    }
}
