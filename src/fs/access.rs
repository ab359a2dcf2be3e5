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
    let keeps_group = draft.metadata()?.gid() == old.gid();
    let Some(mut acl) = list_of(path) else {
        let kept = if keeps_group { mode } else { without_group(mode) };
        if kept != mode {
            log::warn!(
                "the group of `{}` can't be kept, so its access is not either; the mode is now {kept:04o}",
                path.display()
            );
        }
        return set_mode(draft, kept);
    };
    if !keeps_group {
        limit_group(&mut acl);
    }
    // It contains the mode.
    if fsetxattr(draft, ACL, &acl, XattrFlags::empty()).is_ok() {
        if !keeps_group {
            log::warn!(
                "the group of `{}` can't be kept, so its access is not either; that of the access control list is",
                path.display()
            );
        }
        return Ok(());
    }
    let kept = without_group(mode);
    log::warn!("the access control list of `{}` can't be kept; the mode is now {kept:04o}", path.display());
    set_mode(draft, kept)
}

/// Sets exactly this mode: without an access control list, which the folder may have given the draft.
pub(super) fn set_mode(draft: &File, mode: u32) -> io::Result<()> {
    let _ = fremovexattr(draft, ACL);
    draft.set_permissions(Permissions::from_mode(mode))
}

/// Gives the draft the owner and the group of a file. Only root can change an owner, and the group must be one of the
/// user's own; the draft keeps what can't be changed.
pub(super) fn keep_owner(draft: &File, old: &Metadata) {
    let (owner, group) = (Some(old.uid()), Some(old.gid()));
    if let Err(error) = fchown(draft, owner, group).or_else(|_| fchown(draft, None, group)) {
        log::debug!("the file gets another owner and group: {error}");
    }
}

/// The mode in which the group may do no more than other users.
fn without_group(mode: u32) -> u32 {
    (mode & 0o707) | ((mode & 0o007) << 3 & mode)
}

/// The same in an access control list: after a version of four bytes, entries of a tag, permissions and an id.
fn limit_group(acl: &mut [u8]) {
    const ENTRY: usize = 8;
    const GROUP: [u8; 2] = 0x04_u16.to_le_bytes();
    const OTHERS: [u8; 2] = 0x20_u16.to_le_bytes();
    let Some(entries) = acl.get_mut(4..) else { return };
    let others = entries.chunks_exact(ENTRY).find(|entry| entry.starts_with(&OTHERS));
    let allowed = others.map_or(0, |entry| entry[2]);
    for entry in entries.chunks_exact_mut(ENTRY).filter(|entry| entry.starts_with(&GROUP)) {
        entry[2] &= allowed;
    }
}

/// The access control list of a file, if it has one.
pub(super) fn list_of(path: &Path) -> Option<Vec<u8>> {
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
