//! A server that says just these bytes, for what no sandbox would say.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{self, Receiver};
use std::thread;

pub struct Server {
    pub url: String,
    heads: Receiver<String>,
}

impl Server {
    /// Answers every connection with `answer` once it has got a request's head.
    pub fn saying(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, heads) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                    head.push(byte[0]);
                }
                // The test may be over, and the client gone.
                let _ = sender.send(String::from_utf8_lossy(&head).into_owned());
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { url, heads }
    }

    /// The heads of the requests since the last look.
    pub fn heads(&self) -> Vec<String> {
        self.heads.try_iter().collect()
    }
}
