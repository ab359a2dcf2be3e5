//! Files that other users can change: what they say is not done.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

use rustix::process::{getegid, geteuid};

use crate::support::{MY_GROUPS, User};

const SERVICE_ACCOUNT: &str = "4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a";

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// A user who has logged in, with files that each lie in a folder of their own, and a base of the profile.
fn user() -> User {
    let user = User::logged_in();
    user.profile("b/base", "");
    let base = user.read("b/base.toml").replace("groups.csv.hbs", "../t/t.txt.hbs");
    user.write("b/base.toml", &base);
    user.write("t/t.txt.hbs", "{{#each groups}}{{> row}}{{/each}}");
    user.write("t/row.txt.hbs", "{{name}} ");
    user.write("p/p.toml", "extends = \"../b/base.toml\"\n");
    user
}

/// The file in which the user has logged in.
const TOKENS: &str = ".list-my-globus-groups-tokens.json";

#[test]
fn what_others_can_change_is_not_used() {
    let user = user();
    user.run(["run", "p/p.toml"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
    for (file, what) in [
        ("p/p.toml", "the profile p/p.toml"),
        ("b/base.toml", "the profile"),
        ("t/t.txt.hbs", "the template"),
        ("t/row.txt.hbs", "row.txt.hbs"),
        (TOKENS, "the token file `"),
    ] {
        let path = user.home().join(file);
        let before = fs::metadata(&path).unwrap().permissions();
        set_mode(&path, 0o666);
        let refused = user.run(["run", "p/p.toml"]).code(2).stdout("");
        refused.says(["other users can change", what, "every user may write it (mode 0666)", "chmod go-w '"]);
        assert_eq!(user.requests(), [""; 0], "{file}");
        // What others may only read they can't change.
        set_mode(&path, 0o644);
        user.run(["run", "p/p.toml"]).code(0).stderr("");
        user.requests();
        fs::set_permissions(&path, before).unwrap();
    }
    // A list shows the others all the same.
    set_mode(&user.home().join("p/p.toml"), 0o666);
    user.profile("p/q", "");
    user.run(["run", "--all", "p"])
        .code(2)
        .says(["other users can change the profile p/p.toml", "p/q.toml: "]);
}

#[test]
fn a_folder_that_others_can_change_is_not_used() {
    let user = user();
    for (folder, what) in [("p", "the profile p/p.toml"), ("b", "the profile"), ("t", "the template")] {
        let path = user.home().join(folder);
        set_mode(&path, 0o777);
        let refused = user.run(["run", "p/p.toml"]).code(2).stdout("");
        refused.says([what, "every user may write its folder `", "(mode 0777)", "chmod go-w '"]);
        set_mode(&path, 0o755);
    }
    // The folder that counts is that of the file behind a link, and that of the link.
    for folder in ["open", "private"] {
        fs::create_dir(user.home().join(folder)).unwrap();
    }
    set_mode(&user.home().join("open"), 0o777);
    symlink("../p/p.toml", user.home().join("open/link.toml")).unwrap();
    fs::copy(user.home().join("p/p.toml"), user.home().join("open/p.toml")).unwrap();
    symlink("../open/p.toml", user.home().join("private/link.toml")).unwrap();
    for link in ["open/link.toml", "private/link.toml"] {
        user.run(["check", link]).code(2).says(["every user may write its folder `", "open` (mode 0777)"]);
    }
}

#[test]
fn a_shared_folder_in_which_each_keeps_their_own_files_is_fine() {
    let user = user();
    // As `/tmp` is.
    set_mode(&user.home().join("p"), 0o1777);
    user.run(["run", "p/p.toml"]).code(0).stderr("");
    // The group of a user alone, with a umask of 002.
    let path = user.home().join("p/p.toml");
    set_mode(&path, 0o664);
    let is_private = geteuid().as_raw() == getegid().as_raw();
    user.run(["run", "p/p.toml"]).code(if is_private { 0 } else { 2 });
}

#[test]
fn a_secret_lies_in_a_folder_of_its_own_user() {
    let user = User::new();
    let secret = user.write("s/secret", "sandbox-secret-not-for-real-use\n");
    set_mode(&secret, 0o600);
    let text = include_str!("../profiles/groups.toml")
        .replace("61338d24-54d5-408f-a10d-66c06b59f6d2", SERVICE_ACCOUNT);
    user.write("p.toml", &format!("{text}\n[auth]\nclient_secret = {{ file = \"s/secret\" }}\n"));
    user.run(["run", "p.toml"]).code(0);
    set_mode(&user.home().join("s"), 0o777);
    fs::remove_file(user.home().join(TOKENS)).unwrap();
    user.run(["run", "p.toml"]).code(2).says([
        "can't use the client's secret in `",
        "every user may write its folder `",
        "(mode 0777)",
    ]);
}

/// Only root can give a file away.
#[test]
fn what_belongs_to_another_user_is_not_used() {
    if !geteuid().is_root() {
        return;
    }
    let user = user();
    for (path, what) in [
        ("p/p.toml", "it belongs to another user, with the id 12345"),
        ("p", "its folder `"),
        ("t/t.txt.hbs", "it belongs to another user, with the id 12345"),
        (TOKENS, "it belongs to another user, with the id 12345"),
    ] {
        let path = user.home().join(path);
        chown(&path, Some(12345), None).unwrap();
        user.run(["run", "p/p.toml"]).code(2).says(["other users can change", what, "chown 0 '"]);
        chown(&path, Some(0), None).unwrap();
    }
    // A group of others.
    let path = user.home().join("p/p.toml");
    chown(&path, None, Some(12345)).unwrap();
    user.run(["run", "p/p.toml"]).code(0);
    set_mode(&path, 0o664);
    user.run(["run", "p/p.toml"]).code(2).says(["its group may write it (mode 0664)", "chmod g-w '"]);
}
