//! How a file would change, as a unified diff that `patch -p0` and `git apply -p0` take.

use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

use similar::TextDiff;

use super::diff_name::{NOTHING, in_header, name};
use super::file_change::FileChange;
use super::spool::Spooled;
use crate::diagnostic::size;
use crate::fs::open_regular;

/// A larger file is not compared line by line.
const LARGEST: u64 = 16 * 1024 * 1024;

/// After this time the diff is no longer the shortest one.
const PATIENCE: Duration = Duration::from_secs(2);

/// The content of a file before or after.
enum Side {
    Missing,
    Content(Vec<u8>),
    /// Of so many bytes.
    TooLarge(u64),
    /// This user may not read it.
    Unreadable,
}

impl Side {
    /// Of a file that is there.
    fn of_file(path: &Path) -> io::Result<Self> {
        let file = match open_regular(path) {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(Self::Unreadable),
            file => file?,
        };
        let length = file.metadata()?.len();
        Self::read(file, length)
    }

    fn of_rendering(spooled: &mut Spooled) -> io::Result<Self> {
        spooled.rewind()?;
        let length = spooled.len()?;
        Self::read(spooled.reader(), length)
    }

    fn read(from: impl Read, length: u64) -> io::Result<Self> {
        if length > LARGEST {
            return Ok(Self::TooLarge(length));
        }
        let mut content = Vec::new();
        from.take(LARGEST).read_to_end(&mut content)?;
        Ok(Self::Content(content))
    }

    /// Nothing has no lines. `None` if it is no text.
    fn lines(&self) -> Option<Vec<&str>> {
        let text = match self {
            Self::Missing => "",
            Self::Content(content) => {
                std::str::from_utf8(content).ok().filter(|text| !text.contains('\0'))?
            }
            Self::TooLarge(_) | Self::Unreadable => return None,
        };
        // A carriage return alone ends no line for `patch`.
        Some(text.split_inclusive('\n').collect())
    }

    fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    fn in_words(&self) -> String {
        match self {
            Self::Missing => "nothing".to_owned(),
            Self::Content(content) => size::in_words(content.len() as u64),
            Self::TooLarge(length) => size::in_words(*length),
            Self::Unreadable => "unknown".to_owned(),
        }
    }
}

/// Writes how a file changes that gets this content; nothing if it does not change. `patch` and `git apply` pass over the
/// lines for what they can't do.
pub(super) fn write(
    path: &Path,
    is_there: bool,
    change: FileChange,
    spooled: &mut Spooled,
    out: &mut impl Write,
) -> io::Result<()> {
    if let Some((old, new)) = change.mode {
        writeln!(out, "mode of {}: {old:04o} -> {new:04o}", name(path))?;
    }
    if change.access_list {
        writeln!(out, "access control list of {}: removed", name(path))?;
    }
    if !change.content {
        return Ok(());
    }
    let before = if is_there { Side::of_file(path)? } else { Side::Missing };
    write_content(path, &before, &Side::of_rendering(spooled)?, out)
}

/// Writes the diff of a file that is removed.
pub(super) fn write_removal(path: &Path, out: &mut impl Write) -> io::Result<()> {
    write_content(path, &Side::of_file(path)?, &Side::Missing, out)
}

fn write_content(path: &Path, old: &Side, new: &Side, out: &mut impl Write) -> io::Result<()> {
    let header = |side: &Side| if side.is_missing() { NOTHING.to_owned() } else { in_header(name(path)) };
    match (old.lines(), new.lines()) {
        (Some(before), Some(after)) if before.is_empty() && after.is_empty() => {
            let what = if new.is_missing() { "removed" } else { "new" };
            writeln!(out, "empty file {}: {what}", name(path))
        }
        (Some(before), Some(after)) => {
            let mut diff = TextDiff::configure();
            let diff = diff.timeout(PATIENCE).newline_terminated(true).diff_slices(&before, &after);
            diff.unified_diff().header(&header(old), &header(new)).to_writer(out)
        }
        _ => {
            let (from, to, name) = (old.in_words(), new.in_words(), name(path));
            let why = match (old, new) {
                (Side::Unreadable, _) => "not readable",
                (Side::TooLarge(_), _) | (_, Side::TooLarge(_)) => "too large for a diff",
                _ => "not text",
            };
            writeln!(out, "content of {name}: {from} -> {to}; {why}")
        }
    }
}
