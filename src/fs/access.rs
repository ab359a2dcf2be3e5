//! Who may access a file that is replaced: its owner, group, mode and access control list.

use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

use rustix::buffer::spare_capacity;
use rustix::fs::{XattrFlags, fremovexattr, fsetxattr, getxattr};

/// The extended attribute in which Linux keeps an access control list.
const ACL: &str = "system.posix_acl_access";
/// The limit of Linux for an extended attribute, in bytes.
const MAX_ACL: usize = 64 * 1024;

/// Gives the draft the owner, the group, the mode and the access control list of the file that it replaces. What this
/// user may not set is left out: the new file is accessible to no more users than the old one.
pub(super) fn keep(draft: &File, path: &Path, old: &Metadata) -> io::Result<()> {
    keep_owner(draft, old);
    // The bits above would let the content run as another user.
    let mode = old.mode() & 0o777;
    if draft.metadata()?.gid() == old.gid() {
        match acl(path) {
            // It contains the mode.
            Some(acl) if fsetxattr(draft, ACL, &acl, XattrFlags::empty()).is_ok() => return Ok(()),
            Some(_) => {}
            None => {
                // The folder may have given it one.
                let _ = fremovexattr(draft, ACL);
                return draft.set_permissions(Permissions::from_mode(mode));
            }
        }
    }
    let mode = without_group(mode);
    tracing::debug!("the group or the access control list can't be kept; the mode is now {mode:04o}");
    draft.set_permissions(Permissions::from_mode(mode))
}

/// Gives the draft the owner and the group of a file. Only root can change an owner, and the group must be one of the
/// user's own; the draft keeps what can't be changed.
pub(super) fn keep_owner(draft: &File, old: &Metadata) {
    let (owner, group) = (Some(old.uid()), Some(old.gid()));
    if let Err(error) = fchown(draft, owner, group).or_else(|_| fchown(draft, None, group)) {
        tracing::debug!("the file gets another owner and group: {error}");
    }
}

/// The mode in which the group may do no more than other users.
fn without_group(mode: u32) -> u32 {
    (mode & 0o707) | ((mode & 0o007) << 3 & mode)
}

/// The access control list of a file, if it has one.
fn acl(path: &Path) -> Option<Vec<u8>> {
    let mut acl = Vec::with_capacity(MAX_ACL);
    getxattr(path, ACL, spare_capacity(&mut acl)).ok()?;
    Some(acl)
}

#[cfg(test)]
mod tests {
    use super::without_group;

    #[test]
    fn another_group_may_do_no_more_than_others() {
        for (mode, expected) in
            [(0o640, 0o600), (0o664, 0o644), (0o644, 0o644), (0o606, 0o606), (0o604, 0o604), (0o660, 0o600)]
        {
            assert_eq!(without_group(mode), expected, "{mode:o}");
        }
    }
}
