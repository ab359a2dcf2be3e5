//! Runs where no thread can be started, as with a limit of processes that is reached. `strace` fails the call.

use std::process::Command;

use serde_json::json;

use crate::support::process::{in_shell, prefixed};
use crate::support::{Outcome, Terminal, User};

const WHY: &str =
    "can't start a thread, which `ulimit -u` or `TasksMax=` may forbid: Resource temporarily unavailable";

/// The same command, which starts no thread.
fn without_threads(command: &Command) -> Command {
    let options =
        ["--follow-forks", "--quiet=all", "--output=/dev/null", "--inject=?clone3,?clone:error=EAGAIN"];
    prefixed(command, &[&["strace"], options.as_slice(), &["--"]].concat())
}

#[test]
fn a_long_list_reaches_its_file() {
    let user = User::logged_in();
    let row = |id: usize| json!({ "id": id.to_string(), "name": "x".repeat(1_000), "my_memberships": [] });
    user.sandbox.set_groups((0..6_000).map(row).collect());
    user.run(["-p", "groups", "-o", "expected.csv"]).code(0).stderr("");
    let ended = Outcome::of(&mut without_threads(&user.command(["-p", "groups", "-o", "found.csv"])));
    // The record is written by a thread alone.
    ended.code(0).says(["warning: can't record this run", "the run goes on"]);
    assert!(user.read("found.csv") == user.read("expected.csv"));
}

#[test]
fn what_needs_a_thread_says_so() {
    let user = User::logged_in();
    let run = user.command(["-p", "groups"]);
    Outcome::of(&mut without_threads(&run)).code(1).stdout("").says(["can't write the output", WHY]);
    // Nothing has to be written to a file.
    Outcome::of(&mut in_shell(&without_threads(&run), "\"$@\" >out.csv")).code(0);
    assert_eq!(user.read("out.csv"), user.run(["-p", "groups"]).stdout);

    user.profile("once", "[http]\nretries = 0");
    let mut named = user.command(["-p", "./once.toml"]);
    let url = user.sandbox.url().as_str().replace("127.0.0.1", "localhost");
    named.env("GLOBUS_SDK_SERVICE_URL_GROUPS", url);
    Outcome::of(&mut without_threads(&named)).code(4).says(["localhost", WHY]);

    user.profile("hook", "[output]\npath = \"hook.csv\"\n[hooks]\non_change = [\"true\"]");
    Outcome::of(&mut without_threads(&user.command(["-p", "./hook.toml"])))
        .code(0)
        .says(["`on_change` failed", "`ulimit -u` or `TasksMax=` may forbid another process"]);

    Outcome::of(&mut without_threads(&user.command(["render", "groups"]))).code(1).stdout("").says([WHY]);
    Outcome::of(&mut without_threads(&user.command(["-p", "groups", "--sandbox"]))).code(1).says([WHY]);
    let login = without_threads(&user.command(["login", "groups", "--force", "--paste"]));
    Terminal::open_whole(login).wait_for_end().code(1).says(["can't read from the terminal", WHY]);
}
