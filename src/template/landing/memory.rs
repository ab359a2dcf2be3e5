//! What the texts of a template do to a lexer: a loop writes the same ones again and again.

use super::fault::Checked;
use super::lexer::{Lexer, ValueKind};

/// A lexer that reads a text once for each state that it finds itself in, and remembers the state that follows.
#[derive(Debug)]
pub(super) struct Remembering<L> {
    lexer: L,
    seen: Vec<Option<Seen<L>>>,
}

/// A text, and the lexer before and after it.
#[derive(Debug)]
struct Seen<L> {
    text: String,
    before: L,
    after: L,
    /// How often the text was found in another state.
    misses: u8,
}

/// More than a loop has texts.
const SLOTS: usize = 64;
/// Longer texts are not repeated.
const LONGEST: usize = 512;
/// A text that is found in so many states is found in another one each time.
const TRIES: u8 = 8;

impl<L> Remembering<L> {
    pub(super) fn new(lexer: L) -> Self {
        Self { lexer, seen: Vec::new() }
    }

    pub(super) fn lexer(&self) -> &L {
        &self.lexer
    }
}

impl<L: Lexer + Clone + PartialEq> Lexer for Remembering<L> {
    fn text(&mut self, text: &str) -> Checked {
        if text.len() > LONGEST {
            return self.lexer.text(text);
        }
        if self.seen.is_empty() {
            self.seen.resize_with(SLOTS, || None);
        }
        // A text of a template stays where it is in memory.
        let slot = &mut self.seen[(text.as_ptr().addr() >> 3 ^ text.len()) % SLOTS];
        let misses = match slot {
            Some(seen) if seen.text != text => 0,
            Some(seen) if seen.before == self.lexer => {
                self.lexer.clone_from(&seen.after);
                return Ok(());
            }
            Some(seen) if seen.misses == TRIES => return self.lexer.text(text),
            Some(seen) => seen.misses + 1,
            None => 0,
        };
        let before = self.lexer.clone();
        self.lexer.text(text)?;
        *slot = Some(Seen { text: text.to_owned(), before, after: self.lexer.clone(), misses });
        Ok(())
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        self.lexer.value(value, kind)
    }

    fn author(&mut self, value: &str) -> Option<Checked> {
        self.lexer.author(value)
    }

    fn empty_value(&mut self) {
        self.lexer.empty_value();
    }

    fn owed(&self, next: Option<char>) -> &'static str {
        self.lexer.owed(next)
    }

    fn written(&mut self) -> Option<String> {
        self.lexer.written()
    }

    fn end(&mut self) -> Checked {
        self.lexer.end()
    }
}
