//! A `$BROWSER` that notes the address it is given, and requests for pages.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use url::Url;

use super::User;

/// A `$BROWSER` that only notes the address it is given.
pub struct Browser {
    program: PathBuf,
    noted: PathBuf,
}

#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Browser {
    pub fn of(user: &User) -> Self {
        let noted = user.home().join("opened-in-browser");
        // Renamed into place, so that no reader sees half an address.
        let script = format!(
            "#!/bin/sh\nprintf %s \"$1\" >'{0}.part' && mv '{0}.part' '{0}'\n",
            noted.to_str().unwrap()
        );
        let program = user.write("browser", &script);
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self { program, noted }
    }

    pub fn program(&self) -> &str {
        self.program.to_str().unwrap()
    }

    /// Waits for the address that the runner opens.
    pub fn address(&self) -> Url {
        let start = Instant::now();
        loop {
            if let Ok(address) = fs::read_to_string(&self.noted) {
                return Url::parse(&address).unwrap();
            }
            assert!(start.elapsed() < Duration::from_secs(60), "no browser was opened");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

pub fn get(url: &Url) -> Page {
    get_from("127.0.0.1", url)
}

/// The response to a request that no browser sends by itself.
pub fn other(method: &str, url: &Url) -> Page {
    request(method, "127.0.0.1", url)
}

/// Gets a page at this address of the machine.
pub fn get_from(address: &str, url: &Url) -> Page {
    request("GET", address, url)
}

fn request(method: &str, address: &str, url: &Url) -> Page {
    let mut stream = TcpStream::connect((address, url.port().unwrap())).unwrap();
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    write!(stream, "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", url.authority())
        .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Page { status, head: head.to_lowercase(), body: body.to_owned() }
}
