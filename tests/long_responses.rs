//! A response that is so long that the rest of it is received while its rows are rendered.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};

use rustix::process::Signal;

use crate::support::process::send;
use crate::support::{Outcome, Server, User};

/// More than all buffers of a connection hold.
const LONG: usize = 60_000;

fn row(number: usize) -> String {
    format!(r#"{{"id":"{number}","name":"{}","my_memberships":[{{"role":"member"}}]}}"#, "x".repeat(500))
}

/// The rows of a list, without its end.
fn rows(count: usize) -> String {
    let rows: Vec<String> = (0..count).map(row).collect();
    format!("[{}", rows.join(","))
}

/// What the built-in template writes for a whole list.
fn rendering(count: usize) -> String {
    let name = "x".repeat(500);
    let lines = (0..count).map(|number| format!("{number},\"{name}\",member\n"));
    std::iter::once("ID,Name,Roles\n".to_owned()).chain(lines).collect()
}

fn begin(stream: &mut TcpStream, length: usize) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
}

/// Sends a long list without its end, and tells when the client has taken most of it. Then nothing comes any more, until the
/// client goes.
fn endless() -> (Server, Receiver<&'static str>) {
    let (sender, told) = channel();
    let rows = rows(LONG);
    let server = Server::serving(move |stream| {
        begin(stream, rows.len() + 1);
        stream.write_all(rows.as_bytes()).unwrap();
        sender.send("sent").unwrap();
        // The end, or an error if it was not read to the end.
        let _ = stream.read(&mut [0]);
        sender.send("gone").unwrap();
    });
    (server, told)
}

fn command(user: &User, server: &Server, lines: &str) -> Command {
    user.profile("p", &format!("{lines}\n[output]\npath = \"p.csv\"\n"));
    let mut command = user.command(["run", "./p.toml"]);
    command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", &server.url);
    command
}

#[test]
fn it_is_whole_with_and_without_an_announced_length() {
    let user = User::logged_in();
    let whole = rows(LONG) + "]";
    for is_announced in [true, false] {
        let whole = whole.clone();
        let server = Server::serving(move |stream| {
            if is_announced {
                begin(stream, whole.len());
            } else {
                stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").unwrap();
            }
            stream.write_all(whole.as_bytes()).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
        });
        Outcome::of(&mut command(&user, &server, "")).code(0).stderr("");
        assert!(user.read("p.csv") == rendering(LONG));
    }
}

#[test]
fn one_that_breaks_off_is_requested_again_and_rendered_once() {
    let user = User::logged_in();
    let tries = AtomicUsize::new(0);
    let whole = rows(LONG) + "]";
    let server = Server::serving(move |stream| {
        begin(stream, whole.len());
        let is_first = tries.fetch_add(1, Ordering::SeqCst) == 0;
        stream.write_all(&whole.as_bytes()[..if is_first { whole.len() / 2 } else { whole.len() }]).unwrap();
    });
    Outcome::of(&mut command(&user, &server, "")).code(0).stderr("");
    assert_eq!(server.heads().len(), 2);
    assert!(user.read("p.csv") == rendering(LONG));
}

#[test]
fn one_that_breaks_off_each_time_delivers_nothing() {
    let user = User::logged_in();
    let whole = rows(LONG) + "]";
    let server = Server::serving(move |stream| {
        begin(stream, whole.len());
        stream.write_all(&whole.as_bytes()[..whole.len() - 1]).unwrap();
    });
    Outcome::of(&mut command(&user, &server, "[http]\nretries = 1"))
        .code(4)
        .says(["no response from Globus Groups", "the last of 2 tries"]);
    assert!(!user.home().join("p.csv").exists());
}

#[test]
fn silence_in_the_middle_ends_it() {
    let user = User::logged_in();
    let (server, told) = endless();
    let mut command = command(&user, &server, "[http]\ntimeout = 0.5\nretries = 0");
    Outcome::of(&mut command).code(4).says(["no response in time"]);
    assert_eq!(told.iter().take(2).collect::<Vec<_>>(), ["sent", "gone"]);
    assert!(!user.home().join("p.csv").exists());
}

#[test]
fn a_signal_in_the_middle_ends_it() {
    let user = User::logged_in();
    for signal in [Signal::INT, Signal::TERM] {
        let (server, told) = endless();
        let mut command = command(&user, &server, "");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        assert_eq!(told.recv(), Ok("sent"));
        send(signal, &child);
        Outcome::from(child.wait_with_output().unwrap()).code(130).stderr("error: interrupted\n");
        assert_eq!(told.recv(), Ok("gone"));
        assert!(!user.home().join("p.csv").exists());
    }
}

#[test]
fn a_row_that_is_wrong_ends_it_before_the_rest_has_come() {
    let user = User::logged_in();
    let server = Server::serving(|stream| {
        let right = rows(LONG / 10);
        begin(stream, 100_000_000);
        stream.write_all(right.as_bytes()).unwrap();
        stream.write_all(b",{\"id\":}").unwrap();
        // The client does not read the rest.
        while stream.write_all(right.as_bytes()).is_ok() {}
    });
    Outcome::of(&mut command(&user, &server, "")).code(1).says(["Globus Groups", "number 6001"]);
    assert_eq!(server.heads().len(), 1);
    assert!(!user.home().join("p.csv").exists());
}
