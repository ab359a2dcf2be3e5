//! Going back to a state that a lexer was in before.

use super::fault::Checked;
use super::lexer::{ClassOf, Lexer, ValueKind};

/// A lexer that can go back.
#[derive(Debug)]
pub(super) struct Keeping<L> {
    lexer: L,
    states: Vec<L>,
}

/// More than a loop has.
const STATES: usize = 512;

impl<L> Keeping<L> {
    pub(super) fn new(lexer: L) -> Self {
        Self { lexer, states: Vec::new() }
    }

    pub(super) fn lexer(&self) -> &L {
        &self.lexer
    }
}

impl<L: Lexer + Clone + PartialEq> Lexer for Keeping<L> {
    fn text(&mut self, text: &str) -> Checked {
        self.lexer.text(text)
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        self.lexer.value(value, kind)
    }

    fn classes(&self, kind: ValueKind) -> ClassOf {
        self.lexer.classes(kind)
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

    fn keep(&mut self) -> Option<usize> {
        let known = self.states.iter().position(|state| *state == self.lexer);
        known.or_else(|| {
            let is_new = self.states.len() < STATES;
            is_new.then(|| {
                self.states.push(self.lexer.clone());
                self.states.len() - 1
            })
        })
    }

    fn is_in(&self, state: usize) -> bool {
        self.states.get(state).is_some_and(|state| *state == self.lexer)
    }

    fn go_to(&mut self, state: usize) {
        if let Some(state) = self.states.get(state) {
            self.lexer.clone_from(state);
        }
    }
}
