//! Sorting rows that need not fit into memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, Write};
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use super::entry::Entry;
use super::file_range::FileRange;

/// How many bytes of rows stay in memory.
const MAX_IN_MEMORY: usize = 4 * 1024 * 1024;

/// Collects rows in any order. Those that do not fit into memory are sorted in parts, which go to a temporary file
/// without a name.
#[derive(Debug, Default)]
pub struct Sorter {
    entries: Vec<Entry>,
    /// The bytes that `entries` takes.
    size: usize,
    spool: Option<File>,
    /// Where each sorted part is in the spool.
    parts: Vec<Range<u64>>,
}

impl Sorter {
    pub fn add(&mut self, entry: Entry) -> io::Result<()> {
        self.size += mem::size_of::<Entry>() + entry.key.capacity() + entry.text.capacity();
        self.entries.push(entry);
        if self.size > MAX_IN_MEMORY { self.spill() } else { Ok(()) }
    }

    /// Sorts the rows in memory into the spool.
    fn spill(&mut self) -> io::Result<()> {
        self.entries.sort_unstable();
        let spool = match self.spool.take() {
            Some(spool) => spool,
            None => tempfile::tempfile()?,
        };
        let mut writer = BufWriter::new(self.spool.insert(spool));
        for entry in self.entries.drain(..) {
            write_text(&mut writer, &entry.key)?;
            write_text(&mut writer, &entry.text)?;
        }
        writer.flush()?;
        let end = writer.get_mut().stream_position()?;
        let start = self.parts.last().map_or(0, |part| part.end);
        self.parts.push(start..end);
        self.size = 0;
        Ok(())
    }

    /// The rows in the order of their keys, and rows that are the same once.
    pub fn sorted(mut self) -> Sorted {
        self.entries.sort_unstable();
        let spool = self.spool.map(Arc::new);
        let mut parts: Vec<Part> = vec![Box::new(self.entries.into_iter().map(Ok))];
        for range in self.parts {
            let file = spool.clone();
            let spooled = |file| SpooledPart(BufReader::new(FileRange::new(file, range)));
            parts.extend(file.map(|file| Box::new(spooled(file)) as Part));
        }
        Sorted { parts, next: BinaryHeap::new(), has_begun: false }
    }
}

/// Texts are not read by another version of this program: they have their length before them.
fn write_text(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(&(text.len() as u64).to_ne_bytes())?;
    out.write_all(text.as_bytes())
}

fn read_text(file: &mut impl Read) -> io::Result<Option<String>> {
    let mut length = [0; mem::size_of::<u64>()];
    match file.read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u64::from_ne_bytes(length);
    let mut text = String::new();
    let read = file.take(length).read_to_string(&mut text)?;
    if read as u64 == length { Ok(Some(text)) } else { Err(has_changed()) }
}

fn has_changed() -> io::Error {
    io::Error::other("the temporary file has changed")
}

/// Sorted rows.
type Part = Box<dyn Iterator<Item = io::Result<Entry>> + Send>;

/// A part of the spool.
struct SpooledPart(BufReader<FileRange>);

impl Iterator for SpooledPart {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        let key = read_text(&mut self.0).transpose()?;
        let entry = key.and_then(|key| {
            let text = read_text(&mut self.0)?.ok_or_else(has_changed)?;
            Ok(Entry { key, text })
        });
        Some(entry)
    }
}

/// Merges sorted parts, and drops a row that is there twice.
pub struct Sorted {
    parts: Vec<Part>,
    /// The next row of each part, with the number of the part. Empty until the first row is taken.
    next: BinaryHeap<Reverse<(Entry, usize)>>,
    has_begun: bool,
}

impl Sorted {
    fn advance(&mut self, part: usize) -> io::Result<()> {
        if let Some(entry) = self.parts[part].next().transpose()? {
            self.next.push(Reverse((entry, part)));
        }
        Ok(())
    }

    fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        if !mem::replace(&mut self.has_begun, true) {
            (0..self.parts.len()).try_for_each(|part| self.advance(part))?;
        }
        let Some(Reverse((entry, part))) = self.next.pop() else { return Ok(None) };
        self.advance(part)?;
        while let Some(Reverse((other, part))) = self.next.peek()
            && *other == entry
        {
            let part = *part;
            self.next.pop();
            self.advance(part)?;
        }
        Ok(Some(entry))
    }
}

impl Iterator for Sorted {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_entry().transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn rows_come_back_sorted_and_once_however_many_there_are() {
        let mut random = fastrand::Rng::with_seed(11);
        for (count, parts) in [(0, 0), (1, 0), (1000, 0), (250_000, 4)] {
            let mut sorter = Sorter::default();
            let mut expected = BTreeSet::new();
            for _ in 0..count {
                let key = random.u32(0..200_000).to_string();
                expected.insert(key.clone());
                sorter.add(Entry { text: format!("\n\0é{key}"), key }).unwrap();
            }
            assert_eq!(sorter.parts.len(), parts, "{count}");
            let rows: Vec<Entry> = sorter.sorted().collect::<Result<_, _>>().unwrap();
            assert!(rows.iter().all(|row| row.text == format!("\n\0é{}", row.key)));
            assert!(rows.into_iter().map(|row| row.key).eq(expected), "{count}");
        }
    }
}
