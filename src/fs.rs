//! Files that are replaced whole or not at all.
//!
//! The new content is written to a temporary file in the same folder, synced to disk and renamed over the old file. No
//! reader sees half a file, and no crash or full disk leaves one.

mod access;
mod trust;

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, OFlags, fallocate};
use rustix::io::{Errno, retry_on_intr};
use tempfile::NamedTempFile;

pub use trust::Exposure;

use crate::hash::sha256;

const SUFFIX: &str = ".tmp";
/// A longer name of a file is shortened in that of its draft, in bytes.
const LONGEST_IN_DRAFT: usize = 100;

/// The mode of a file that only its owner reads and writes.
const PRIVATE: u32 = 0o600;

/// The limit of Linux itself.
pub const MAX_LINKS: usize = 40;

/// Replaces a file by this content; see [`Draft::commit`] for its mode. A symbolic link is followed.
pub fn replace_file(path: &Path, content: &[u8], mode: Option<u32>) -> io::Result<()> {
    let mut draft = Draft::new(path)?;
    draft.write(content)?;
    draft.commit(mode)
}

/// The new content of a file, in a temporary file beside it that only this user can read. It is removed when dropped.
#[derive(Debug)]
pub struct Draft {
    temporary: NamedTempFile,
    target: PathBuf,
}

impl Draft {
    /// An empty draft of the file at `path`, which need not exist.
    pub fn new(path: &Path) -> io::Result<Self> {
        let target = follow_links(path)?;
        let temporary = temporary_beside(&target, PRIVATE)?;
        Ok(Self { temporary, target })
    }

    /// The temporary file, open for reading and writing.
    pub fn file(&mut self) -> &mut File {
        self.temporary.as_file_mut()
    }

    /// Takes so many bytes of the disk, so that shorter content can be written whatever others write meanwhile.
    pub fn reserve(&mut self, bytes: u64) -> io::Result<()> {
        match retry_on_intr(|| fallocate(self.file(), FallocateFlags::empty(), 0, bytes)) {
            // Not every file system can do that. Zeros take the space too.
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {
                io::copy(&mut io::repeat(0).take(bytes), self.file())?;
                self.file().sync_data()
            }
            reserved => Ok(reserved?),
        }
    }

    /// Makes this the whole content.
    pub fn write(&mut self, content: &[u8]) -> io::Result<()> {
        let file = self.file();
        file.rewind()?;
        file.write_all(content)?;
        file.set_len(content.len() as u64)
    }

    /// Gives the draft this path in the same folder instead, and this mode. What is there is replaced; a symbolic link is
    /// not followed.
    pub fn commit_as(self, path: &Path, mode: u32) -> io::Result<()> {
        self.temporary.as_file().set_permissions(Permissions::from_mode(mode))?;
        self.temporary.as_file().sync_all()?;
        self.temporary.persist(path).map_err(|failure| failure.error)?;
        Ok(())
    }

    /// Gives the draft this path in the same folder, without waiting until the disk has it.
    /// The file is still locked.
    pub fn keep_as(self, path: &Path) -> io::Result<File> {
        self.temporary.persist(path).map_err(|failure| failure.error)
    }

    /// Replaces the file by the draft: see [`seal`](Self::seal).
    pub fn commit(self, mode: Option<u32>) -> io::Result<()> {
        self.seal(mode)?.commit()
    }

    /// Syncs the draft to disk with exactly this mode: no umask is applied, and no access control list. With `None` the
    /// file keeps its mode, and a new one has 0600. The owner and the group stay, if this user may set them.
    pub fn seal(self, mode: Option<u32>) -> io::Result<SealedDraft> {
        let Self { temporary, target } = self;
        give_access(temporary.as_file(), &target, mode)?;
        temporary.as_file().sync_all()?;
        Ok(SealedDraft { temporary, target })
    }
}

/// Gives a new file the access that [`Draft::seal`] says, in place of the file at `target`, if there is one.
pub fn give_access(draft: &File, target: &Path, mode: Option<u32>) -> io::Result<()> {
    match (fs::metadata(target), mode) {
        (Ok(old), Some(mode)) => {
            access::keep_owner(draft, &old);
            access::set_mode(draft, mode)
        }
        (Ok(old), None) => access::keep(draft, target, &old),
        (Err(_), Some(mode)) => access::set_mode(draft, mode),
        (Err(_), None) => draft.set_permissions(Permissions::from_mode(PRIVATE)),
    }
}

/// A draft that is whole and on the disk: only its rename is left.
#[derive(Debug)]
pub struct SealedDraft {
    temporary: NamedTempFile,
    target: PathBuf,
}

impl SealedDraft {
    /// Replaces the file.
    pub fn commit(self) -> io::Result<()> {
        self.temporary.persist(&self.target).map_err(|failure| failure.error)?;
        sync_folder(&self.target);
        Ok(())
    }
}

/// Whether an access control list lets more users access a file than its mode says.
#[must_use]
pub fn has_access_list(path: &Path) -> bool {
    access::list_of(path).is_some()
}

/// Makes a rename or a removal of this file durable. Some file systems can't sync a folder; the change is made anyway.
pub fn sync_folder(path: &Path) {
    let _ = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
}

/// Opens a regular file for reading. Anything else is an error: opening a named pipe could block forever.
pub fn open_regular(path: &Path) -> io::Result<File> {
    regular(OpenOptions::new().read(true).custom_flags(nonblocking()).open(path)?)
}

/// Reads a regular file; see [`open_regular`].
pub fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The file, if it is a regular one.
pub fn regular(file: File) -> io::Result<File> {
    match file.metadata()?.file_type() {
        kind if kind.is_file() => Ok(file),
        kind if kind.is_dir() => Err(io::Error::other("it is a folder, not a file")),
        _ => Err(io::Error::other("it is not a regular file")),
    }
}

/// [`File::try_lock`], which the standard library does not repeat after a signal.
pub fn try_lock(file: &File) -> Result<(), TryLockError> {
    loop {
        match file.try_lock() {
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            locked => return locked,
        }
    }
}

/// [`fs::read_dir`], which the standard library does not repeat after a signal.
pub fn read_folder(folder: &Path) -> io::Result<fs::ReadDir> {
    loop {
        match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// The flag of `open` that keeps it from blocking.
#[must_use]
pub fn nonblocking() -> i32 {
    OFlags::NONBLOCK.bits().cast_signed()
}

/// Creates a file, with the mode that the umask gives. Fails with [`AlreadyExists`](io::ErrorKind::AlreadyExists) if
/// there is one, unless `force` replaces it: then the file keeps its mode.
pub fn create_file(path: &Path, content: &[u8], force: bool) -> io::Result<()> {
    if force && fs::metadata(path).is_ok() {
        return replace_file(path, content, None);
    }
    let mut temporary = temporary_beside(path, 0o666)?;
    temporary.write_all(content)?;
    temporary.as_file().sync_all()?;
    temporary.persist_noclobber(path).map_err(|failure| failure.error)?;
    Ok(())
}

/// A temporary file in the folder of `target`, locked until it is closed so that [`sweep_drafts`] leaves it alone.
pub fn temporary_beside(target: &Path, mode: u32) -> io::Result<NamedTempFile> {
    loop {
        let temporary = create_temporary(target, mode)?;
        // A sweep may be between the creation and the lock. Where there are no locks, no sweep removes anything.
        let is_swept = matches!(try_lock(temporary.as_file()), Err(TryLockError::WouldBlock))
            || temporary.as_file().metadata()?.nlink() == 0;
        if !is_swept {
            return Ok(temporary);
        }
    }
}

fn create_temporary(target: &Path, mode: u32) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(&prefix_of(target))
        .suffix(SUFFIX)
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder_of(target))
        .map_err(|error| {
            // The name of the temporary file would only confuse.
            match error.to_string().split_once(" at path ") {
                Some((message, _)) => io::Error::new(error.kind(), message),
                None => error,
            }
        })
}

/// Removes the drafts of a file that killed processes left: they take space, and can contain secrets. A draft that is
/// still being written is locked. A symbolic link is followed.
pub fn sweep_drafts(path: &Path) {
    let Ok(target) = follow_links(path) else { return };
    let prefix = prefix_of(&target);
    let Ok(entries) = fs::read_dir(folder_of(&target)) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let random = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(SUFFIX));
        if random.is_some_and(|random| random.len() == 6 && random.bytes().all(|c| c.is_ascii_alphanumeric()))
        {
            let Ok(draft) = open_regular(&entry.path()) else { continue };
            if try_lock(&draft).is_ok() {
                // A draft that can't be removed does no harm to the next one.
                let _ = fs::remove_file(entry.path());
            }
            // Not before: a process that has just made the draft would take it for its own.
            drop(draft);
        }
    }
}

/// A file system that takes the name of the target must take that of its draft, which has twelve bytes more.
fn prefix_of(target: &Path) -> String {
    format!(".{}.", shortened(&target.file_name().unwrap_or_default().to_string_lossy(), LONGEST_IN_DRAFT))
}

/// The name; one that has more bytes than this with a hash in place of its end, so that no two are the same.
#[must_use]
pub fn shortened(name: &str, longest: usize) -> Cow<'_, str> {
    const DIGITS: usize = 16;
    if name.len() <= longest {
        return name.into();
    }
    let kept =
        (0..=longest.saturating_sub(DIGITS + 1)).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    format!("{}~{}", &name[..kept], &sha256(name.as_bytes())[..DIGITS]).into()
}

/// Creates a folder and its missing parents, accessible only to their owner.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
        // The folder that is in the way, or that allows no other in it.
        let existing = folder.ancestors().find(|folder| fs::symlink_metadata(folder).is_ok());
        match existing.filter(|existing| !existing.as_os_str().is_empty()) {
            Some(existing) if existing.is_dir() => io::Error::new(
                error.kind(),
                format!("can't make a folder in `{}`: {error}", existing.display()),
            ),
            Some(existing) => io::Error::other(format!("`{}` is not a folder", existing.display())),
            None => error,
        }
    })
}

/// Why other users can change what this path leads to, the file itself or its folder; `None` if they cannot, or nothing is
/// there.
#[must_use]
pub fn exposure(path: &Path) -> Option<Exposure> {
    let file = resolve(path);
    let about = fs::metadata(&file).ok()?;
    let of_folder = |folder: &Path| {
        let about = fs::metadata(folder).ok()?;
        trust::exposure_of(folder, &about, &format!("its folder `{}`", folder.display()))
    };
    trust::exposure_of(&file, &about, "it")
        .or_else(|| [&file, path].into_iter().find_map(|path| of_folder(folder_of(path))))
}

/// The folder of `path`; `.` for a bare name.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// What two paths that lead to one file have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FileIdentity {
    /// Of a file that exists: its device and inode.
    There(u64, u64),
    /// The resolved path of one that does not.
    Missing(PathBuf),
}

impl FileIdentity {
    #[must_use]
    pub fn of(path: &Path) -> Self {
        fs::metadata(path)
            .map_or_else(|_| Self::Missing(resolve(path)), |file| Self::There(file.dev(), file.ino()))
    }
}

/// Whether both paths lead to one file, which need not exist yet.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    FileIdentity::of(one) == FileIdentity::of(other)
}

/// The absolute path of a file that need not exist, without symbolic links.
#[must_use]
pub fn resolve(path: &Path) -> PathBuf {
    resolve_folder(&follow_links(path).unwrap_or_else(|_| path.to_owned()))
}

/// The absolute path, with the symbolic links of its folder followed, but not that of the file.
#[must_use]
pub fn resolve_folder(path: &Path) -> PathBuf {
    let folder = folder_of(path);
    let folder = fs::canonicalize(folder).or_else(|_| std::path::absolute(folder));
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// The path from any folder, with its links as they are; the path itself if the working directory is gone.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The path as text, in which no two paths are the same.
#[must_use]
pub fn path_as_text(path: &Path) -> String {
    let escaped = || path.as_os_str().as_bytes().escape_ascii().to_string();
    path.to_str().map_or_else(escaped, str::to_owned)
}

/// A file that is open already, and that has a path all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descriptor {
    Stdout,
    Other,
}

/// What this path stands for, as `/dev/stdout`, `/dev/fd/3` and links to them do; `None` for the path of a file.
#[must_use]
pub fn descriptor(path: &Path) -> Option<Descriptor> {
    let mut target = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        let name = target.file_name()?.to_str().unwrap_or_default();
        if name.parse::<u32>().is_ok()
            && let Ok(folder) = fs::canonicalize(folder_of(&target))
            && (folder == Path::new("/dev/fd") || folder.starts_with("/proc") && folder.ends_with("fd"))
        {
            let is_own = fs::canonicalize("/proc/self").map_or(true, |own| folder.starts_with(own));
            return Some(if is_own && name == "1" { Descriptor::Stdout } else { Descriptor::Other });
        }
        let next = fs::read_link(&target).ok()?;
        target = folder_of(&target).join(next);
    }
    None
}

/// The path with its symbolic links followed; the file need not exist.
pub fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_path_buf();
    for _ in 0..MAX_LINKS {
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
