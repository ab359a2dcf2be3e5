//! What partials read.

use super::origin::Origin;
use super::reader::Reader;
use super::scope::{Inline, PartialBlock, Scope};
use super::usage::Reached;
use globus_templates::program::{Body, Include, IncludeName};

/// How many partials are followed inside each other.
const MAX_DEPTH: usize = 12;

impl Reader<'_> {
    pub(super) fn include(&mut self, include: &Include, scope: &Scope<'_>) {
        self.tag = include.span.clone();
        let context = include.context.as_ref().map(|context| self.value(context, scope));
        let options: Vec<(String, Origin)> = include
            .options
            .iter()
            .map(|(name, option)| ((**name).to_owned(), self.value(option, scope)))
            .collect();
        let context = match (context, options.is_empty()) {
            (context, true) => context,
            (context, false) => Some(context.unwrap_or_else(|| scope.context.clone()).with(options)),
        };
        let inside = match &context {
            Some(context) => scope.inside(context),
            None => *scope,
        };
        if self.depth == MAX_DEPTH {
            return self.give_up(Reached::TooMuch, scope);
        }
        self.depth += 1;
        match &include.name {
            IncludeName::Computed(call) => {
                let name = self.call(call, scope);
                self.whole(&name);
                self.give_up(Reached::AnyPartial, scope);
            }
            IncludeName::Block => {
                if let Some(PartialBlock { body, scope: written }) = scope.block {
                    self.body(body, written);
                    self.body(body, &written.inside(inside.context));
                } else if let Some(given) = &include.body {
                    self.body(given, &inside);
                }
            }
            IncludeName::Fixed(name) => self.partial(name, include.body.as_ref(), &inside, scope),
        }
        self.depth -= 1;
    }

    fn partial(&mut self, name: &str, given: Option<&Body>, inside: &Scope<'_>, scope: &Scope<'_>) {
        let found = inline(name, scope).or_else(|| {
            let (file, body) = self.partials.get_key_value(name)?;
            Some((body, Some(file.as_str())))
        });
        let Some((body, file)) = found else {
            return given.map_or((), |given| self.body(given, inside));
        };
        let Some(given) = given else {
            return self.body(body, &Scope { names: None, file, ..*inside });
        };
        let inline = Inline { bodies: &given.inline, file: scope.file, parent: scope.inline };
        let block = PartialBlock { body: given, scope };
        let inside = Scope { names: None, file, inline: Some(&inline), block: Some(&block), ..*inside };
        self.body(body, &inside);
    }
}

/// The inline partial of this name, and the file that it is in.
fn inline<'s>(name: &str, scope: &Scope<'s>) -> Option<(&'s Body, Option<&'s str>)> {
    let mut inline = scope.inline;
    while let Some(Inline { bodies, file, parent }) = inline {
        if let Some((_, body)) = bodies.iter().find(|(other, _)| other == name) {
            return Some((body, *file));
        }
        inline = *parent;
    }
    None
}
