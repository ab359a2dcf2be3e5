//! How a file would change, as a unified diff.

use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use similar::TextDiff;

use super::spool::Spooled;
use crate::diagnostic::{clean, size};
use crate::fs::open_regular;

/// A larger file is not compared line by line.
const LARGEST: u64 = 16 * 1024 * 1024;

/// After this time the diff is no longer the shortest one.
const PATIENCE: Duration = Duration::from_secs(2);

/// The content of a file before or after.
pub(super) enum Side {
    Missing,
    Content(Vec<u8>),
    /// Of so many bytes.
    TooLarge(u64),
}

impl Side {
    /// Of a file that is there.
    pub(super) fn of_file(path: &Path) -> io::Result<Self> {
        let file = open_regular(path)?;
        let length = file.metadata()?.len();
        Self::read(file, length)
    }

    pub(super) fn of_rendering(spooled: &mut Spooled) -> io::Result<Self> {
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
    fn text(&self) -> Option<&str> {
        match self {
            Self::Missing => Some(""),
            Self::Content(content) => std::str::from_utf8(content).ok().filter(|text| !text.contains('\0')),
            Self::TooLarge(_) => None,
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::Missing => "nothing".to_owned(),
            Self::Content(content) => size::in_words(content.len() as u64),
            Self::TooLarge(length) => size::in_words(*length),
        }
    }
}

/// Writes how the mode of a file would change. `patch` passes over the line.
pub(super) fn write_mode(path: &Path, old: u32, new: u32, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "mode of {}: {old:04o} -> {new:04o}", clean(&path.to_string_lossy()))
}

/// Writes the diff of a file, which is one that `patch` takes.
pub(super) fn write(path: &Path, old: &Side, new: &Side, out: &mut impl Write) -> io::Result<()> {
    let name = |side: &Side| match side {
        Side::Missing => "/dev/null".to_owned(),
        _ => clean(&path.to_string_lossy()),
    };
    let (before, after) = (name(old), name(new));
    if let (Some(old), Some(new)) = (old.text(), new.text()) {
        let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
        return diff.unified_diff().header(&before, &after).to_writer(out);
    }
    let (from, to) = (old.in_words(), new.in_words());
    let why = if matches!((old, new), (Side::TooLarge(_), _) | (_, Side::TooLarge(_))) {
        "too large for a diff"
    } else {
        "not text"
    };
    writeln!(out, "Files {before} and {after} differ: {from}, {to}; {why}")
}
