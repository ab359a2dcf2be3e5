//! Replacing a file whole or not at all.
//!
//! The new content is written to a temporary file in the same folder, synced to disk and renamed over the
//! old one, so a reader, a crash or a full disk never meets half a file.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Replaces `path` by a file with this content and exactly this mode (the umask is not applied).
///
/// A symbolic link is followed, so that a link to the real file stays a link.
pub fn replace(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let target = follow_links(path)?;
    let folder = folder_of(&target);
    let name = target.file_name().unwrap_or_default().to_string_lossy();

    let mut temporary = tempfile::Builder::new()
        .prefix(&format!(".{name}."))
        .suffix(".tmp")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)?;
    temporary.write_all(content)?;
    temporary.as_file().set_permissions(Permissions::from_mode(mode))?;
    temporary.as_file().sync_all()?;
    temporary.persist(&target).map_err(|failure| failure.error)?;
    // The rename itself is durable only once the folder is. Some file systems can't sync a folder: the file
    // is in place all the same.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Creates a folder and its missing parents, readable by their owner alone.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The folder that holds `path`; `.` for a bare name.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The file that `path` stands for in the end; it need not exist.
pub fn follow_links(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux itself follows.
    const MOST_LINKS: usize = 40;
    let mut target = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::symlink_metadata(&target) {
            Ok(metadata) if metadata.file_type().is_symlink() => {
                let next = fs::read_link(&target)?;
                target = folder_of(&target).join(next);
            }
            _ => return Ok(target),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}
