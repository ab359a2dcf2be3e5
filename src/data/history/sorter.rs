//! Sorting rows that need not fit into memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::mem;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::rc::Rc;

use super::record::{next_line, parse_row, write_row};
use super::row_id::RowId;

/// How many bytes of rows stay in memory.
const MAX_IN_MEMORY: usize = 4 * 1024 * 1024;

/// Collects rows in any order. Those that do not fit into memory are sorted in parts, which go to a temporary file
/// without a name.
#[derive(Debug, Default)]
pub struct RowSorter {
    rows: Vec<RowId>,
    /// The bytes that `rows` takes.
    size: usize,
    spool: Option<File>,
    /// Where each sorted part is in the spool.
    parts: Vec<Range<u64>>,
}

impl RowSorter {
    pub fn add(&mut self, row: RowId) -> io::Result<()> {
        self.size += mem::size_of::<RowId>() + row.key.capacity() + row.label.capacity();
        self.rows.push(row);
        if self.size > MAX_IN_MEMORY { self.spill() } else { Ok(()) }
    }

    /// Sorts the rows in memory into the spool.
    fn spill(&mut self) -> io::Result<()> {
        self.rows.sort_unstable();
        let spool = match self.spool.take() {
            Some(spool) => spool,
            None => tempfile::tempfile()?,
        };
        let mut writer = BufWriter::new(self.spool.insert(spool));
        for row in self.rows.drain(..) {
            write_row(&mut writer, &row)?;
        }
        writer.flush()?;
        let end = writer.get_mut().stream_position()?;
        let start = self.parts.last().map_or(0, |part| part.end);
        self.parts.push(start..end);
        self.size = 0;
        Ok(())
    }

    /// The rows in the order of their keys, each key once.
    pub fn sorted(mut self) -> impl Iterator<Item = io::Result<RowId>> {
        self.rows.sort_unstable();
        let spool = self.spool.map(Rc::new);
        let mut parts: Vec<Part> = vec![Box::new(self.rows.into_iter().map(Ok))];
        for range in self.parts {
            let file = spool.clone();
            parts.extend(file.map(|file| Box::new(SpooledPart::new(file, range)) as Part));
        }
        Merge::new(parts)
    }
}

/// Sorted rows.
type Part = Box<dyn Iterator<Item = io::Result<RowId>>>;

/// A part of the spool.
struct SpooledPart {
    file: BufReader<FileRange>,
    line: String,
}

impl SpooledPart {
    fn new(file: Rc<File>, range: Range<u64>) -> Self {
        Self { file: BufReader::new(FileRange { file, range }), line: String::new() }
    }
}

impl Iterator for SpooledPart {
    type Item = io::Result<RowId>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = next_line(&mut self.file, &mut self.line).transpose()?;
        let row = |line| parse_row(line).ok_or_else(|| io::Error::other("the temporary file has changed"));
        Some(line.and_then(row))
    }
}

/// Reads these bytes of a file.
struct FileRange {
    file: Rc<File>,
    range: Range<u64>,
}

impl Read for FileRange {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.range.end - self.range.start).unwrap_or(usize::MAX);
        let length = buffer.len().min(left);
        let read = self.file.read_at(&mut buffer[..length], self.range.start)?;
        self.range.start += read as u64;
        Ok(read)
    }
}

/// Merges sorted parts, and drops rows whose key was there.
struct Merge {
    parts: Vec<Part>,
    /// The next row of each part, with the number of the part. Empty until the first row is taken.
    next: BinaryHeap<Reverse<(RowId, usize)>>,
    has_begun: bool,
    last_key: Option<String>,
}

impl Merge {
    fn new(parts: Vec<Part>) -> Self {
        Self { parts, next: BinaryHeap::new(), has_begun: false, last_key: None }
    }

    fn advance(&mut self, part: usize) -> io::Result<()> {
        if let Some(row) = self.parts[part].next().transpose()? {
            self.next.push(Reverse((row, part)));
        }
        Ok(())
    }

    fn next_row(&mut self) -> io::Result<Option<RowId>> {
        if !mem::replace(&mut self.has_begun, true) {
            (0..self.parts.len()).try_for_each(|part| self.advance(part))?;
        }
        while let Some(Reverse((row, part))) = self.next.pop() {
            self.advance(part)?;
            if self.last_key.as_ref() != Some(&row.key) {
                self.last_key = Some(row.key.clone());
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

impl Iterator for Merge {
    type Item = io::Result<RowId>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn rows_come_back_sorted_and_once_however_many_there_are() {
        let mut random = fastrand::Rng::with_seed(11);
        for (count, parts) in [(0, 0), (1, 0), (1000, 0), (250_000, 3)] {
            let mut sorter = RowSorter::default();
            let mut expected = BTreeSet::new();
            for _ in 0..count {
                let key = random.u32(0..200_000).to_string();
                expected.insert(key.clone());
                sorter.add(RowId { label: format!("\n{key}"), key }).unwrap();
            }
            assert_eq!(sorter.parts.len(), parts, "{count}");
            let rows: Vec<RowId> = sorter.sorted().collect::<Result<_, _>>().unwrap();
            assert!(rows.iter().all(|row| row.label == format!("\n{}", row.key)));
            assert!(rows.into_iter().map(|row| row.key).eq(expected), "{count}");
        }
    }
}
