//! A monitoring service: it takes pings, and remembers them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::process::wait_until;

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
        let mut statuses = statuses.iter();
        Self::with(move |_| Some(statuses.next().copied().unwrap_or(200)))
    }

    /// Answers what this says of each request; to `None` never.
    pub fn with(mut answer: impl FnMut(&Received) -> Option<u16> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/secret-uuid", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let known = Arc::clone(&received);
        thread::spawn(move || {
            let mut waiting = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read(&stream) else { continue };
                known.lock().unwrap().push(request.clone());
                match answer(&request) {
                    None => waiting.push(stream),
                    Some(status) => {
                        let head = format!("HTTP/1.1 {status} X");
                        let _ = write!(stream, "{head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                    }
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

    /// Waits until so many requests have arrived since the last call.
    pub fn wait_for(&self, count: usize) {
        wait_until("requests arrive", || self.received.lock().unwrap().len() >= count);
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
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
