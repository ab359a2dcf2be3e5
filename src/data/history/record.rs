//! The rows of one run in a file: a line of JSON for each, sorted by key, between a header and the number of rows.

use std::io::{self, BufRead, ErrorKind, Read, Write};

use serde::{Deserialize, Serialize};

use super::row_id::RowId;

/// Increased when an older version could misread the file.
const VERSION: u32 = 1;
/// The longest line, in bytes. A longer one is not one of ours.
const LINE_MAX: u64 = 64 * 1024;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) version: u32,
    /// Which output the rows are of.
    pub(super) output: String,
    /// What the rows are, such as `groups`.
    pub(super) rows: String,
    /// When they were delivered.
    pub(super) at: String,
}

/// The last line. A file without it is not whole.
#[derive(Serialize, Deserialize)]
struct End {
    number_of_rows: u64,
}

impl Header {
    pub(super) fn new(output: &str, rows: &str) -> Self {
        let at = jiff::Timestamp::now().to_string();
        Self { version: VERSION, output: output.to_owned(), rows: rows.to_owned(), at }
    }
}

/// Writes a whole record.
pub(super) fn write(
    header: &Header,
    rows: impl Iterator<Item = io::Result<RowId>>,
    mut out: impl Write,
) -> io::Result<()> {
    write_line(&mut out, header)?;
    let mut number_of_rows = 0;
    for row in rows {
        write_row(&mut out, &row?)?;
        number_of_rows += 1;
    }
    write_line(&mut out, &End { number_of_rows })?;
    out.flush()
}

pub(super) fn write_row(out: &mut impl Write, row: &RowId) -> io::Result<()> {
    write_line(out, &[&row.key, &row.label])
}

/// The row of a line; `None` if it is something else.
pub(super) fn parse_row(line: &str) -> Option<RowId> {
    let [key, label] = serde_json::from_str(line).ok()?;
    Some(RowId { key, label })
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// The next line, without its end; `None` at the end of the file.
pub(super) fn next_line<'l>(file: &mut impl BufRead, line: &'l mut String) -> io::Result<Option<&'l str>> {
    line.clear();
    file.take(LINE_MAX).read_line(line)?;
    Ok(line.strip_suffix('\n').or((!line.is_empty()).then_some(line)))
}

/// Reads the rows of a record, in the order of their keys. Anything wrong with the file is an error.
#[derive(Debug)]
pub(super) struct RecordReader<R> {
    file: R,
    line: String,
    last_key: Option<String>,
    read: u64,
    is_at_end: bool,
}

impl<R: BufRead> RecordReader<R> {
    /// Fails unless it is a record of this output.
    pub(super) fn open(mut file: R, output: &str) -> io::Result<Self> {
        let mut line = String::new();
        let header =
            next_line(&mut file, &mut line)?.and_then(|line| serde_json::from_str::<Header>(line).ok());
        match header {
            None => Err(wrong("it has no header")),
            Some(header) if header.version != VERSION => {
                Err(wrong("it was written by another version of this program"))
            }
            Some(header) if header.output != output => Err(wrong("it belongs to another output")),
            Some(_) => Ok(Self { file, line, last_key: None, read: 0, is_at_end: false }),
        }
    }

    fn next_row(&mut self) -> io::Result<Option<RowId>> {
        let line = next_line(&mut self.file, &mut self.line)?.ok_or_else(|| wrong("it ends too early"))?;
        if let Some(row) = parse_row(line) {
            if self.last_key.as_ref().is_some_and(|last| *last >= row.key) {
                return Err(wrong("its rows are not sorted"));
            }
            self.last_key = Some(row.key.clone());
            self.read += 1;
            return Ok(Some(row));
        }
        match serde_json::from_str(line) {
            Ok(End { number_of_rows }) if number_of_rows == self.read => Ok(None),
            Ok(End { .. }) => Err(wrong("rows are missing in it")),
            Err(_) => Err(wrong(&format!("line {} of it is not a row", self.read + 2))),
        }
    }
}

impl<R: BufRead> Iterator for RecordReader<R> {
    type Item = io::Result<RowId>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_at_end {
            return None;
        }
        let row = self.next_row().transpose();
        self.is_at_end = !matches!(row, Some(Ok(_)));
        row
    }
}

fn wrong(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str) -> RowId {
        RowId { key: key.to_owned(), label: format!("name of\n{key}") }
    }

    fn record(keys: &[&str]) -> String {
        let mut bytes = Vec::new();
        write(&Header::new("/x", "groups"), keys.iter().map(|key| Ok(row(key))), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn read(record: &str) -> Result<Vec<RowId>, String> {
        let reader = RecordReader::open(record.as_bytes(), "/x");
        reader.and_then(Iterator::collect).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read() {
        for keys in [&[][..], &["a"], &["a", "b", "é\"\\"]] {
            assert_eq!(read(&record(keys)).unwrap(), keys.iter().map(|key| row(key)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_part_of_a_record_is_taken_for_the_whole() {
        let whole = record(&["a", "b"]);
        for length in 0..whole.len() - 1 {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
        for (right, wrong, why) in [
            ("/x", "/y", "another output"),
            ("\"version\":1", "\"version\":2", "another version"),
            ("[\"b\"", "[\"a\"", "not sorted"),
            ("[\"b\"", "[\"b\",\"c\"", "line 3 of it"),
            (":2}", ":3}", "rows are missing"),
        ] {
            let error = read(&whole.replace(right, wrong)).unwrap_err();
            assert!(error.contains(why), "{wrong}: {error}");
        }
        assert!(read(&"x".repeat(200_000)).is_err());
    }
}
