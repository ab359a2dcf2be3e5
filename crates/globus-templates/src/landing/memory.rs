//! What the texts and the values of a template do to a lexer: a loop writes the same ones again and again.

use super::fault::Checked;
use super::lexer::{CLASSES, ClassOf, Lexer, ValueKind};

/// A lexer that reads a text once for each state that it finds itself in, and remembers the state that follows.
#[derive(Debug)]
pub(super) struct Remembering {
    /// The state that is reached, if the lexer has kept it. The lexer has not gone there yet.
    at: Option<usize>,
    /// What is known of the states that the lexer has kept, by their numbers.
    states: Vec<Option<State>>,
    seen: Vec<Seen>,
    /// The number of the text that was seen last.
    last: usize,
    /// The number of the text that came next the last time.
    next: usize,
    slots: Vec<Slot>,
    lexer: Box<dyn Lexer>,
}

/// What values do in a state.
#[derive(Debug)]
struct State {
    escaped: Values,
    finished: Values,
    quoted: Values,
    after_empty: Option<usize>,
}

/// Values of one kind: their classes, and the state that follows each.
#[derive(Debug)]
struct Values {
    class_of: ClassOf,
    after: [Option<usize>; CLASSES],
}

/// A text, and the states before and after it. Nothing is owed before it.
#[derive(Debug)]
struct Seen {
    text: Box<str>,
    before: usize,
    after: usize,
    /// The number of the text that was written next the last time.
    next: usize,
}

/// The numbers of a text in different states, and of others that are there by chance: what stands before a text can
/// depend on an `{{#if}}`.
#[derive(Debug, Default)]
struct Slot {
    seen: Vec<usize>,
    misses: usize,
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

/// A text of a template stays where it is in memory. The factor spreads addresses, which are far from random
/// (Knuth, The Art of Computer Programming, 6.4).
fn slot_of(text: &str) -> usize {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let address = text.as_ptr().addr() as u64;
    let hash = (address ^ text.len() as u64).wrapping_mul(FACTOR);
    usize::try_from(hash >> (u64::BITS - SLOT_BITS)).unwrap_or_default()
}

impl Values {
    fn new(class_of: ClassOf) -> Self {
        Self { class_of, after: [None; CLASSES] }
    }

    /// The state that follows values like this one. `None` if nothing is known of it.
    #[inline]
    fn after(&mut self, value: &str) -> Option<&mut Option<usize>> {
        self.after.get_mut((self.class_of)(value)?)
    }
}

impl State {
    /// The state in which the lexer is.
    fn of(lexer: &dyn Lexer) -> Self {
        let values = |kind| Values::new(lexer.classes(kind));
        Self {
            escaped: values(ValueKind::Escaped),
            finished: values(ValueKind::Finished),
            quoted: values(ValueKind::Quoted),
            after_empty: None,
        }
    }

    #[inline]
    fn values(&mut self, kind: ValueKind) -> &mut Values {
        match kind {
            ValueKind::Escaped => &mut self.escaped,
            ValueKind::Finished => &mut self.finished,
            ValueKind::Quoted => &mut self.quoted,
        }
    }
}

impl Remembering {
    pub(super) fn new(lexer: Box<dyn Lexer>) -> Self {
        Self { at: None, states: Vec::new(), seen: Vec::new(), last: 0, next: 0, slots: Vec::new(), lexer }
    }

    /// The lexer itself, in the state that is reached.
    fn lexer(&mut self) -> &mut dyn Lexer {
        if let Some(at) = self.at.take() {
            self.lexer.go_to(at);
        }
        &mut *self.lexer
    }

    /// Goes on after a text that was seen in this state before; nothing is owed before it. `false` if it was not.
    #[inline]
    pub(super) fn knows_text(&mut self, text: &str) -> bool {
        match self.seen.get(self.next) {
            // As in a loop.
            Some(next) if self.at == Some(next.before) && *next.text == *text => {
                self.at = Some(next.after);
                self.last = self.next;
                self.next = next.next;
                true
            }
            _ => self.has_seen(text),
        }
    }

    #[inline(never)]
    fn has_seen(&mut self, text: &str) -> bool {
        let Some(slot) = self.slots.get(slot_of(text)) else { return false };
        let number = slot.seen.iter().copied().find(|number| {
            let Seen { text: seen, before, .. } = &self.seen[*number];
            **seen == *text && self.is_in(*before)
        });
        if let Some(number) = number {
            self.go_on(number);
        }
        number.is_some()
    }

    /// After the text with this number.
    fn go_on(&mut self, number: usize) {
        if let Some(last) = self.seen.get_mut(self.last) {
            last.next = number;
        }
        let Seen { after, next, .. } = self.seen[number];
        self.at = Some(after);
        self.last = number;
        self.next = next;
    }

    /// The number of the state that is reached. `None` if the lexer does not keep it.
    fn keep(&mut self) -> Option<usize> {
        if self.at.is_none() {
            self.at = self.lexer.keep();
        }
        if let Some(at) = self.at {
            if self.states.len() <= at {
                self.states.resize_with(at + 1, || None);
            }
            self.states[at].get_or_insert_with(|| State::of(&*self.lexer));
        }
        self.at
    }

    /// Reads a text that is not known. Nothing is owed before it.
    pub(super) fn text(&mut self, text: &str) -> Checked {
        let slot = slot_of(text);
        let is_hopeless = self.slots.get(slot).is_some_and(|slot| slot.misses == TRIES);
        if text.len() > LONGEST || is_hopeless {
            return self.lexer().text(text);
        }
        let before = self.keep();
        self.lexer().text(text)?;
        if let Some(before) = before
            && let Some(after) = self.keep()
        {
            self.remember(slot, Seen { text: text.into(), before, after, next: 0 });
        }
        Ok(())
    }

    fn remember(&mut self, slot: usize, seen: Seen) {
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS, Slot::default);
        }
        let slot = &mut self.slots[slot];
        let number = slot.seen.get(slot.misses % SHARED).copied().unwrap_or_else(|| {
            slot.seen.push(self.seen.len());
            self.seen.len()
        });
        slot.misses += 1;
        if let Some(place) = self.seen.get_mut(number) {
            *place = seen;
        } else {
            self.seen.push(seen);
        }
        self.go_on(number);
    }

    /// Goes on after a value that is written as it is, as those like it in this state before. `false` if nothing is known of it.
    #[inline]
    pub(super) fn knows_value(&mut self, value: &str, kind: ValueKind) -> bool {
        let after = self.after_value(self.at, value, kind).and_then(|after| *after);
        if after.is_some() {
            self.at = after;
        }
        after.is_some()
    }

    /// Where the state that follows values like this one is kept. `None` if nothing is known of them.
    #[inline]
    fn after_value(&mut self, at: Option<usize>, value: &str, kind: ValueKind) -> Option<&mut Option<usize>> {
        if value.is_empty() || value.len() > LONGEST {
            return None;
        }
        self.states.get_mut(at?)?.as_mut()?.values(kind).after(value)
    }

    /// Reads a value that is not known, and not empty. Gives how it is written, unless as it is.
    pub(super) fn value(&mut self, value: &str, kind: ValueKind) -> Checked<Option<String>> {
        let before = self.at;
        let has_class = self.after_value(before, value, kind).is_some();
        let lexer = self.lexer();
        let checked = lexer.value(value, kind);
        let written = lexer.written();
        checked?;
        let after = if has_class { self.keep() } else { None };
        if let Some(place) = self.after_value(before, value, kind) {
            *place = after;
        }
        Ok(written)
    }

    /// Reads a value of the author, as [`value`](Self::value) does. `None` if it is read as text.
    pub(super) fn author(&mut self, value: &str) -> Option<Checked<Option<String>>> {
        let lexer = self.lexer();
        let checked = lexer.author(value)?;
        let written = lexer.written();
        Some(checked.map(|()| written))
    }

    pub(super) fn empty_value(&mut self) {
        let before = self.at;
        if let Some(after) = self.after_empty(before).and_then(|after| *after) {
            self.at = Some(after);
            return;
        }
        self.lexer().empty_value();
        let after = if before.is_some() { self.keep() } else { None };
        if let Some(place) = self.after_empty(before) {
            *place = after;
        }
    }

    fn after_empty(&mut self, at: Option<usize>) -> Option<&mut Option<usize>> {
        Some(&mut self.states.get_mut(at?)?.as_mut()?.after_empty)
    }

    /// Whether this state is reached.
    fn is_in(&self, state: usize) -> bool {
        self.at.map_or_else(|| self.lexer.is_in(state), |at| at == state)
    }

    pub(super) fn owed(&mut self, next: Option<char>) -> &'static str {
        self.lexer().owed(next)
    }

    pub(super) fn end(&mut self) -> Checked {
        self.lexer().end()
    }
}
