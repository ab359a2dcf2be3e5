//! A token file on a read-only file system, which `unshare` makes in a mount namespace of its own.

use std::path::Path;
use std::process::Command;

use crate::support::process::{in_shell, prefixed};
use crate::support::{MY_GROUPS, Outcome, TOKEN, User};

/// The same command where this folder is read-only.
fn read_only(command: &Command, folder: &Path) -> Command {
    let script = format!(
        "mount --bind '{0}' '{0}' && mount -o remount,bind,ro '{0}' && cd . && exec \"$@\"",
        folder.display()
    );
    prefixed(&in_shell(command, &script), &["unshare", "--map-root-user", "--mount"])
}

#[test]
fn a_run_succeeds_on_a_read_only_file_system() {
    let user = User::logged_in();
    let folder = user.home().join("private");
    std::fs::create_dir(&folder).unwrap();
    let profile = include_str!("../profiles/groups.toml")
        .replace("~/.list-my-globus-groups-tokens.json", "private/tokens.json");
    user.write("mine.toml", &profile);
    std::fs::rename(user.token_file(), folder.join("tokens.json")).unwrap();
    let command = user.command(["--profile", "./mine.toml"]);
    let run = || Outcome::of(&mut read_only(&command, &folder));
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
