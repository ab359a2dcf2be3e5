//! The data of one delivered run in a file.
//!
//! It is one or two frames of zstd, so that any program that reads zstd shows it: a line of JSON with the run and its lists,
//! and a line for each row, as it was fetched. The lists say how many rows follow, so a part is never taken for the whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::body::decompressed;
use super::file_hash::FileHash;
use super::file_range::FileRange;
use super::header::{Counted, Header, RunHead, VERSION};
use super::recorder::Recorded;
use crate::fs::open_regular;

/// The longest line, in bytes: the document of a group has at most half of it.
const LINE_MAX: u64 = 512 * 1024 * 1024;

/// The data of one run.
#[derive(Debug, Clone)]
pub struct Record {
    pub header: Header,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    File(PathBuf),
    /// A file that may be removed meanwhile.
    Open(PathBuf, Arc<File>),
    /// It is not stored.
    Memory(Recorded),
}

impl Record {
    /// What was recorded, which is in no file.
    pub fn fresh(head: RunHead, recorded: Recorded, subject: &str) -> Self {
        Self { header: header(head, &recorded, subject, Vec::new()), place: Place::Memory(recorded) }
    }

    /// Reads the first line of a file.
    pub fn open(path: &Path) -> io::Result<Self> {
        let (header, _) = open(open_regular(path)?)?;
        Ok(Self { header, place: Place::File(path.to_owned()) })
    }

    /// Fails unless it is of this subject.
    pub(super) fn of(self, subject: &str) -> io::Result<Self> {
        if self.header.subject == subject { Ok(self) } else { Err(wrong("it belongs to another output")) }
    }

    /// The same, which can be read even if the file is removed.
    pub fn kept_open(self) -> Result<Self, Unusable> {
        let place = match self.place {
            Place::File(path) => match open_regular(&path) {
                Ok(file) => Place::Open(path, Arc::new(file)),
                Err(why) => return Err(Unusable { path, why }),
            },
            other => other,
        };
        Ok(Self { place, ..self })
    }

    /// The file; `None` if it is not stored.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) | Place::Open(path, _) => Some(path),
            Place::Memory(_) => None,
        }
    }

    /// Whether its files are as the run delivered them; `None` if that cannot be told.
    pub(super) fn is_there(&self) -> Option<bool> {
        let files = &self.header.files;
        let are_there: Option<Vec<bool>> = files.iter().map(FileHash::is_there).collect();
        are_there.filter(|files| !files.is_empty()).map(|files| files.into_iter().all(|is_there| is_there))
    }

    /// Whether the run delivered this file, which has another content now. `path` is absolute, without symbolic links.
    pub fn is_outdated(&self, path: &Path) -> bool {
        let file = self.header.files.iter().find(|file| Path::new(&file.path) == path);
        path.exists() && file.and_then(FileHash::is_there) == Some(false)
    }

    /// The rows, list by list.
    pub(super) fn rows(&self) -> io::Result<RowLines> {
        let (header, lines) = match &self.place {
            Place::File(path) => open(open_regular(path)?)?,
            Place::Open(_, file) => {
                let length = file.metadata()?.len();
                open(FileRange::new(Arc::clone(file), 0..length))?
            }
            Place::Memory(recorded) => (self.header.clone(), Lines::new(recorded.body.reader()?)),
        };
        Ok(RowLines { lists: header.lists, at: 0, taken: 0, lines })
    }
}

/// A record that can't be read.
#[derive(Debug)]
pub struct Unusable {
    pub path: PathBuf,
    pub why: io::Error,
}

/// Writes a whole record.
pub(super) fn write(header: &Header, recorded: &Recorded, out: &mut impl Write) -> io::Result<()> {
    let mut line = serde_json::to_vec(header)?;
    line.push(b'\n');
    recorded.body.write_after(line, out)
}

pub(super) fn header(head: RunHead, recorded: &Recorded, subject: &str, files: Vec<FileHash>) -> Header {
    let lists = recorded.lists.iter().map(|(head, rows)| Counted { rows: *rows, head: head.clone() });
    Header { version: VERSION, subject: subject.to_owned(), head, files, lists: lists.collect() }
}

fn open(file: impl Read + Send + 'static) -> io::Result<(Header, Lines)> {
    let mut lines = Lines::new(decompressed(file)?);
    let line = lines.next()?.ok_or_else(|| wrong("it ends too early"))?;
    let version = serde_json::from_str::<Version>(line).map_err(|_| wrong("it has no header"))?;
    if version.version != VERSION {
        return Err(wrong("it was written by another version of this program"));
    }
    let header = serde_json::from_str(line).map_err(|_| wrong("it has no header"))?;
    Ok((header, lines))
}

/// What each version of the first line has.
#[derive(serde::Deserialize)]
struct Version {
    version: u32,
}

/// The rows of a record, in the order of its lists.
pub(super) struct RowLines {
    lists: Vec<Counted>,
    /// The list, and how many of its rows have been read.
    at: usize,
    taken: u64,
    lines: Lines,
}

impl RowLines {
    /// The number of the list, and the next row of it. Fails if the record is not whole.
    pub(super) fn next(&mut self) -> io::Result<Option<(usize, &str)>> {
        while self.lists.get(self.at).is_some_and(|list| self.taken == list.rows) {
            self.at += 1;
            self.taken = 0;
        }
        let line = self.lines.next()?;
        match (self.lists.get(self.at), line) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(wrong("it has more rows than it says")),
            (Some(_), None) => Err(wrong("it ends too early")),
            (Some(_), Some(line)) => {
                self.taken += 1;
                Ok(Some((self.at, line)))
            }
        }
    }
}

/// Lines of JSON.
struct Lines {
    file: BufReader<Box<dyn Read + Send>>,
    line: String,
}

impl Lines {
    fn new(json: Box<dyn Read + Send>) -> Self {
        Self { file: BufReader::new(json), line: String::new() }
    }

    /// The next line, without its end; `None` at the end of the file.
    fn next(&mut self) -> io::Result<Option<&str>> {
        self.line.clear();
        let read = (&mut self.file).take(LINE_MAX).read_line(&mut self.line);
        read.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => wrong("it ends too early"),
            _ => wrong("it is damaged"),
        })?;
        if self.line.is_empty() {
            return Ok(None);
        }
        self.line.strip_suffix('\n').map(Some).ok_or_else(|| wrong("a line of it has no end"))
    }
}

pub(super) fn wrong(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}
