//! The words of a tag that are not read yet.

use super::foreign;
use super::mistake::Mistake;
use super::tag::Tag;
use super::tree::Span;
use super::words::{Word, WordKind};

#[derive(Debug, Clone)]
pub(super) struct Cursor<'w, 't> {
    /// The whole template.
    text: &'t str,
    rest: &'w [Word<'t>],
    /// The bytes of the whole tag.
    tag: Span,
    /// Where the last word ended.
    end: usize,
    /// How many brackets are open.
    pub(super) brackets: usize,
}

impl<'w, 't> Cursor<'w, 't> {
    pub(super) fn new(text: &'t str, tag: &'w Tag<'t>) -> Self {
        let Tag { words, span, .. } = tag;
        Self { text, rest: words, tag: span.clone(), end: span.start, brackets: 0 }
    }

    pub(super) fn rest(&self) -> &'w [Word<'t>] {
        self.rest
    }

    pub(super) fn peek(&self) -> Option<&'w Word<'t>> {
        self.rest.first()
    }

    pub(super) fn next(&mut self) -> Option<&'w Word<'t>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.end = first.span.end;
        Some(first)
    }

    /// The next word, if it is of this kind.
    pub(super) fn take(&mut self, kind: &WordKind<'_>) -> Option<&'w Word<'t>> {
        self.peek().filter(|word| word.kind == *kind)?;
        self.next()
    }

    /// The next word, if nothing is between it and the last one.
    pub(super) fn touching(&self) -> Option<&'w Word<'t>> {
        self.peek().filter(|word| word.span.start == self.end)
    }

    pub(super) fn end(&self) -> usize {
        self.end
    }

    pub(super) fn tag(&self) -> Span {
        self.tag.clone()
    }

    /// Fails if a word is left.
    pub(super) fn finish(&self) -> Result<(), Mistake> {
        self.peek().map_or(Ok(()), |word| Err(foreign::unexpected(word)))
    }

    /// Fails if a value that has been read goes on without a blank.
    pub(super) fn gap(&self, start: usize) -> Result<(), Mistake> {
        match self.touching() {
            Some(word) if !matches!(word.kind, WordKind::Close | WordKind::Bar | WordKind::Operator(_)) => {
                Err(foreign::glued(self.text, start..self.end, word))
            }
            _ => Ok(()),
        }
    }
}
