//! What a step can refer to, by where it comes from.

use super::origin::Origin;
use globus_templates::program::Body;

#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'s> {
    /// `this`
    pub(super) context: &'s Origin,
    /// Where `../` leads.
    pub(super) parent: Option<&'s Scope<'s>>,
    pub(super) names: Option<&'s Names<'s>>,
    pub(super) inline: Option<&'s Inline<'s>>,
    /// What `@partial-block` renders.
    pub(super) block: Option<&'s PartialBlock<'s>>,
    /// The partial that this is in.
    pub(super) file: Option<&'s str>,
}

/// What the first name of a block stands for. The second one is a key or an index.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'s> {
    pub(super) first: Option<&'s Origin>,
    pub(super) parent: Option<&'s Names<'s>>,
}

/// The partials that a body defines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inline<'s> {
    pub(super) bodies: &'s [(String, Body)],
    pub(super) file: Option<&'s str>,
    pub(super) parent: Option<&'s Inline<'s>>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct PartialBlock<'s> {
    pub(super) body: &'s Body,
    pub(super) scope: &'s Scope<'s>,
}

impl<'s> Scope<'s> {
    pub(super) fn inside(&'s self, context: &'s Origin) -> Self {
        Scope { context, parent: Some(self), ..*self }
    }

    /// The context so many levels up.
    pub(super) fn up(&self, levels: usize) -> Option<&'s Origin> {
        let mut context = self.context;
        let mut parent = self.parent;
        for _ in 0..levels {
            let scope = parent?;
            (context, parent) = (scope.context, scope.parent);
        }
        Some(context)
    }

    /// What the first name stands for of the block so many named blocks up.
    pub(super) fn name(&self, up: usize, at: usize) -> Option<&'s Origin> {
        let mut names = self.names?;
        for _ in 0..up {
            names = names.parent?;
        }
        names.first.filter(|_| at == 0)
    }
}
