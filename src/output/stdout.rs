//! Stdout.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, IsTerminal, Read, Write};
use std::os::fd::AsFd;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use rustix::fs::{FileType, Stat, fstat};

use super::closed_stdout::was_closed;
use super::delivered::Delivered;
use super::spool::Spooled;
use crate::diagnostic::clean;
use crate::terminal::{BlockingWriter, progress};
use crate::{Error, Result};

pub(super) fn write(mut spooled: Spooled) -> Result<Delivered> {
    // What reads it may write to the terminal of stderr, too.
    if may_block() {
        progress::end();
    }
    try_write(|| write_to_stdout(&mut spooled))
}

/// Whether writing waits until a reader takes the output, as with a pipe.
pub(super) fn may_block() -> bool {
    let is_file = |stdout: Stat| FileType::from_raw_mode(stdout.st_mode).is_file();
    !fstat(io::stdout()).is_ok_and(is_file)
}

pub(super) fn write_styled(text: &str) -> Result<()> {
    let text = match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => strip_str(text).to_string(),
        _ => text.to_owned(),
    };
    try_write(|| BlockingWriter(unbuffered()?).write_all(text.as_bytes())).map(drop)
}

fn try_write(write: impl FnOnce() -> io::Result<()>) -> Result<Delivered> {
    if was_closed() {
        return Err(Error::failed("can't write to the standard output")
            .because("it is closed")
            .help("redirect it, or name a file with -o"));
    }
    match write() {
        // A reader such as `head -1` has all it wants.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Delivered::Cut),
        result => result
            .map(|()| Delivered::Whole)
            .map_err(|error| Error::failed("can't write to the standard output").because(error)),
    }
}

fn write_to_stdout(spooled: &mut Spooled) -> io::Result<()> {
    let mut unbuffered = unbuffered()?;
    // In a pipe or a file the bytes are data. A terminal would obey the escape sequences among them.
    if io::stdout().is_terminal() {
        show(spooled.reader(), &mut BufWriter::new(BlockingWriter(unbuffered)))
    } else if may_block() {
        spooled.copy_to(&mut BlockingWriter(unbuffered))
    } else {
        // From file to file, which the kernel does by itself.
        spooled.copy_to(&mut unbuffered)
    }
}

/// Stdout, not through the buffer of the standard library, which does not wait.
fn unbuffered() -> io::Result<File> {
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

/// Writes what is safe at a terminal, line by line, so that a large rendering is never whole in memory.
pub(super) fn show(whole: impl Read, out: &mut impl Write) -> io::Result<()> {
    let mut whole = BufReader::new(whole);
    let mut line = Vec::new();
    while whole.read_until(b'\n', &mut line)? > 0 {
        out.write_all(harmless(&String::from_utf8_lossy(&line)).as_bytes())?;
        line.clear();
    }
    out.flush()
}

/// The text without escape sequences and direction marks: other people choose the names of groups.
fn harmless(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let end = line.len() - line.trim_end_matches(['\r', '\n']).len();
        let (text, end) = line.split_at(line.len() - end);
        clean(text) + end
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn only_line_ends_and_tabs_control_anything() {
        assert_eq!(harmless("a\tb\r\nc\n"), "a\tb\r\nc\n");
        let shown = harmless("\u{1b}]0;x\u{7}\rgone\u{202e}\n\n");
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']), "{shown:?}");
        assert!(shown.ends_with("\n\n"));
    }
}
