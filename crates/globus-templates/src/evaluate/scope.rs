//! What a step can refer to.

use std::borrow::Cow;

use crate::program::{Body, Local};
use crate::value::{Key, Value};

/// The values in scope. Scopes are linked: what is inside a block points to what is around it.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'s> {
    /// `this`
    pub context: &'s Value,
    /// Where `../` leads.
    pub(super) parent: Option<&'s Scope<'s>>,
    pub locals: Option<&'s Locals<'s>>,
    pub(super) names: Option<&'s Names<'s>>,
    pub(super) frame: &'s Frame<'s>,
}

/// The locals of a loop.
#[derive(Debug, Clone, Copy)]
pub struct Locals<'s> {
    pub index: usize,
    /// `None` in a list, where the index is the key.
    pub key: Option<&'s Key>,
    pub is_last: bool,
    /// Those of the loop around.
    pub parent: Option<&'s Locals<'s>>,
}

/// What the names of a block stand for: `as |item index|`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'s> {
    pub(super) first: Option<&'s Value>,
    /// Where the second one, the key or the index, comes from.
    pub(super) second: Option<&'s Locals<'s>>,
    pub(super) parent: Option<&'s Names<'s>>,
}

/// What is the same in all of a file, until it includes another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'s> {
    /// The name of the partial; `None` in the main template.
    pub(super) file: Option<&'s str>,
    pub(super) inline: Option<&'s Inline<'s>>,
    pub(super) block: Option<&'s PartialBlock<'s>>,
    /// How many partials are around.
    pub(super) depth: usize,
}

/// The inline partials of a body.
#[derive(Debug)]
pub(super) struct Inline<'s> {
    pub(super) bodies: &'s [(String, Body)],
    /// The file that they are in.
    pub(super) file: Option<&'s str>,
    pub(super) parent: Option<&'s Inline<'s>>,
}

/// What `@partial-block` renders.
#[derive(Debug)]
pub(super) struct PartialBlock<'s> {
    pub(super) body: &'s Body,
    /// Where it is written.
    pub(super) scope: Scope<'s>,
}

impl<'s> Scope<'s> {
    /// The scope so many contexts up.
    pub fn up(&self, levels: usize) -> Option<Scope<'s>> {
        let mut scope = *self;
        for _ in 0..levels {
            scope = *scope.parent?;
        }
        Some(scope)
    }

    /// A scope inside this one, with its own `this`.
    pub(super) fn inside(&'s self, context: &'s Value) -> Self {
        Self { context, parent: Some(self), ..*self }
    }

    pub fn local(&self, up: usize, local: Local) -> Option<Cow<'s, Value>> {
        if local == Local::PartialBlock {
            return self.frame.block.map(|_| Cow::Owned(true.into()));
        }
        let mut locals = self.locals?;
        for _ in 0..up {
            locals = locals.parent?;
        }
        Some(Cow::Owned(match local {
            Local::Index => locals.index.into(),
            Local::Key => locals.key(),
            Local::First => (locals.index == 0).into(),
            Local::Last => locals.is_last.into(),
            Local::PartialBlock | Local::Unknown => return None,
        }))
    }

    /// The value of a name of a block: the block so many blocks with names up.
    pub fn name(&self, up: usize, at: usize) -> Option<Cow<'s, Value>> {
        let mut names = self.names?;
        for _ in 0..up {
            names = names.parent?;
        }
        match at {
            0 => names.first.map(Cow::Borrowed),
            1 => names.second.map(|locals| Cow::Owned(locals.key())),
            _ => None,
        }
    }
}

impl Locals<'_> {
    fn key(&self) -> Value {
        self.key.map_or_else(|| self.index.into(), |key| Value::Text(key.clone()))
    }
}
