//! Partials.

use std::borrow::Cow;

use super::evaluator::{Evaluator, fault};
use super::fault::{Done, Reason};
use super::limit::allowed;
use super::printed::printed;
use super::scope::{Frame, Inline, PartialBlock, Scope};
use crate::landing::{Indented, Sink};
use crate::program::{Body, Include, IncludeName};
use crate::value::{Object, Value};

/// How deep partials may include each other: deeper than any tree of groups, and an end to endless ones.
pub const MAX_DEPTH: usize = 50;

/// What an include renders.
enum Included<'s> {
    Partial { body: &'s Body, file: Option<&'s str> },
    Block(&'s PartialBlock<'s>),
}

impl Evaluator<'_> {
    pub(super) fn include<'s>(&'s self, include: &'s Include, scope: &Scope<'s>, out: &mut dyn Sink) -> Done {
        let at_tag = |reason: Box<Reason>| fault(*reason, &include.span, scope);
        let depth = scope.frame.depth + 1;
        if depth > MAX_DEPTH {
            return Err(at_tag(Reason::TooDeep.into()));
        }
        let left = self.left.get().unwrap_or_else(|| allowed(self.root));
        let left = left.checked_sub(1).ok_or_else(|| at_tag(Reason::TooManyPartials.into()))?;
        self.left.set(Some(left));
        let included = self.included(include, scope).map_err(at_tag)?;
        let context = self.context(include, scope).map_err(at_tag)?;
        // With a context of its own, `../` is what the including template sees.
        let inner = match &context {
            Some(context) => Scope { parent: Some(scope), context, ..*scope },
            None => *scope,
        };
        let mut indented;
        let out: &mut dyn Sink = if include.indent.is_empty() {
            out
        } else {
            indented = Indented::new(out, &include.indent);
            &mut indented
        };
        let Frame { inline, block, .. } = *scope.frame;
        match (included, &include.body) {
            (Some(Included::Partial { body, file }), None) => {
                let frame = Frame { file, inline, block, depth };
                self.body(body, &Scope { names: None, frame: &frame, ..inner }, out)
            }
            (Some(Included::Partial { body, file }), Some(given)) => {
                let given_inline = Inline { bodies: &given.inline, file: scope.frame.file, parent: inline };
                let given = PartialBlock { body: given, scope: *scope };
                let frame = Frame { file, inline: Some(&given_inline), block: Some(&given), depth };
                self.body(body, &Scope { names: None, frame: &frame, ..inner }, out)
            }
            (Some(Included::Block(given)), _) => {
                let written = &given.scope;
                let frame = Frame { depth, ..*written.frame };
                let scope = Scope { locals: scope.locals, frame: &frame, ..*written };
                if std::ptr::eq(inner.context, written.context) {
                    self.body(given.body, &scope, out)
                } else {
                    self.body(
                        given.body,
                        &Scope { context: inner.context, parent: Some(written), ..scope },
                        out,
                    )
                }
            }
            (None, Some(given)) => {
                let frame = Frame { depth, ..*scope.frame };
                self.body(given, &Scope { frame: &frame, ..inner }, out)
            }
            (None, None) => Err(at_tag(Box::new(match &include.name {
                IncludeName::Block => Reason::NoPartialBlock,
                IncludeName::Fixed(name) => Reason::NoPartial(name.clone()),
                IncludeName::Computed(_) => Reason::NoPartial(String::new()),
            }))),
        }
    }

    /// What to render; `None` if there is no such partial, but a body instead of it.
    fn included<'s>(
        &'s self,
        include: &'s Include,
        scope: &Scope<'s>,
    ) -> Result<Option<Included<'s>>, Box<Reason>> {
        let name = match &include.name {
            IncludeName::Block => return Ok(scope.frame.block.map(Included::Block)),
            IncludeName::Fixed(name) => return Ok(self.partial(name, scope)),
            IncludeName::Computed(call) => self.computed(call, scope)?,
        };
        let name = printed(&name)?;
        match self.partial(&name, scope) {
            None if include.body.is_none() => Err(Reason::NoPartial(name.into_owned()).into()),
            found => Ok(found),
        }
    }

    fn partial<'s>(&'s self, name: &str, scope: &Scope<'s>) -> Option<Included<'s>> {
        let mut inline = scope.frame.inline;
        while let Some(Inline { bodies, file, parent }) = inline {
            if let Some((_, body)) = bodies.iter().find(|(other, _)| other == name) {
                return Some(Included::Partial { body, file: *file });
            }
            inline = *parent;
        }
        let (name, body) = self.partials.get_key_value(name)?;
        Some(Included::Partial { body, file: Some(name) })
    }

    /// The context of a partial, if it is not that of the including template.
    fn context<'s>(
        &'s self,
        include: &'s Include,
        scope: &Scope<'s>,
    ) -> Result<Option<Cow<'s, Value>>, Box<Reason>> {
        let given = match &include.context {
            Some(context) => Some(self.required(context, scope)?),
            None => None,
        };
        if include.options.is_empty() {
            return Ok(given);
        }
        let own = given.as_deref().unwrap_or(scope.context).as_object();
        let mut entries: Vec<_> =
            own.into_iter().flat_map(Object::iter).map(|(key, value)| (key.clone(), value.clone())).collect();
        for (name, option) in &include.options {
            entries.push((name.clone(), self.required(option, scope)?.into_owned()));
        }
        Ok(Some(Cow::Owned(Value::Object(entries.into_iter().collect()))))
    }
}
