//! Disks that are full or can't be written to: what the run got is not lost with them.

use std::path::Path;
use std::process::Command;

use globus_sandbox::RefreshTokenPolicy;

use crate::support::{MY_GROUPS, Outcome, TOKEN, Terminal, User};

/// The same command where no file can grow: the file system answers as one that is full does, with another
/// error number.
fn where_nothing_fits(command: &Command) -> Command {
    // The signal that comes with the limit would end the process before it can say anything.
    wrapped(command, "trap '' XFSZ; ulimit -f 0; exec \"$@\"", &[])
}

/// The same command where the folder can be read only.
fn where_it_is_read_only(command: &Command, folder: &Path) -> Command {
    let unshare = ["unshare", "--map-root-user", "--mount"];
    let script = format!(
        "mount --bind '{0}' '{0}' && mount -o remount,bind,ro '{0}' && cd . && exec \"$@\"",
        folder.display()
    );
    wrapped(command, &script, &unshare)
}

fn wrapped(command: &Command, script: &str, before: &[&str]) -> Command {
    let words: Vec<&str> = before.iter().copied().chain(["/bin/sh", "-c", script, "sh"]).collect();
    let mut outer = Command::new(words[0]);
    outer.args(&words[1..]).arg(command.get_program()).args(command.get_args()).env_clear();
    outer.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    outer.current_dir(command.get_current_dir().unwrap());
    outer
}

#[test]
fn a_renewed_token_that_does_not_fit_is_used_with_a_warning() {
    let user = User::logged_in();
    let expected = user.run(["--profile", "groups"]).code(0).stdout;
    user.expire_token_in(0);
    let before = user.tokens();
    user.requests();
    for _ in 0..2 {
        Outcome::of(&mut where_nothing_fits(&user.command(["--profile", "groups"])))
            .code(0)
            .stdout(&expected)
            .says([
                "warning: can't write the token file `",
                "File too large",
                "this run goes on, and the next one refreshes the token again",
            ]);
        assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
        assert_eq!(user.tokens(), before);
    }
    user.run(["--profile", "groups"]).code(0).stderr("");
}

#[test]
fn a_login_that_is_lost_with_the_disk_is_an_error_after_the_output() {
    let user = User::logged_in();
    let expected = user.run(["--profile", "groups"]).code(0).stdout;
    user.sandbox.set_refresh_tokens(RefreshTokenPolicy::Rotate);
    user.expire_token_in(0);
    Outcome::of(&mut where_nothing_fits(&user.command(["-q", "--profile", "groups"])))
        .code(1)
        .stdout(&expected)
        .says([
            "error: the refreshed token could not be saved, and the stored one is no longer valid: can't write the token file `",
            "File too large",
            "see to the disk, then log in with `runner login groups`",
        ]);
    user.run(["--profile", "groups"]).code(3).says(["the stored refresh token was rejected"]);
}

#[test]
fn a_read_only_disk_is_no_reason_to_fail() {
    let user = User::logged_in();
    let folder = user.home().join("private");
    std::fs::create_dir(&folder).unwrap();
    let profile = include_str!("../profiles/groups.toml")
        .replace("~/.list-my-globus-groups-tokens.json", "private/tokens.json");
    user.write("mine.toml", &profile);
    std::fs::rename(user.token_file(), folder.join("tokens.json")).unwrap();
    let command = user.command(["--profile", "./mine.toml"]);
    let run = || Outcome::of(&mut where_it_is_read_only(&command, &folder));
    let expected = run().code(0).stderr("").stdout;
    user.requests();

    // With a lock file that is there, and without.
    user.sandbox.expire_access_tokens();
    for _ in 0..2 {
        run()
            .code(0)
            .stdout(&expected)
            .says(["warning: can't write the token file", "Read-only file system"]);
        assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
        std::fs::write(folder.join("tokens.json.lock"), "").unwrap();
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
}

#[test]
fn a_new_login_that_can_not_be_stored_still_prints_its_groups() {
    let user = User::new();
    let mut terminal = Terminal::open_whole(where_nothing_fits(&user.command(["--profile", "groups"])));
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(1).says([
        "ID,Name,Roles",
        "error: the tokens of the new login could not be saved: can't write the token file",
        "see to the disk",
    ]);
    // Who only logs in has nothing else to deliver.
    let mut terminal = Terminal::open_whole(where_nothing_fits(&user.command(["login", "groups"])));
    terminal.paste_code(&user.sandbox);
    terminal
        .wait_for_end()
        .code(1)
        .says(["error: the tokens of the new login could not be saved"])
        .never_says("logged in");
    assert!(!user.token_file().exists());
}
