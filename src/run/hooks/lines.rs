//! What a hook prints, line by line in the log.

use crate::diagnostic::clean;

/// More lines are counted, not shown.
const LINES_MAX: u64 = 100;
/// The rest of a longer line is left out, in bytes.
const LINE_MAX: usize = 1000;

/// Takes what a hook prints, in chunks of any size.
#[derive(Debug)]
pub(super) struct Lines {
    hook: &'static str,
    /// The beginning of a line that goes on.
    line: Vec<u8>,
    /// Whether the line that goes on has anything in it.
    is_open: bool,
    count: u64,
    last: String,
}

impl Lines {
    pub(super) fn of(hook: &'static str) -> Self {
        Self { hook, line: Vec::new(), is_open: false, count: 0, last: String::new() }
    }

    pub(super) fn take(&mut self, chunk: &[u8]) {
        let mut rest = chunk;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            self.add(&rest[..end]);
            self.end_line();
            rest = &rest[end + 1..];
        }
        self.add(rest);
    }

    fn add(&mut self, part: &[u8]) {
        self.is_open |= !part.is_empty();
        let room = LINE_MAX - self.line.len();
        self.line.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn end_line(&mut self) {
        self.count += 1;
        let line = String::from_utf8_lossy(&self.line).trim_end().to_owned();
        if self.count <= LINES_MAX {
            log::info!("{}: {line}", self.hook);
        }
        if !line.is_empty() {
            self.last = line;
        }
        self.line.clear();
        self.is_open = false;
    }

    /// The last line that is not empty.
    pub(super) fn finish(mut self) -> Option<String> {
        if self.is_open {
            self.end_line();
        }
        if self.count > LINES_MAX {
            log::info!("{}: {} more lines are not shown", self.hook, self.count - LINES_MAX);
        }
        Some(clean(&self.last)).filter(|last| !last.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_from_any_chunks_and_none_is_long() {
        let mut lines = Lines::of("after");
        for chunk in ["a", "b\nc", "", "\n\n", "last"] {
            lines.take(chunk.as_bytes());
        }
        assert_eq!(lines.count, 3);
        assert_eq!(lines.finish().as_deref(), Some("last"));
        let mut lines = Lines::of("after");
        for _ in 0..1000 {
            lines.take(&[b'x'; 10_000]);
        }
        assert_eq!(lines.finish().map(|last| last.len()), Some(LINE_MAX));
        assert_eq!(Lines::of("after").finish(), None);
    }
}
