//! The beginning of an output, which a parser of YAML reads.
//!
//! The lexer follows values and knows quotes and brackets. It does not know how lines belong together: `a: b: c`, or an
//! item that is indented too little. A parser does, at 14 MB/s, so it reads only a beginning: what a template writes for
//! each group is all there.

use saphyr_parser::Parser;

use crate::landing::fault::{Checked, Fault};

/// 5 ms of parsing.
const LENGTH: usize = 64 * 1024;

#[derive(Debug, Default)]
pub(super) struct Beginning {
    text: String,
    /// Where the last line begins before which the text could end.
    end: usize,
    is_complete: bool,
}

impl Beginning {
    pub(super) fn push(&mut self, text: &str) {
        if self.is_complete {
            return;
        }
        if self.text.len() + text.len() > LENGTH {
            self.text.truncate(self.end);
            self.is_complete = true;
        } else {
            self.text.push_str(text);
        }
    }

    /// Whether the rest does not matter.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The text so far could be a whole document.
    pub(super) fn could_end(&mut self) {
        if !self.is_complete {
            self.end = self.text.len();
        }
    }

    pub(super) fn check(&self) -> Checked {
        match Parser::new_from_str(&self.text).find_map(Result::err) {
            None => Ok(()),
            Some(error) => {
                let (line, column) = (error.marker().line(), error.marker().col() + 1);
                Err(Fault::InvalidAt { why: error.info().to_owned(), line, column })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_output_is_read_up_to_a_line() {
        let line = "- \"x\"\n";
        let mut beginning = Beginning::default();
        for _ in 0..LENGTH {
            beginning.push(line);
            beginning.could_end();
        }
        assert!(beginning.text.len() <= LENGTH && beginning.text.len() + line.len() > LENGTH);
        assert_eq!(beginning.check(), Ok(()));
        let mut beginning = Beginning::default();
        beginning.push("a: ");
        beginning.push(&"x".repeat(LENGTH));
        assert_eq!((beginning.text.as_str(), beginning.check()), ("", Ok(())));
    }
}
