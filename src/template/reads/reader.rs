//! Following a template.

use std::collections::BTreeMap;

use super::origin::Origin;
use super::scope::{Inline, Names, Scope};
use super::unfetched::{Missing, Unfetched};
use super::usage::{Branch, Reached, Usage};
use crate::data::{CHANGES, Fields, Sources};
use globus_templates::handlebars::Span;
use globus_templates::program::{Block, BlockKind, Body, Expression, Path, Start, Step};

/// How many branches and partials are followed. A partial that includes itself goes on for ever.
const MAX_BODIES: usize = 2000;

/// What a template reads.
#[derive(Debug)]
pub(in crate::template) struct Reads {
    pub(in crate::template) fields: Fields,
    /// Where it reaches beyond one row, in order.
    pub(in crate::template) usages: Vec<Usage>,
    /// Where it reads what the profile does not fetch.
    pub(in crate::template) unfetched: Vec<Unfetched>,
}

/// What a template with these partials reads of these sources.
pub(in crate::template) fn reads(main: &Body, partials: &BTreeMap<String, Body>, sources: &Sources) -> Reads {
    let mut reader = Reader {
        partials,
        sources,
        reads: Reads { fields: Fields::NONE, usages: Vec::new(), unfetched: Vec::new() },
        step: 0,
        branch: Branch::Tag,
        tag: 0..0,
        depth: 0,
        left: MAX_BODIES,
    };
    let root = Origin::root();
    let inline = Inline { bodies: &main.inline, file: None, parent: None };
    let scope =
        Scope { context: &root, parent: None, names: None, inline: Some(&inline), block: None, file: None };
    for (at, step) in main.steps.iter().enumerate() {
        (reader.step, reader.branch) = (at, Branch::Tag);
        reader.step(step, &scope, true);
    }
    reader.reads
}

pub(super) struct Reader<'r> {
    pub(super) partials: &'r BTreeMap<String, Body>,
    sources: &'r Sources,
    reads: Reads,
    /// The step of the main template.
    step: usize,
    branch: Branch,
    /// The tag that is being read.
    pub(super) tag: Span,
    /// How many partials are inside each other here.
    pub(super) depth: usize,
    /// How many branches and partials can still be followed.
    left: usize,
}

impl Reader<'_> {
    pub(super) fn body(&mut self, body: &Body, scope: &Scope<'_>) {
        if self.left == 0 {
            return self.give_up(Reached::TooMuch, scope);
        }
        self.left -= 1;
        let inline = Inline { bodies: &body.inline, file: scope.file, parent: scope.inline };
        let scope = if body.inline.is_empty() { *scope } else { Scope { inline: Some(&inline), ..*scope } };
        for step in &body.steps {
            self.step(step, &scope, false);
        }
    }

    fn step(&mut self, step: &Step, scope: &Scope<'_>, is_top: bool) {
        match step {
            Step::Text(..) | Step::Definition => {}
            Step::Output(output) => {
                self.tag = output.span.clone();
                let value = self.value(&output.value, scope);
                self.whole(&value);
            }
            Step::Block(block) => self.block(block, scope, is_top),
            Step::Include(include) => self.include(include, scope),
        }
    }

    fn block(&mut self, block: &Block, scope: &Scope<'_>, is_top: bool) {
        self.tag = block.span.clone();
        let here = match &block.kind {
            BlockKind::If { condition, include_zero, .. } => {
                for condition in [Some(condition), include_zero.as_ref()].into_iter().flatten() {
                    self.value(condition, scope);
                }
                None
            }
            BlockKind::Question(_, call) => {
                self.call(call, scope);
                None
            }
            BlockKind::Raw => None,
            BlockKind::Each(list) => {
                let list = self.value(list, scope);
                self.each(&list);
                Some(list.element())
            }
            BlockKind::With(value) => Some(self.value(value, scope)),
            // A list is looped over, anything else is entered, but what is only true changes nothing.
            BlockKind::Section(value) => {
                let value = self.value(value, scope);
                if !value.is_list() {
                    let names = Names { first: None, parent: scope.names };
                    let names = if block.has_names { Some(&names) } else { scope.names };
                    self.branch(Branch::Body, is_top, &block.body, &Scope { names, ..*scope });
                }
                Some(value.element())
            }
        };
        let first = here.as_ref().filter(|_| block.has_names);
        let names = Names { first, parent: scope.names };
        let inside = match &here {
            Some(here) => scope.inside(here),
            None => *scope,
        };
        let inside = if block.has_names { Scope { names: Some(&names), ..inside } } else { inside };
        self.branch(Branch::Body, is_top, &block.body, &inside);
        if let Some(inverse) = &block.inverse {
            self.branch(Branch::Inverse, is_top, inverse, scope);
        }
    }

    fn branch(&mut self, branch: Branch, is_top: bool, body: &Body, scope: &Scope<'_>) {
        if is_top {
            self.branch = branch;
        }
        self.body(body, scope);
    }

    /// Where a value comes from. That it is there, its type, and the length of a list count as read.
    pub(super) fn value(&mut self, expression: &Expression, scope: &Scope<'_>) -> Origin {
        match expression {
            Expression::Literal(_) => Origin::default(),
            Expression::Path(path) => self.path(path, scope),
            Expression::Call(call) => self.call(call, scope),
            Expression::Name(path, call) => self.path(path, scope).or(self.call(call, scope)),
        }
    }

    fn path(&mut self, path: &Path, scope: &Scope<'_>) -> Origin {
        let root = Origin::root();
        let start = match path.start {
            Start::Context(up) => scope.up(up),
            Start::Root => Some(&root),
            Start::Local(..) => None,
            Start::Name(up, at) => scope.name(up, at),
        };
        // The name itself is the first key.
        let named = usize::from(matches!(path.start, Start::Name(..)));
        let keys = path.keys.get(named..).unwrap_or_default();
        let mut value = start.cloned().unwrap_or_default();
        self.reach(&value, path, keys.is_empty(), scope);
        for (at, key) in keys.iter().enumerate() {
            // A list has a `length`.
            self.shape(&value);
            value = self.member_at(&value, key, &path.span, scope);
            self.reach(&value, path, at + 1 == keys.len(), scope);
        }
        self.shape(&value);
        value
    }

    /// Notes what a path goes through.
    fn reach(&mut self, value: &Origin, path: &Path, is_end: bool, scope: &Scope<'_>) {
        let span = || path.span.clone();
        for place in &value.places {
            match place.keys.as_slice() {
                [] if is_end => self.used(Reached::Everything(span()), scope),
                [data] if data == "data" && is_end => self.used(Reached::Declared(span()), scope),
                [totals] if totals == "totals" => self.used(Reached::Totals(span()), scope),
                [outcomes] if outcomes == "sources" => self.used(Reached::Outcomes(span()), scope),
                [changes] if changes == CHANGES => self.used(Reached::Changes(span()), scope),
                keys => match place.rows_of(self.sources) {
                    Some(source) if source.keys() == *keys => self.used(Reached::Rows(source, span()), scope),
                    Some(source) => self.used(Reached::Child(source, span()), scope),
                    None => {}
                },
            }
        }
    }

    /// The value of a key, which a helper reads.
    pub(super) fn member(&mut self, value: &Origin, key: &str, scope: &Scope<'_>) -> Origin {
        let span = self.tag.clone();
        self.member_at(value, key, &span, scope)
    }

    /// The value of a key. Notes if the profile does not fetch it.
    fn member_at(&mut self, value: &Origin, key: &str, span: &Span, scope: &Scope<'_>) -> Origin {
        let member = value.member(key, self.sources);
        if !value.is_made(key) {
            let missing =
                member.places.iter().filter(|place| place.keys.last().is_some_and(|last| last == key));
            for missing in missing.filter_map(|place| Missing::at(&place.keys, self.sources)) {
                let file = scope.file.map(str::to_owned);
                let unfetched = Unfetched { file, span: span.clone(), missing };
                if !self.reads.unfetched.contains(&unfetched) {
                    self.reads.unfetched.push(unfetched);
                }
            }
        }
        member
    }

    fn used(&mut self, reached: Reached, scope: &Scope<'_>) {
        let Self { step, branch, .. } = *self;
        let file = scope.file.map(str::to_owned);
        self.reads.usages.push(Usage { step, branch, file, tag: self.tag.clone(), reached });
    }

    /// All of a value is read.
    pub(super) fn whole(&mut self, value: &Origin) {
        self.read(value, &Fields::All);
    }

    pub(super) fn shape(&mut self, value: &Origin) {
        for place in &value.places {
            self.place(&place.keys, &Fields::NONE);
        }
    }

    fn read(&mut self, value: &Origin, read: &Fields) {
        for place in &value.places {
            self.place(&place.keys, read);
        }
        for (_, made) in value.made.iter().flat_map(|made| &made.entries) {
            self.read(made, read);
        }
    }

    fn place(&mut self, keys: &[String], read: &Fields) {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        self.reads.fields.add(&keys, read.clone());
    }

    /// Each element is looked at. An object, in which that is each key, is read whole.
    pub(super) fn each(&mut self, list: &Origin) {
        for place in list.places.iter().filter(|place| !place.is_list) {
            self.place(&place.keys, &Fields::All);
        }
        if let Some(made) = list.made.as_ref().filter(|made| !made.is_list) {
            made.entries.iter().for_each(|(_, made)| self.whole(made));
        }
    }

    /// Everything counts as read from here on.
    pub(super) fn give_up(&mut self, why: Reached, scope: &Scope<'_>) {
        self.used(why, scope);
        self.reads.fields = Fields::All;
    }
}
