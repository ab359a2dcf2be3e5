//! An output that takes no more, or only a little at a time: a signal ends the run, and slow is not lost.

use std::io::Read;
use std::process::Stdio;
use std::time::Duration;
use std::{io, thread};

use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::ioctl_fionread;
use rustix::process::Signal;
use serde_json::json;

use crate::support::process::send;
use crate::support::{MY_GROUPS, Outcome, User, mkfifo};

/// Who has more groups than a pipe holds.
fn user_of_many_groups() -> User {
    let user = User::logged_in();
    let name = "x".repeat(100);
    let groups = (0..2000).map(|id| json!({ "id": id.to_string(), "name": name, "my_memberships": [] }));
    user.sandbox.set_groups(groups.collect());
    user
}

#[test]
fn a_signal_ends_a_run_whose_pipe_nothing_reads() {
    let user = user_of_many_groups();
    for (arguments, signal) in [
        (vec!["--profile", "groups"], Signal::TERM),
        (vec!["data", "groups"], Signal::INT),
        (vec!["--profile", "groups", "-o", "/dev/stdout"], Signal::HUP),
    ] {
        let (unread, pipe) = io::pipe().unwrap();
        let mut child = user.command([]).args(&arguments).stdout(pipe).stderr(Stdio::null()).spawn().unwrap();
        // Something is in the pipe: the run writes.
        while ioctl_fionread(&unread).unwrap() == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        send(signal, &child);
        assert_eq!(child.wait().unwrap().code(), Some(130), "{arguments:?}");
        drop(unread);
    }
}

#[test]
fn a_signal_ends_a_run_whose_named_pipe_nothing_opens() {
    let user = User::logged_in();
    mkfifo(&user.home().join("fifo"));
    for arguments in [["--profile", "groups", "-o", "fifo"], ["data", "groups", "--save", "fifo"]]
        .map(|list| list.to_vec())
    {
        let mut child = user.command([]).args(&arguments).stderr(Stdio::null()).spawn().unwrap();
        let mut requests = Vec::new();
        while requests.is_empty() {
            thread::sleep(Duration::from_millis(1));
            requests = user.requests();
        }
        assert_eq!(requests, [MY_GROUPS]);
        send(Signal::TERM, &child);
        assert_eq!(child.wait().unwrap().code(), Some(130), "{arguments:?}");
    }
}

#[test]
fn a_pipe_that_does_not_block_gets_everything() {
    let user = user_of_many_groups();
    let whole = user.run(["--profile", "groups"]).code(0).stdout;
    let (mut reader, pipe) = io::pipe().unwrap();
    fcntl_setfl(&pipe, OFlags::NONBLOCK).unwrap();
    let mut command = user.command(["--profile", "groups"]);
    let child = command.stdout(pipe).stderr(Stdio::piped()).spawn().unwrap();
    // Its own end would keep the pipe open.
    drop(command);
    while ioctl_fionread(&reader).unwrap() == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    let mut read = String::new();
    reader.read_to_string(&mut read).unwrap();
    Outcome::from(child.wait_with_output().unwrap()).code(0).stderr("");
    assert!(read == whole, "{} bytes, not {}", read.len(), whole.len());
}
