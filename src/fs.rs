//! Replacing a file whole or not at all.
//!
//! The new content is written to a temporary file in the same folder, synced to disk and renamed over the
//! old one, so a reader, a crash or a full disk never meets half a file.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use tempfile::NamedTempFile;

const SUFFIX: &str = ".tmp";

/// Replaces `path` by a file with this content and exactly this mode (the umask is not applied).
///
/// A symbolic link is followed, so that a link to the real file stays a link.
pub fn replace_file(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let mut draft = Draft::new(path, mode)?;
    draft.file().write_all(content)?;
    draft.commit()
}

/// New content of a file, beside it until it takes its place. Dropped, it is gone.
#[derive(Debug)]
pub struct Draft {
    temporary: NamedTempFile,
    target: PathBuf,
    mode: u32,
}

impl Draft {
    /// An empty draft of the file at `path`, which need not exist, with exactly this mode.
    pub fn new(path: &Path, mode: u32) -> io::Result<Self> {
        let target = follow_links(path)?;
        let temporary = temporary_beside(&target, mode)?;
        Ok(Self { temporary, target, mode })
    }

    /// The draft as a file, open for reading and writing.
    pub fn file(&mut self) -> &mut File {
        self.temporary.as_file_mut()
    }

    /// Puts it in the place of the file.
    pub fn commit(self) -> io::Result<()> {
        let Self { temporary, target, mode } = self;
        if let Ok(old) = fs::metadata(&target) {
            // Root, who renews the file of somebody else, must not take it away from them. Nobody else can give.
            let _ = fchown(temporary.as_file(), Some(old.uid()), Some(old.gid()));
        }
        temporary.as_file().set_permissions(Permissions::from_mode(mode))?;
        temporary.as_file().sync_all()?;
        temporary.persist(&target).map_err(|failure| failure.error)?;
        // The rename itself is durable only once the folder is. Some file systems can't sync a folder: the file
        // is in place all the same.
        let _ = File::open(folder_of(&target)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

/// Opens a regular file for reading. Anything else is an error: opening a named pipe waits for somebody to write
/// to it, which may be for ever.
pub fn open_regular(path: &Path) -> io::Result<File> {
    regular(OpenOptions::new().read(true).custom_flags(no_wait()).open(path)?)
}

/// The file, if it is one.
pub fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a regular file")) }
}

/// The flag of `open` that keeps it from waiting.
#[must_use]
pub fn no_wait() -> i32 {
    OFlags::NONBLOCK.bits().cast_signed()
}

/// Writes a file that is not there yet, with the mode that the umask leaves it. Fails with
/// [`AlreadyExists`](io::ErrorKind::AlreadyExists) if something has its name, unless `force` lets it be replaced.
pub fn create_file(path: &Path, content: &[u8], force: bool) -> io::Result<()> {
    if force && let Ok(metadata) = fs::metadata(path) {
        return replace_file(path, content, metadata.permissions().mode() & 0o7777);
    }
    let mut temporary = temporary_beside(path, 0o666)?;
    temporary.write_all(content)?;
    temporary.as_file().sync_all()?;
    temporary.persist_noclobber(path).map_err(|failure| failure.error)?;
    Ok(())
}

/// A temporary file for what will have this name.
pub fn temporary_beside(target: &Path, mode: u32) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(&prefix_of(target))
        .suffix(SUFFIX)
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder_of(target))
        .map_err(|error| {
            // The name of a file that was never made helps nobody.
            match error.to_string().split_once(" at path ") {
                Some((words, _)) => io::Error::new(error.kind(), words),
                None => error,
            }
        })
}

/// Removes the temporary files that killed processes left for this name: they can hold secrets. Only for who
/// has a lock, because one that is still being written looks the same.
pub fn sweep_drafts(target: &Path) {
    let prefix = prefix_of(target);
    let Ok(entries) = fs::read_dir(folder_of(target)) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let random = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(SUFFIX));
        if random.is_some_and(|random| random.len() == 6 && random.bytes().all(|c| c.is_ascii_alphanumeric()))
        {
            // What can't be removed is not in the way of what is to be written.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn prefix_of(target: &Path) -> String {
    format!(".{}.", target.file_name().unwrap_or_default().to_string_lossy())
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
