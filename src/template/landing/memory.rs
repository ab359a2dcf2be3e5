//! What the texts of a template do to a lexer: a loop writes the same ones again and again.

use super::fault::Checked;
use super::lexer::{Lexer, ValueKind};

/// A lexer that reads a text once for each state that it finds itself in, and remembers the state that follows.
#[derive(Debug)]
pub(super) struct Remembering<L> {
    lexer: L,
    slots: Vec<Slot<L>>,
}

/// Where a text is kept, with others that are there by chance, and with the states before it: what stands before it can
/// depend on an `{{#if}}`.
#[derive(Debug)]
struct Slot<L> {
    seen: Vec<Seen<L>>,
    misses: usize,
}

/// A text, and the lexer before and after it.
#[derive(Debug)]
struct Seen<L> {
    text: String,
    before: L,
    after: L,
}

/// More than a loop has texts.
const SLOTS: usize = 128;
/// As many texts in different states share a slot.
const SHARED: usize = 4;
/// Longer texts are not repeated.
const LONGEST: usize = 512;
/// What is not found so often is found in another state each time.
const TRIES: usize = 16;

impl<L> Remembering<L> {
    pub(super) fn new(lexer: L) -> Self {
        Self { lexer, slots: Vec::new() }
    }

    pub(super) fn lexer(&self) -> &L {
        &self.lexer
    }

    /// For what is not to be remembered.
    pub(super) fn lexer_mut(&mut self) -> &mut L {
        &mut self.lexer
    }
}

impl<L: Lexer + Clone + PartialEq> Lexer for Remembering<L> {
    fn text(&mut self, text: &str) -> Checked {
        if text.len() > LONGEST {
            return self.lexer.text(text);
        }
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS, || Slot { seen: Vec::new(), misses: 0 });
        }
        // A text of a template stays where it is in memory.
        let slot = &mut self.slots[((text.as_ptr().addr() >> 3) ^ text.len()) % SLOTS];
        let known = slot.seen.iter().find(|seen| seen.text == text && seen.before == self.lexer);
        if let Some(seen) = known {
            self.lexer.clone_from(&seen.after);
            return Ok(());
        }
        if slot.misses == TRIES {
            return self.lexer.text(text);
        }
        let before = self.lexer.clone();
        self.lexer.text(text)?;
        let seen = Seen { text: text.to_owned(), before, after: self.lexer.clone() };
        match slot.seen.get_mut(slot.misses % SHARED) {
            Some(place) => *place = seen,
            None => slot.seen.push(seen),
        }
        slot.misses += 1;
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
