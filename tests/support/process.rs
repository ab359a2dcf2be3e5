//! Commands run by other commands, and signals.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::outcome::Outcome;

/// The same command, run by a POSIX shell with this script, in which it is `"$@"`.
pub fn in_shell(command: &Command, script: &str) -> Command {
    prefixed(command, &["/bin/sh", "-c", script, "sh"])
}

/// The command, for which folders are as their modes say, also if root runs it.
pub fn bound_by_modes(command: &Command) -> Command {
    let script = "[ $(id -u) -ne 0 ] || set -- setpriv --bounding-set=-dac_override \"$@\"; exec \"$@\"";
    in_shell(command, script)
}

/// The same command in the same environment, as the last arguments of another.
pub fn prefixed(command: &Command, prefix: &[&str]) -> Command {
    let mut outer = Command::new(prefix[0]);
    outer.args(&prefix[1..]).arg(command.get_program()).args(command.get_args());
    outer.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        outer.current_dir(folder);
    }
    outer
}

pub fn send(signal: Signal, child: &Child) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// Runs this, whose output to stdout is larger than a pipe takes, and makes folders while it is written: the drafts of the files
/// are on the disk then, and no file is replaced yet.
pub fn with_folders_made_before_renames(mut command: Command, folders: &Path) -> Outcome {
    let (mut reader, pipe) = io::pipe().unwrap();
    let child = command.stdout(pipe).stderr(Stdio::piped()).spawn().unwrap();
    drop(command);
    reader.read_exact(&mut [0; 100]).unwrap();
    fs::create_dir_all(folders).unwrap();
    io::copy(&mut reader, &mut io::sink()).unwrap();
    Outcome::from(child.wait_with_output().unwrap())
}

/// So many groups that their names fill a pipe.
pub fn more_groups_than_a_pipe_takes() -> Vec<Value> {
    (0..2000)
        .map(|id| json!({ "id": id.to_string(), "name": "x".repeat(100), "my_memberships": [] }))
        .collect()
}

/// Looks again and again, for a minute at most.
#[track_caller]
pub fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}: it is not so after a minute");
        thread::sleep(Duration::from_millis(2));
    }
}
