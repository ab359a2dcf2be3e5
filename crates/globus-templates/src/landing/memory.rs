//! What the texts of a template do to a lexer: a loop writes the same ones again and again.

use super::fault::Checked;
use super::lexer::{Lexer, ValueKind};

/// A lexer that reads a text once for each state that it finds itself in, and remembers the state that follows.
#[derive(Debug)]
pub(super) struct Remembering<L> {
    /// The lexer, unless it would be in the state `at`.
    lexer: L,
    /// The state that the lexer is in, if it is one of `states`.
    at: Option<usize>,
    states: Vec<State<L>>,
    slots: Vec<Slot>,
}

/// A state that the lexer was in before or after a text, or after a value.
#[derive(Debug)]
struct State<L> {
    lexer: L,
    /// What follows after an escaped value, if that is the same for each short one.
    after_escaped: Option<usize>,
    /// The same after a finished value.
    after_finished: Option<usize>,
}

/// Where a text is kept, with others that are there by chance, and with the states before it: what stands before it can
/// depend on an `{{#if}}`.
#[derive(Debug, Default)]
struct Slot {
    seen: Vec<Seen>,
    misses: usize,
}

/// A text, and the states before and after it.
#[derive(Debug)]
struct Seen {
    text: Box<str>,
    before: usize,
    after: usize,
}

/// More than a loop has texts.
const SLOTS: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 9;
/// As many texts in different states share a slot.
const SHARED: usize = 4;
/// Longer texts are not repeated, and a longer value is not like each other one.
const LONGEST: usize = 512;
/// What is not found so often is found in another state each time.
const TRIES: usize = 16;
/// More than a loop has.
const STATES: usize = 512;

impl<L: Lexer + Clone + PartialEq> Remembering<L> {
    pub(super) fn new(lexer: L) -> Self {
        Self { lexer, at: None, states: Vec::new(), slots: Vec::new() }
    }

    pub(super) fn lexer(&self) -> &L {
        self.at.and_then(|at| self.states.get(at)).map_or(&self.lexer, |state| &state.lexer)
    }

    /// The lexer itself, which is going to change.
    fn changing(&mut self) -> &mut L {
        if let Some(state) = self.at.take().and_then(|at| self.states.get(at)) {
            self.lexer.clone_from(&state.lexer);
        }
        &mut self.lexer
    }

    /// The number of the present state. `None` if there are too many.
    fn known(&mut self) -> Option<usize> {
        if self.at.is_none() && self.states.len() < STATES {
            let known = self.states.iter().position(|state| state.lexer == self.lexer);
            self.at = known.or_else(|| {
                let lexer = self.lexer.clone();
                self.states.push(State { lexer, after_escaped: None, after_finished: None });
                Some(self.states.len() - 1)
            });
        }
        self.at
    }

    /// Reads a text that was not seen in this state, and keeps it in this slot.
    fn learn(&mut self, text: &str, slot: usize) -> Checked {
        let before = self.known();
        self.changing().text(text)?;
        if let (Some(before), Some(after)) = (before, self.known()) {
            let slot = &mut self.slots[slot];
            let seen = Seen { text: text.into(), before, after };
            match slot.seen.get_mut(slot.misses % SHARED) {
                Some(place) => *place = seen,
                None => slot.seen.push(seen),
            }
            slot.misses += 1;
        }
        Ok(())
    }
}

/// A text of a template stays where it is in memory. The factor spreads addresses, which are far from random
/// (Knuth, The Art of Computer Programming, 6.4).
fn slot_of(text: &str) -> usize {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let address = text.as_ptr().addr() as u64;
    let hash = (address ^ text.len() as u64).wrapping_mul(FACTOR);
    usize::try_from(hash >> (u64::BITS - SLOT_BITS)).unwrap_or_default()
}

impl<L> State<L> {
    fn after(&mut self, kind: ValueKind) -> &mut Option<usize> {
        match kind {
            ValueKind::Escaped => &mut self.after_escaped,
            ValueKind::Finished | ValueKind::Quoted => &mut self.after_finished,
        }
    }
}

impl<L: Lexer + Clone + PartialEq> Lexer for Remembering<L> {
    fn text(&mut self, text: &str) -> Checked {
        if text.len() > LONGEST {
            return self.changing().text(text);
        }
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS, Slot::default);
        }
        let number = slot_of(text);
        let slot = &self.slots[number];
        let is_before = |before: usize| match self.at {
            Some(at) => at == before,
            None => self.states.get(before).is_some_and(|state| state.lexer == self.lexer),
        };
        let known = slot.seen.iter().find(|seen| *seen.text == *text && is_before(seen.before));
        if let Some(seen) = known {
            self.at = Some(seen.after);
            return Ok(());
        }
        if slot.misses == TRIES { self.changing().text(text) } else { self.learn(text, number) }
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        if value.len() > LONGEST {
            return self.changing().value(value, kind);
        }
        let before = self.at;
        let state = before.and_then(|at| self.states.get_mut(at));
        if let Some(after) = state.and_then(|state| *state.after(kind)) {
            self.at = Some(after);
            return Ok(());
        }
        let is_like_others = self.lexer().takes_all_alike(kind);
        self.changing().value(value, kind)?;
        if is_like_others
            && let Some(before) = before
            && let Some(after) = self.known()
            && let Some(state) = self.states.get_mut(before)
        {
            *state.after(kind) = Some(after);
        }
        Ok(())
    }

    fn author(&mut self, value: &str) -> Option<Checked> {
        self.changing().author(value)
    }

    fn empty_value(&mut self) {
        self.changing().empty_value();
    }

    fn owed(&self, next: Option<char>) -> &'static str {
        self.lexer().owed(next)
    }

    fn written(&mut self) -> Option<String> {
        // In a state that is known nothing is written in another way.
        if self.at.is_some() { None } else { self.lexer.written() }
    }

    fn end(&mut self) -> Checked {
        self.changing().end()
    }
}
