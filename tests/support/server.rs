//! A server that sends given bytes, for responses that the sandbox never gives.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;

pub struct Server {
    pub url: String,
    heads: Receiver<String>,
}

impl Server {
    /// Responds to every request with this text, once its head has arrived.
    pub fn saying(response: &'static str) -> Self {
        Self::sending(response.as_bytes().to_vec())
    }

    /// Responds to every request with these bytes, once its head has arrived.
    pub fn sending(response: Vec<u8>) -> Self {
        Self::serving(move |stream| {
            let _ = stream.write_all(&response);
        })
    }

    /// Has this respond to every request, once its head has arrived.
    pub fn serving(respond: impl Fn(&mut TcpStream) + Send + 'static) -> Self {
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
                respond(&mut stream);
            }
        });
        Self { url, heads }
    }

    /// The heads of the requests since the last call.
    pub fn heads(&self) -> Vec<String> {
        self.heads.try_iter().collect()
    }
}
