//! Full disks: what a run received is not lost. `interop/read_only.rs` tests read-only file systems.

use std::process::Command;

use globus_sandbox::RefreshTokenPolicy;

use crate::support::process::in_shell;
use crate::support::{MY_GROUPS, Outcome, TOKEN, Terminal, User};

/// The same command where no file can grow: the file system fails like a full one, with another
/// error number.
fn where_nothing_fits(command: &Command) -> Command {
    // The signal that comes with the limit would end the process before it can say anything.
    in_shell(command, "trap '' XFSZ; ulimit -f 0; exec \"$@\"")
}

#[test]
fn a_refreshed_token_that_does_not_fit_is_used_with_a_warning() {
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
            "make the token file writable, then log in with `runner login groups`",
        ]);
    user.run(["--profile", "groups"]).code(3).says(["the stored refresh token was rejected"]);
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
