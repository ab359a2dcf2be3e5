//! An output file: replaced whole, and only when it changes.

use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, BufReader, IsTerminal, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::destination::is_folder;
use super::spool::Spooled;
use super::stdout;
use crate::fs::{Draft, replace_file, sweep_drafts};
use crate::{Error, Result};

pub(super) fn write(mut spooled: Spooled, path: &Path, mode: Option<u32>) -> Result<()> {
    let cannot_write = |error| {
        Error::failed(format!("can't write the output file `{}`", path.display()))
            .because(error)
            .help("the file is unchanged")
    };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(is_folder(path)),
        // A device or a named pipe must not be replaced.
        Ok(metadata) if !metadata.is_file() => OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| {
                if file.is_terminal() {
                    stdout::show(spooled.reader(), &mut file)
                } else {
                    io::copy(&mut spooled.reader(), &mut file).map(drop)
                }
            })
            .map_err(|error| Error::failed(format!("can't write to `{}`", path.display())).because(error)),
        metadata => update(path, metadata.ok().as_ref(), spooled, mode).map_err(cannot_write),
    }
}

/// Replaces the file, unless it has this content already. `old` is that of the file, if there is one.
fn update(path: &Path, old: Option<&Metadata>, mut spooled: Spooled, mode: Option<u32>) -> io::Result<()> {
    sweep_drafts(path);
    if let Some(old) = old
        && same(path, old.len(), &mut spooled)?
    {
        tracing::debug!("`{}` is up to date", path.display());
        return match mode {
            Some(mode) if old.permissions().mode() & 0o7777 != mode => {
                fs::set_permissions(path, Permissions::from_mode(mode))
            }
            _ => Ok(()),
        };
    }
    put(path, spooled, mode)?;
    tracing::debug!("`{}` has been replaced", path.display());
    Ok(())
}

fn put(path: &Path, spooled: Spooled, mode: Option<u32>) -> io::Result<()> {
    match spooled {
        Spooled::Memory(bytes) => replace_file(path, &bytes, mode),
        Spooled::Draft(draft) => draft.commit(mode),
        // A device or a named pipe was there when the rendering outgrew memory, and is gone now.
        Spooled::Unnamed(mut file) => {
            let mut draft = Draft::new(path)?;
            io::copy(&mut file, draft.file())?;
            draft.commit(mode)
        }
    }
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
