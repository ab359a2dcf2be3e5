//! A file that is replaced whole, and only when it changes.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::atomic_file;
use crate::{Error, Result};

pub(super) fn write(content: &[u8], path: &Path, mode: u32) -> Result<()> {
    let cannot_write = |error| {
        Error::failed(format!("can't write the output file `{}`", path.display()))
            .because(error)
            .help("the file is as it was before")
    };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            Err(Error::usage(format!("the output `{}` is a folder", path.display()))
                .help("name a file in it"))
        }
        // A device or a named pipe can't be replaced, and must not be.
        Ok(metadata) if !metadata.is_file() => OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(content))
            .map_err(|error| Error::failed(format!("can't write to `{}`", path.display())).because(error)),
        Ok(metadata) if holds(path, metadata.len(), content).map_err(cannot_write)? => {
            tracing::debug!("`{}` is up to date", path.display());
            if metadata.permissions().mode() & 0o7777 == mode {
                return Ok(());
            }
            fs::set_permissions(path, Permissions::from_mode(mode)).map_err(cannot_write)
        }
        _ => {
            atomic_file::replace(path, content, mode).map_err(cannot_write)?;
            tracing::debug!("`{}` has been replaced", path.display());
            Ok(())
        }
    }
}

/// Whether a file of this length holds just this content. A file that can't be read can still be replaced.
fn holds(path: &Path, length: u64, content: &[u8]) -> io::Result<bool> {
    if usize::try_from(length) != Ok(content.len()) {
        return Ok(false);
    }
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(false),
        Err(error) => return Err(error),
    };
    let mut chunk = [0; 16 * 1024];
    let mut rest = content;
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(rest.is_empty()),
            read => match rest.strip_prefix(&chunk[..read]) {
                Some(after) => rest = after,
                None => return Ok(false),
            },
        }
    }
}
