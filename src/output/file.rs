//! An output file: replaced whole, and only when it changes.

use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, BufReader, ErrorKind, IsTerminal, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs::{Access, access};

use super::delivered::{Delivered, Written};
use super::destination::is_folder;
use super::spool::Spooled;
use super::stdout;
use crate::fs::{Descriptor, descriptor, has_access_list, resolve, sweep_drafts};
use crate::{Error, Result};

pub(super) fn write(mut spooled: Spooled, path: &Path, mode: Option<u32>) -> Result<Delivered> {
    let descriptor = descriptor(path);
    if descriptor == Some(Descriptor::Stdout) {
        return stdout::write(spooled);
    }
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(is_folder(path)),
        // A device, a named pipe, or a file that the caller has opened must not be replaced.
        Ok(metadata) if !metadata.is_file() || descriptor.is_some() => OpenOptions::new()
            .write(true)
            .append(descriptor.is_some())
            .open(path)
            .and_then(|mut file| {
                if file.is_terminal() {
                    stdout::show(spooled.reader(), &mut file)
                } else {
                    spooled.copy_to(&mut file)
                }
            })
            .map(|()| Delivered::Whole)
            .map_err(|error| Error::failed(format!("can't write to `{}`", path.display())).because(error)),
        metadata => update(path, metadata.ok().as_ref(), spooled, mode)
            .map(Delivered::File)
            .map_err(|error| cannot_write(path, error)),
    }
}

/// The file is written beside the old one and then renamed, so it is the folder that must be writable.
fn cannot_write(path: &Path, error: io::Error) -> Error {
    let failed = Error::failed(format!("can't write the output file `{}`", path.display()));
    let folder = resolve(path).parent().map(Path::to_owned).unwrap_or_default();
    match access(&folder, Access::WRITE_OK | Access::EXEC_OK) {
        Err(refused) if error.kind() == ErrorKind::PermissionDenied => failed
            .because(format!("no file can be made in its folder, `{}`: {refused}", folder.display()))
            .help("let the user who runs this write in that folder; the file is unchanged"),
        _ => failed.because(error).help("the file is unchanged"),
    }
}

/// Replaces the file, unless it has this content already. `old` is that of the file, if there is one.
fn update(
    path: &Path,
    old: Option<&Metadata>,
    mut spooled: Spooled,
    mode: Option<u32>,
) -> io::Result<Written> {
    sweep_drafts(path);
    let size = spooled.len()?;
    if let Some(old) = old
        && same(path, old.len(), &mut spooled)?
    {
        tracing::debug!("`{}` is up to date", path.display());
        match mode {
            // Removing the list first, or setting the mode first, would open the file to some for a moment.
            Some(_) if has_access_list(path) => spooled.into_draft(path)?.commit(mode)?,
            Some(mode) if old.permissions().mode() & 0o7777 != mode => {
                fs::set_permissions(path, Permissions::from_mode(mode))?;
            }
            _ => {}
        }
        return Ok(Written { size, is_unchanged: true });
    }
    spooled.into_draft(path)?.commit(mode)?;
    tracing::debug!("`{}` has been replaced", path.display());
    Ok(Written { size, is_unchanged: false })
}

/// Whether a file of this length has just this content. A file that can't be read can still be replaced.
fn same(path: &Path, length: u64, spooled: &mut Spooled) -> io::Result<bool> {
    if length != spooled.len()? {
        return Ok(false);
    }
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(false),
        Err(error) => return Err(error),
    };
    let (mut old, mut new) = (BufReader::new(file), BufReader::new(spooled.reader()));
    let (mut old_chunk, mut new_chunk) = (Vec::new(), Vec::new());
    loop {
        old_chunk.clear();
        new_chunk.clear();
        (&mut old).take(CHUNK).read_to_end(&mut old_chunk)?;
        (&mut new).take(CHUNK).read_to_end(&mut new_chunk)?;
        if old_chunk != new_chunk {
            return Ok(false);
        }
        if new_chunk.is_empty() {
            return Ok(true);
        }
    }
}

/// Files are compared in chunks of this size.
const CHUNK: u64 = 64 * 1024;
