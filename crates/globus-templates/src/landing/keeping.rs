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
/// A state that holds more of values is not kept: a value can have many megabytes, and hardly ever comes again.
const MOST_HELD: usize = 512;

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

    fn held(&self) -> usize {
        self.lexer.held()
    }

    fn end(&mut self) -> Checked {
        self.lexer.end()
    }

    fn keep(&mut self) -> Option<usize> {
        // Looking through so many takes longer than reading again.
        if self.states.len() == STATES || self.lexer.held() > MOST_HELD {
            return None;
        }
        let known = self.states.iter().position(|state| *state == self.lexer);
        known.or_else(|| {
            self.states.push(self.lexer.clone());
            Some(self.states.len() - 1)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::delimited::Delimited;
    use crate::landing::dot::Dot;
    use crate::landing::html::Html;
    use crate::landing::markdown::Markdown;

    #[test]
    fn no_state_is_looked_for_among_too_many() {
        let mut lexer = Keeping::new(Delimited::csv(false));
        for state in 0..STATES {
            assert_eq!(lexer.keep(), Some(state));
            assert_eq!(lexer.keep(), (state + 1 < STATES).then_some(state));
            lexer.text(",").unwrap();
        }
        assert_eq!(lexer.keep(), None);
        lexer.go_to(0);
        assert!(lexer.is_in(0));
    }

    #[test]
    fn no_state_with_a_long_value_is_kept() {
        fn keeps(mut lexer: Keeping<impl Lexer + Clone + PartialEq>, text: &str, length: usize) -> bool {
            lexer.text(text).unwrap();
            lexer.value(&("https://".to_owned() + &"x".repeat(length)), ValueKind::Escaped).unwrap();
            lexer.keep().is_some()
        }
        for length in [0, MOST_HELD] {
            let is_short = length == 0;
            assert_eq!(keeps(Keeping::new(Html::new(false)), "<a href=\"", length), is_short);
            assert_eq!(keeps(Keeping::new(Markdown::new(false)), "[x](https://h/", length), is_short);
            assert_eq!(keeps(Keeping::new(Dot::new(false)), "digraph { a [shape=\"", length), is_short);
            assert!(keeps(Keeping::new(Html::new(false)), "<p>", length));
        }
    }
}
