//! A monitoring service: it takes pings, and remembers them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub method: String,
    pub path: String,
    /// Behind the `?`.
    pub query: String,
    pub body: String,
}

pub struct Receiver {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// Answers 200 to every request.
    pub fn new() -> Self {
        Self::answering(&[])
    }

    /// Answers with these statuses, one after the other, and then with 200.
    pub fn answering(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/secret-uuid", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let (known, mut statuses) = (Arc::clone(&received), statuses.iter());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let status = statuses.next().copied().unwrap_or(200);
                if let Some(request) = answer(stream.unwrap(), status) {
                    known.lock().unwrap().push(request);
                }
            }
        });
        Self { url, received }
    }

    /// The requests since the last call.
    pub fn requests(&self) -> Vec<Received> {
        std::mem::take(&mut self.received.lock().unwrap())
    }

    /// The paths since the last call, below that of the check.
    pub fn paths(&self) -> Vec<String> {
        let paths = self.requests().into_iter();
        paths.map(|request| request.path.strip_prefix("/secret-uuid").unwrap().to_owned()).collect()
    }
}

fn answer(mut stream: TcpStream, status: u16) -> Option<Received> {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let _ = write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let mut words = first.split(' ');
    let method = words.next()?.to_owned();
    let (path, query) = words.next()?.split_once('?').unwrap_or((first.split(' ').nth(1)?, ""));
    Some(Received {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        body: String::from_utf8(body).unwrap(),
    })
}
