//! An output that takes no more, or only a little at a time: a signal ends the run, and slow is not lost.

use std::fs;
use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Read, Write};
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

/// The deadline, or a signal, says so as well.
#[test]
fn an_output_that_no_reader_takes_is_named() {
    let user = User::logged_in();
    mkfifo(&user.home().join("fifo"));
    user.profile("p", "[output]\npath = \"fifo\"\n[run]\ndeadline = 3");
    user.run(["run", "./p.toml", "-v"]).code(4).says([
        "debug: waiting for a reader of `",
        "the run took longer than the deadline of 3 seconds: the output waited for a reader of `",
        "help: start what reads it, or raise `deadline`",
    ]);
    user.profile("p", "[output]\npath = \"fifo\"");
    let mut child = user.command(["run", "./p.toml", "-v"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("waiting for a reader of") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0);
    }
    send(Signal::TERM, &child);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(rest.contains("interrupted: the output waited for a reader of `"), "{rest}");
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

/// A pipe that is full, so that any write blocks.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = io::pipe().unwrap();
    fcntl_setfl(&writer, OFlags::NONBLOCK).unwrap();
    while writer.write(&[b'x'; 4096]).is_ok() {}
    fcntl_setfl(&writer, OFlags::empty()).unwrap();
    (reader, writer)
}

#[test]
fn a_stderr_that_nothing_reads_holds_up_no_run() {
    let user = User::logged_in();
    user.expire_token_in(-1);
    let old = user.token()["access_token"].clone();
    let profile = user.profile("guarded", "[output.guard]\nmin_groups = 1000");
    for (arguments, code) in [
        (vec!["-p", "nope"], 2),
        (vec!["--nope"], 2),
        (vec!["-p", "groups", "-vv"], 0),
        (vec!["-p", profile.to_str().unwrap()], 5),
        (vec!["logout", "groups"], 0),
    ] {
        let (_unread, pipe) = full_pipe();
        let mut child = user.command([]).args(&arguments).stdout(Stdio::null()).stderr(pipe).spawn().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{arguments:?}");
        if arguments.contains(&"-vv") {
            assert_ne!(user.token()["access_token"], old, "the new token is not stored");
        }
    }
}

#[test]
fn a_signal_ends_a_command_whose_stdout_nothing_reads() {
    let user = User::new();
    for arguments in [vec!["sandbox"], vec!["init", "mine"]] {
        let (unread, pipe) = full_pipe();
        let mut child = user.command([]).args(&arguments).stdout(pipe).stderr(Stdio::null()).spawn().unwrap();
        // Its handlers are there once it listens.
        let status = format!("/proc/{}/status", child.id());
        let caught = || {
            let status = fs::read_to_string(&status).unwrap();
            let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
            u64::from_str_radix(mask.trim(), 16).unwrap() & (1 << (Signal::TERM.as_raw() - 1)) != 0
        };
        while !caught() {
            thread::sleep(Duration::from_millis(1));
        }
        send(Signal::TERM, &child);
        let code = child.wait().unwrap().code();
        assert!([Some(0), Some(130)].contains(&code), "{arguments:?}: {code:?}");
        drop(unread);
    }
}
