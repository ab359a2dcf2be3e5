//! A token file on a read-only and on a full file system, which `unshare` makes in a mount namespace of its own.

use std::path::{Path, PathBuf};
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

/// The same command where this folder is a full disk with the same files. What it changes there is gone afterwards.
fn full(command: &Command, folder: &Path) -> Command {
    let script = format!(
        "cp -a '{0}' '{0}.copy' && mount -t tmpfs -o size=64k none '{0}' && cp -a '{0}.copy/.' '{0}' && \
         rm -r '{0}.copy' && {{ cat /dev/zero >'{0}/filler' 2>/dev/null || true; }} && exec \"$@\"",
        folder.display()
    );
    prefixed(&in_shell(command, &script), &["unshare", "--map-root-user", "--mount"])
}

/// A user whose tokens are in a folder of their own, and that folder.
fn user_with_folder(storage: &str) -> (User, PathBuf) {
    let user = User::new();
    let profile =
        include_str!("../profiles/groups.toml").replace("~/.list-my-globus-groups-tokens.json", storage);
    user.write("mine.toml", &profile);
    user.terminal(["login", "./mine.toml"]).paste_code(&user.sandbox).wait_for_end().code(0);
    let folder = user.home().join("private");
    (user, folder)
}

#[test]
fn a_run_uses_its_token_where_nothing_can_be_written_and_refreshes_none() {
    for (storage, disk, why) in [
        ("private/tokens.json", read_only as fn(&Command, &Path) -> Command, "Read-only file system"),
        ("private/tokens.db", read_only, "Read-only file system"),
        ("private/tokens.json", full, "No space left on device"),
        ("private/tokens.db", full, "database or disk is full"),
    ] {
        let (user, folder) = user_with_folder(storage);
        let command = user.command(["--profile", "./mine.toml"]);
        let run = || Outcome::of(&mut disk(&command, &folder));
        let expected = run().code(0).stderr("").stdout;
        user.requests();

        // With a lock file that is there, and without.
        user.sandbox.expire_access_tokens();
        for _ in 0..2 {
            run().code(1).stdout("").says(["error: the access token was not refreshed", why]);
            assert_eq!(user.requests(), [MY_GROUPS], "{storage}: {why}");
            let _ = std::fs::remove_file(user.home().join(format!("{storage}.lock")));
        }
        user.run(["--profile", "./mine.toml"]).code(0).stdout(&expected).stderr("");
        assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
    }
}
