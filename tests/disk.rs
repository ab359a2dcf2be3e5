//! Full disks, and databases that another program keeps locked: no refresh is sent whose response could not be stored, and
//! what a run received is not lost. `interop/read_only.rs` has read-only and full file systems.

use std::process::{Command, Stdio};
use std::time::Duration;

use globus_sandbox::{Fault, RefreshTokenPolicy};

use crate::support::process::{in_shell, more_groups_than_a_pipe_takes};
use crate::support::{MY_GROUPS, Outcome, TOKEN, Terminal, User};

/// The same command where no file can grow: the file system fails like a full one, with another
/// error number.
fn where_nothing_fits(command: &Command) -> Command {
    // The signal that comes with the limit would end the process before it can say anything.
    in_shell(command, "trap '' XFSZ; ulimit -f 0; exec \"$@\"")
}

#[test]
fn no_refresh_is_sent_whose_token_would_not_fit() {
    for storage in ["tokens.json", "tokens.db"] {
        let user = User::new();
        let profile =
            include_str!("../profiles/groups.toml").replace("~/.list-my-globus-groups-tokens.json", storage);
        user.write("mine.toml", &profile);
        user.sandbox.set_refresh_tokens(RefreshTokenPolicy::Rotate);
        user.terminal(["login", "./mine.toml"]).paste_code(&user.sandbox).wait_for_end().code(0);
        let run = || Outcome::of(&mut where_nothing_fits(&user.command(["-q", "--profile", "./mine.toml"])));
        let first = run().code(0).says(["warning: can't record this run in `", "the run goes on"]);
        assert_eq!(first.stderr.lines().count(), 1, "{first:#?}");
        let expected = first.stdout;

        user.sandbox.expire_access_tokens();
        user.requests();
        let before = std::fs::read(user.home().join(storage)).unwrap();
        for _ in 0..2 {
            run().code(1).stdout("").says([
                "error: the access token was not refreshed, because the new one could not be stored: \
                 can't write the token file `",
                "help: free space or make the file and its folder writable",
            ]);
            assert_eq!(user.requests(), [MY_GROUPS], "the token is refreshed nowhere");
            assert_eq!(std::fs::read(user.home().join(storage)).unwrap(), before);
        }
        // Nothing is lost.
        user.run(["--profile", "./mine.toml"]).code(0).stdout(&expected).stderr("");
        assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
    }
}

#[test]
fn a_token_that_is_about_to_expire_is_used_when_no_new_one_would_fit() {
    let user = User::logged_in();
    user.expire_token_in(30);
    Outcome::of(&mut where_nothing_fits(&user.command(["--profile", "groups"]))).code(0).says([
        "warning: the access token is about to expire, and was not refreshed: can't write the token file",
    ]);
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn a_service_account_needs_no_place_for_its_token() {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml")
        .replace("61338d24-54d5-408f-a10d-66c06b59f6d2", "4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a");
    user.write("bot.toml", &format!("{profile}[auth]\nclient_secret = {{ env = \"BOT_SECRET\" }}\n"));
    let mut command = user.command(["--profile", "./bot.toml"]);
    command.env("BOT_SECRET", "sandbox-secret-not-for-real-use");
    Outcome::of(&mut where_nothing_fits(&command)).code(0).says([
        "warning: can't write the token file `",
        "File too large",
        "this run goes on, and the next one refreshes the token again",
    ]);
}

#[test]
fn no_refresh_is_sent_while_another_program_writes_the_database() {
    let user = User::new();
    let profile =
        include_str!("../profiles/groups.toml").replace("~/.list-my-globus-groups-tokens.json", "tokens.db");
    user.write("mine.toml", &profile);
    user.terminal(["login", "./mine.toml"]).paste_code(&user.sandbox).wait_for_end().code(0);
    user.sandbox.expire_access_tokens();
    user.requests();
    let other = rusqlite::Connection::open(user.home().join("tokens.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    user.run(["--profile", "./mine.toml"]).code(6).stdout("").says([
        "error: the access token was not refreshed, because the new one could not be stored",
        "another program is writing the same tokens",
        "`fuser`",
    ]);
    assert_eq!(user.requests(), [MY_GROUPS]);
    drop(other);
    user.run(["--profile", "./mine.toml"]).code(0);
}

#[test]
fn a_refreshed_token_that_can_not_be_stored_after_all_is_an_error_after_the_output() {
    let user = User::logged_in();
    let expected = user.run(["--profile", "groups"]).code(0).stdout;
    user.sandbox.set_refresh_tokens(RefreshTokenPolicy::Rotate);
    user.expire_token_in(0);
    user.requests();
    user.sandbox.add_fault(Fault::delay("/v2/oauth2/token", Duration::from_millis(300)));
    let mut command = user.command(["-q", "--profile", "groups"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while user.sandbox.requests().is_empty() {
        std::thread::yield_now();
    }
    // Another program spoils the file while the response is on its way.
    user.write(".list-my-globus-groups-tokens.json", "spoiled");
    Outcome::from(child.wait_with_output().unwrap()).code(1).stdout(&expected).says([
        "error: the refreshed token could not be saved, and the stored one is no longer valid: `",
        "is not a usable Globus token file",
        "make the token file writable, then log in with `runner login groups`",
    ]);
    assert_eq!(user.read(".list-my-globus-groups-tokens.json"), "spoiled");
}

#[test]
fn a_new_login_that_can_not_be_stored_still_prints_its_groups() {
    let user = User::new();
    let mut terminal = Terminal::open_whole(where_nothing_fits(&user.command(["--profile", "groups"])));
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(1).says([
        "ID,Name,Roles",
        "error: the tokens of the new login could not be saved: can't write the token file",
        "make the token file writable",
    ]);
    // `runner login` has no output to deliver.
    let mut terminal = Terminal::open_whole(where_nothing_fits(&user.command(["login", "groups"])));
    terminal.paste_code(&user.sandbox);
    terminal
        .wait_for_end()
        .code(1)
        .says(["error: the tokens of the new login could not be saved"])
        .never_says("logged in");
    assert!(!user.token_file().exists());
}

#[test]
fn an_output_beyond_the_limit_of_a_file_is_an_error() {
    let user = User::logged_in();
    user.sandbox.set_groups(more_groups_than_a_pipe_takes());
    // The programs that it starts have the signal of the limit again.
    let hook = "head -c 100000 /dev/zero >big; echo after $RUNNER_OUTCOME $? >told";
    user.profile("p", &format!("[output]\npath = \"p.csv\"\n[hooks]\nafter = [\"sh\", \"-c\", '{hook}']"));
    user.write("p.csv", "old\n");
    let limited = in_shell(&user.command(["run", "./p.toml"]), "ulimit -f 32; exec \"$@\"");
    Outcome::of({ limited }.stderr(Stdio::piped())).code(1).says(["can't", "File too large"]);
    assert_eq!(user.read("p.csv"), "old\n");
    assert_eq!(user.read("told"), "after failed 153\n");
}
