//! What a command prints: text for people, laid out for their terminal, or JSON for programs.

use std::io::{self, IsTerminal};

use serde::Serialize;
use textwrap::{Options, WordSeparator, WordSplitter};

use crate::diagnostic::clean;
use crate::{Error, Result, output};

/// Where the value of a field begins.
const VALUES: usize = 14;
/// Narrower terminals are treated as this wide.
const MIN_WIDTH: usize = 30;

/// Text for stdout, wrapped at a terminal. Elsewhere a line stays one line, for programs such as `grep`.
pub(super) struct Page {
    width: Option<usize>,
    text: String,
}

impl Page {
    pub(super) fn new() -> Self {
        let size = io::stdout().is_terminal().then(|| rustix::termios::tcgetwinsize(io::stdout()).ok());
        // A terminal that does not know its width says 0.
        let columns = size.flatten().map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
        Self { width: columns.map(|columns| columns.max(MIN_WIDTH)), text: String::new() }
    }

    /// A line, and those that it is wrapped to, below an indentation of this many columns.
    pub(super) fn line(&mut self, indent: usize, text: &str) {
        let blanks = " ".repeat(indent);
        self.wrap(&blanks, &blanks, text);
    }

    /// A value beside its name.
    pub(super) fn field(&mut self, name: &str, value: &str) {
        self.wrap(&format!("    {name:<9} "), &" ".repeat(VALUES), value);
    }

    fn wrap(&mut self, first: &str, rest: &str, text: &str) {
        let text = clean(text);
        match self.width {
            None => self.text.extend([first, &text, "\n"]),
            Some(width) => {
                let options = Options::new(width)
                    .initial_indent(first)
                    .subsequent_indent(rest)
                    .break_words(false)
                    .word_separator(WordSeparator::AsciiSpace)
                    .word_splitter(WordSplitter::NoHyphenation);
                self.text.push_str(&textwrap::fill(&text, options));
                self.text.push('\n');
            }
        }
    }

    pub(super) fn print(self) -> Result<()> {
        output::print(self.text)
    }
}

pub(super) fn print_json(value: &impl Serialize) -> Result<()> {
    let json = serde_json::to_string_pretty(value)
        .map_err(|error| Error::failed("can't write the JSON").because(error))?;
    output::print(json + "\n")
}
