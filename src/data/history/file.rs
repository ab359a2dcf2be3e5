//! The rows that the last run delivered to one output.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, ErrorKind, Seek};
use std::path::{Path, PathBuf};

use super::record::{self, Header, RecordReader};
use super::row_id::RowId;
use super::sorter::RowSorter;
use crate::fs::{Draft, create_private_folder, folder_of, open_regular, sweep_drafts};
use crate::state::state_file;

/// The file with the rows of the last delivered run.
#[derive(Debug)]
pub struct History {
    output: String,
    path: PathBuf,
}

impl History {
    /// That of this output, which needs no file yet; the text is the same in every run, and another one for each output.
    /// `None` if there is no home directory.
    pub fn of(output: String) -> Option<Self> {
        let path = state_file("delivered", &output)?.with_extension("jsonl");
        Some(Self { output, path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The rows of the last delivered run, sorted by key; `None` if there was no such run. Fails if the file is not
    /// whole.
    pub fn last(&self) -> io::Result<Option<impl Iterator<Item = io::Result<RowId>>>> {
        match open_regular(&self.path) {
            Ok(file) => RecordReader::open(BufReader::new(file), &self.output).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the rows of this run beside the file; `name` is what their source calls them.
    pub fn draft(&self, rows: RowSorter, name: &str) -> io::Result<RecordDraft> {
        create_private_folder(folder_of(&self.path))?;
        sweep_drafts(&self.path);
        let mut draft = Draft::new(&self.path)?;
        record::write(&Header::new(&self.output, name), rows.sorted(), BufWriter::new(draft.file()))?;
        // A full disk shows now, not after the output is delivered.
        draft.file().sync_all()?;
        Ok(RecordDraft { draft, output: self.output.clone() })
    }
}

/// The rows of this run, which are not delivered yet. The file is removed when dropped.
#[derive(Debug)]
pub struct RecordDraft {
    draft: Draft,
    output: String,
}

impl RecordDraft {
    /// The rows, sorted by key.
    pub fn rows(&mut self) -> io::Result<impl Iterator<Item = io::Result<RowId>>> {
        let file: &mut File = self.draft.file();
        file.rewind()?;
        RecordReader::open(BufReader::new(file), &self.output)
    }

    /// The run has delivered them: the next one compares with them.
    pub fn commit(self) -> io::Result<()> {
        self.draft.commit(Some(0o600))
    }
}
