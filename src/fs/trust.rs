//! Whether users other than this one and root can change a file, or put another one in its place.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::OnceLock;

use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::process::{getegid, geteuid};

const BY_GROUP: u32 = 0o020;
const BY_ALL: u32 = 0o002;
/// In a folder with this bit only the owner of a file removes or renames it.
const STICKY: u32 = 0o1000;

/// Why other users can change a file, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Such as `every user may write it (mode 0666)`.
    pub why: String,
    /// A command.
    pub help: String,
}

/// Why other users can change what this is about, which a message calls `what`; `None` if they cannot.
pub(super) fn exposure_of(path: &Path, about: &Metadata, what: &str) -> Option<Exposure> {
    let (owner, mode) = (about.uid(), about.mode() & 0o7777);
    let shown = path.display();
    if owner != 0 && owner != geteuid().as_raw() {
        let why = format!("{what} belongs to another user, with the id {owner}");
        return Some(Exposure {
            why,
            help: format!("if you trust it, make it yours: chown {} '{shown}'", geteuid().as_raw()),
        });
    }
    let is_kept_apart = about.is_dir() && mode & STICKY != 0;
    let by_group = mode & BY_GROUP != 0 && !is_private_group(about.gid());
    let by_all = mode & BY_ALL != 0;
    if is_kept_apart || !by_group && !by_all || is_read_only(path) {
        return None;
    }
    let (who, change) = if by_all { ("every user", "go-w") } else { ("its group", "g-w") };
    Some(Exposure {
        why: format!("{who} may write {what} (mode {mode:04o})"),
        help: format!("if you trust it, chmod {change} '{shown}'"),
    })
}

/// A volume of a container is mounted so, whatever the modes of its files.
fn is_read_only(path: &Path) -> bool {
    statvfs(path).is_ok_and(|about| about.f_flag.contains(StatVfsMountFlags::RDONLY))
}

/// Whether the group is that of this user alone, as distributions make one for each user: it has the name of the user, and no
/// other member. Without a line for it in the files of the system, it has the number of the user.
fn is_private_group(group: u32) -> bool {
    static PRIVATE: OnceLock<bool> = OnceLock::new();
    let own = getegid().as_raw();
    let is_private = || {
        let user = geteuid().as_raw();
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        is_private(user, own, &read("/etc/passwd"), &read("/etc/group"))
    };
    group == own && *PRIVATE.get_or_init(is_private)
}

fn is_private(user: u32, group: u32, passwd: &str, groups: &str) -> bool {
    let entry = |file: &str, id: u32| -> Option<Vec<String>> {
        let lines = file.lines().map(|line| line.split(':').map(str::to_owned).collect::<Vec<_>>());
        lines.into_iter().find(|fields| fields.get(2).is_some_and(|field| field.parse() == Ok(id)))
    };
    let (Some(user_entry), Some(group_entry)) = (entry(passwd, user), entry(groups, group)) else {
        return user == group;
    };
    let members = group_entry.get(3).map(String::as_str).unwrap_or_default();
    let name = user_entry.first();
    group_entry.first() == name
        && members
            .split(',')
            .filter(|member| !member.is_empty())
            .all(|member| Some(member) == name.map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn a_group_of_one_user_is_told_from_a_shared_one() {
        let passwd = "root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/:/bin/sh\nben:x:1001:100::/:/bin/sh\n";
        let groups = "root:x:0:\nada:x:1000:\nusers:x:100:ada\nlab:x:1002:ada,ben\nben:x:1001:ada\n";
        for (user, group, private) in [
            (1000, 1000, true),
            (0, 0, true),
            (1001, 100, false),
            (1000, 1002, false),
            (1001, 1001, false),
            // Neither is in the files.
            (5000, 5000, true),
            (5000, 5001, false),
            (5000, 100, false),
        ] {
            assert_eq!(is_private(user, group, passwd, groups), private, "{user} {group}");
        }
    }
}
