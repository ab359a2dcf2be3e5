//! The standard output.

use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::diagnostic::clean;
use crate::{Error, Result};

pub(super) fn write(rendering: &str) -> Result<()> {
    let stdout = io::stdout();
    // In a pipe or a file the bytes are data; at a terminal some of them are commands.
    let shown = if stdout.is_terminal() { Cow::Owned(harmless(rendering)) } else { Cow::Borrowed(rendering) };
    let mut stdout = stdout.lock();
    match stdout.write_all(shown.as_bytes()).and_then(|()| stdout.flush()) {
        // `runner … | head -1` has what it wants.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| Error::failed("can't write to the standard output").because(error)),
    }
}

/// The text without what steers a terminal or reorders what is read: group names are other people's words.
fn harmless(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let end = line.len() - line.trim_end_matches(['\r', '\n']).len();
        let (words, end) = line.split_at(line.len() - end);
        clean(words) + end
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
