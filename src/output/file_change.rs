//! How a rendering would change its file. Runs and dry runs decide it here.

use std::fs::Metadata;
use std::io::{self, BufReader, ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::spool::Spooled;
use crate::fs::{has_access_list, open_regular};

/// Files are compared in chunks of this size.
const CHUNK: u64 = 64 * 1024;

/// What is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileChange {
    /// Whether the content is another one, or there is no file.
    pub(super) content: bool,
    /// The mode that the file has, and the one that it gets.
    pub(super) mode: Option<(u32, u32)>,
    /// Whether an access control list goes, which says more than the mode.
    pub(super) access_list: bool,
}

impl FileChange {
    /// `old` is the metadata of the file, if there is one, and `mode` the one that it has to have.
    pub(super) fn of(
        path: &Path,
        old: Option<&Metadata>,
        spooled: &mut Spooled,
        mode: Option<u32>,
    ) -> io::Result<Self> {
        let Some(old) = old else { return Ok(Self { content: true, mode: None, access_list: false }) };
        let content = !has_content(path, old.len(), spooled)?;
        let old = old.permissions().mode() & 0o7777;
        let access_list = mode.is_some() && has_access_list(path);
        Ok(Self { content, mode: mode.map(|new| (old, new)).filter(|(old, new)| old != new), access_list })
    }

    pub(super) fn is_none(self) -> bool {
        !self.content && self.mode.is_none() && !self.access_list
    }

    /// Whether another file takes its place. Removing the list first, or setting the mode first, would open the file to some
    /// for a moment.
    pub(super) fn replaces(self) -> bool {
        self.content || self.access_list
    }
}

/// Whether a file of this length has just this content. A file that can't be read can still be replaced.
fn has_content(path: &Path, length: u64, spooled: &mut Spooled) -> io::Result<bool> {
    if length != spooled.len()? {
        return Ok(false);
    }
    let file = match open_regular(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(false),
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
