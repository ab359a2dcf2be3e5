//! The mode, owner and group of an output file.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::{XattrFlags, getxattr, setxattr};

use crate::support::process::in_shell;
use crate::support::{Outcome, User, mode};

/// Where Linux keeps an access control list.
const ACL: &str = "system.posix_acl_access";

/// The length of a name with which the rendering of two groups is too large for memory.
const LARGE: usize = 3 * 1024 * 1024;

#[track_caller]
fn make(user: &User, name: &str, mode: u32) -> PathBuf {
    let path = user.write(name, "old\n");
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path
}

fn set_groups(user: &User, length_of_name: usize) {
    let group = serde_json::json!({ "id": "1", "name": "x".repeat(length_of_name) });
    user.sandbox.set_groups(vec![group; 2]);
}

#[test]
fn a_file_that_is_there_keeps_its_mode() {
    let user = User::logged_in();
    user.profile("here", "[output]\npath = \"out.csv\"");
    for length in [10, LARGE] {
        set_groups(&user, length);
        for kept in [0o644, 0o640, 0o660, 0o600, 0o444, 0o755] {
            let path = make(&user, "out.csv", kept);
            user.run(["--profile", "groups", "-o", "out.csv"]).code(0);
            assert_eq!(mode(&path), kept);
            make(&user, "out.csv", kept);
            user.run(["--profile", "./here.toml"]).code(0);
            assert_eq!(mode(&path), kept);
            // Unchanged content.
            user.run(["--profile", "./here.toml"]).code(0);
            assert_eq!(mode(&path), kept);
        }
    }
}

#[test]
fn the_mode_is_kept_behind_a_link() {
    let user = User::logged_in();
    let path = make(&user, "real.csv", 0o664);
    symlink("real.csv", user.home().join("link.csv")).unwrap();
    user.run(["--profile", "groups", "-o", "link.csv"]).code(0);
    assert!(user.read("real.csv").starts_with("ID,"));
    assert_eq!(mode(&path), 0o664);
}

#[test]
fn a_new_file_is_private_whatever_the_umask() {
    let user = User::logged_in();
    for (length, umask) in [(10, "000"), (LARGE, "000"), (10, "077")] {
        set_groups(&user, length);
        let command = user.command(["--profile", "groups", "-o", "new.csv"]);
        let mut shell = in_shell(&command, &format!("umask {umask}; exec \"$@\""));
        Outcome::of(&mut shell).code(0);
        let path = user.home().join("new.csv");
        assert_eq!(mode(&path), 0o600);
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_mode_that_is_set_is_exact() {
    let user = User::logged_in();
    user.profile("open", "[output]\npath = \"out.csv\"\nmode = \"0644\"");
    let path = user.home().join("out.csv");
    let run = || {
        let command = user.command(["--profile", "./open.toml"]);
        let mut shell = in_shell(&command, "umask 077; exec \"$@\"");
        Outcome::of(&mut shell).code(0);
        assert_eq!(mode(&path), 0o644);
    };
    run();
    // An unchanged file gets it too, and its content stays the same file.
    let inode = fs::metadata(&path).unwrap().ino();
    fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
    run();
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
    make(&user, "out.csv", 0o600);
    run();
}

#[test]
fn no_content_runs_as_its_owner() {
    let user = User::logged_in();
    let path = make(&user, "out.csv", 0o6755);
    user.run(["--profile", "groups", "-o", "out.csv"]).code(0);
    assert_eq!(mode(&path), 0o755);
}

#[test]
fn saved_data_previews_and_copies_keep_the_mode_too() {
    let user = User::logged_in();
    let path = make(&user, "data.json", 0o640);
    user.run(["data", "groups", "--save", "data.json"]).code(0);
    assert_eq!(mode(&path), 0o640);
    let path = make(&user, "seen.csv", 0o644);
    user.run(["render", "groups", "-o", "seen.csv"]).code(0);
    assert_eq!(mode(&path), 0o644);
    let path = make(&user, "groups.csv.hbs", 0o6640);
    user.run(["templates", "copy", "groups.csv.hbs", "--to", "groups.csv.hbs", "--force"]).code(0);
    assert_eq!(mode(&path), 0o640);
}

/// Root may give files to others; other users can't.
#[test]
fn root_keeps_owner_and_group() {
    let user = User::logged_in();
    let path = make(&user, "out.csv", 0o640);
    if chown(&path, Some(1234), Some(2345)).is_err() {
        return;
    }
    user.run(["--profile", "groups", "-o", "out.csv"]).code(0);
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!((metadata.uid(), metadata.gid(), mode(&path)), (1234, 2345, 0o640));
}

/// What the old group could do must not go to another group.
#[test]
fn another_group_gets_no_access() {
    let user = User::logged_in();
    for (old, new) in [(0o640, 0o600), (0o664, 0o644)] {
        let path = make(&user, "groups.csv", old);
        let group = fs::metadata(user.home()).unwrap().gid();
        if chown(&path, None, Some(2345)).is_err() {
            return;
        }
        let command = user.command(["--profile", "groups", "-o", "groups.csv"]);
        let mut shell = in_shell(&command, "exec setpriv --bounding-set=-chown \"$@\"");
        Outcome::of(&mut shell).code(0).says([
            "warning: the group of `",
            &format!("can't be kept, so its access is not either; the mode is now {new:04o}"),
        ]);
        assert_eq!((fs::metadata(&path).unwrap().gid(), mode(&path)), (group, new));
    }
}

/// `user::rw-,user:1234:r--,group::---,mask::r--,other::---`: a mode without the list would let the group read.
fn access_list(group: u16) -> Vec<u8> {
    let entries = [
        (0x01u16, 6u16, u32::MAX),
        (0x02, 4, 1234),
        (0x04, group, u32::MAX),
        (0x10, 4, u32::MAX),
        (0x20, 0, u32::MAX),
    ];
    let mut list = 2u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        list.extend([&tag.to_le_bytes()[..], &permissions.to_le_bytes(), &id.to_le_bytes()].concat());
    }
    list
}

fn list_of(path: &Path) -> Option<Vec<u8>> {
    let mut list = [0; 100];
    let length = getxattr(path, ACL, &mut list[..]).ok()?;
    Some(list[..length].to_vec())
}

/// A file with such a list; `None` where the file system has none.
fn listed(user: &User, group: u16) -> Option<PathBuf> {
    let path = make(user, "out.csv", 0o600);
    setxattr(&path, ACL, &access_list(group), XattrFlags::empty()).ok()?;
    assert_eq!(mode(&path), 0o640);
    Some(path)
}

#[test]
fn an_access_control_list_is_kept() {
    let user = User::logged_in();
    let Some(path) = listed(&user, 0) else { return };
    user.run(["--profile", "groups", "-o", "out.csv"]).code(0).stderr("");
    assert!(user.read("out.csv").starts_with("ID,"));
    assert_eq!((list_of(&path), mode(&path)), (Some(access_list(0)), 0o640));
}

/// The users that it names keep their access. What the old group could do goes to no other group.
#[test]
fn an_access_control_list_is_kept_without_the_group() {
    let user = User::logged_in();
    let Some(path) = listed(&user, 4) else { return };
    if chown(&path, Some(1234), Some(2345)).is_err() {
        return;
    }
    let command = user.command(["--profile", "groups", "-o", "out.csv"]);
    let mut shell = in_shell(&command, "exec setpriv --bounding-set=-chown \"$@\"");
    Outcome::of(&mut shell).code(0).says(["warning: the group of `", "out.csv` can't be kept"]);
    assert_eq!((list_of(&path), mode(&path)), (Some(access_list(0)), 0o640));
    let command = user.command(["--profile", "groups", "-o", "out.csv"]);
    Outcome::of(&mut in_shell(&command, "exec setpriv --bounding-set=-chown \"$@\"")).code(0).stderr("");
}

#[test]
fn a_mode_that_is_set_holds_without_an_access_control_list() {
    let user = User::logged_in();
    let Some(path) = listed(&user, 0) else { return };
    user.run(["--profile", "groups", "-o", "out.csv", "--mode", "0640"]).code(0).stderr("");
    assert_eq!((list_of(&path), mode(&path)), (None, 0o640));
    // Now the content is the same.
    let content = user.read("out.csv");
    setxattr(&path, ACL, &access_list(0), XattrFlags::empty()).unwrap();
    user.run(["--profile", "groups", "-o", "out.csv", "--mode", "0640"]).code(0).stderr("");
    assert_eq!((list_of(&path), mode(&path)), (None, 0o640));
    assert_eq!(user.read("out.csv"), content);
    // The folder would give a new file one.
    if setxattr(user.home(), "system.posix_acl_default", &access_list(0), XattrFlags::empty()).is_ok() {
        fs::remove_file(&path).unwrap();
        user.run(["--profile", "groups", "-o", "out.csv", "--mode", "0640"]).code(0).stderr("");
        assert_eq!((list_of(&path), mode(&path)), (None, 0o640));
    }
}
