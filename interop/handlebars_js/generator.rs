//! Random templates, with partials and data in which nothing is missing.
//!
//! They keep clear of what is an accident in handlebars.js: whether a context equals the one around it, contexts that are
//! null, `@../` in partial blocks, keys that are whole numbers.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::json;

use super::scope::{Scope, Target};
use super::shape::Shape;
use crate::support::handlebars::{MAIN, Rendered, snapshot};

const TEXTS: [&str; 18] = [
    "a", " ", "\n", "  ", "\r\n", "b c", "\n\n", "\t", "x\n", "\ny", " \n ", "{", "}", "é\n", "\\x", "\n  ",
    "}}", "\u{a0}\n",
];
const PARAMS: [&str; 6] = ["p", "q", "name", "x", "i", "item"];

/// A partial in a file.
struct Partial {
    name: String,
    context: Shape,
    /// A key that each call gives.
    key: Option<&'static str>,
    /// Whether it shows its block.
    is_layout: bool,
}

pub struct Generator {
    rng: Rng,
    /// How many more tags there may be.
    budget: usize,
    partials: Vec<Partial>,
    names: usize,
}

/// The random template of a seed.
pub fn generate(seed: u64) -> Rendered {
    let mut rng = Rng::with_seed(seed);
    let data = Shape::random_object(&mut rng, 3);
    let group =
        Shape::object(vec![("name".to_owned(), Shape::Text), ("info".to_owned(), data.clone())], true);
    let root = Shape::object(vec![("groups".to_owned(), Shape::List(group.clone().into()))], true);
    let mut objects = Vec::new();
    data.objects(&mut objects);

    let mut generator = Generator { rng, budget: 0, partials: Vec::new(), names: 0 };
    let mut partials = BTreeMap::new();
    for _ in 0..generator.rng.usize(..4) {
        let context = generator.any_of(&objects);
        let (name, text) = generator.partial(context);
        partials.insert(name, text);
    }
    generator.budget = 24;
    let template = if generator.chance(60) {
        let text = generator.body(&Scope::of(data.clone()), 0);
        partials.insert("case".to_owned(), text);
        MAIN.to_owned()
    } else {
        generator.over_groups(&Scope::of(root), &group)
    };

    let count = generator.rng.usize(1..4);
    let values: Vec<String> = (0..count).map(|_| data.value(&mut generator.rng).to_string()).collect();
    let groups: Vec<(&str, &str)> =
        ["One", "Two", "Three"].into_iter().zip(values.iter().map(String::as_str)).collect();
    Rendered { template, partials, data: snapshot(&groups) }
}

/// Inserts, removes or repeats a part of a tag.
pub fn damage(rendered: &mut Rendered, seed: u64) {
    const PARTS: [&str; 18] = [
        "{{", "}}", "{", "}", "~", "\n", " ", "/", "#", "\\", "\\\\", "\"", "(", ")", "{{!--", "--}}", "|",
        "[",
    ];
    let mut rng = Rng::with_seed(seed);
    let text = rendered.partials.get_mut("case").unwrap_or(&mut rendered.template);
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = places[rng.usize(..places.len())];
    match rng.u8(..3) {
        0 => text.insert_str(at, PARTS[rng.usize(..PARTS.len())]),
        1 => {
            let end = places[places.partition_point(|place| *place <= at + 2).min(places.len() - 1)];
            text.replace_range(at..end.max(at), "");
        }
        _ => {
            let end = places[places.partition_point(|place| *place <= at + 4).min(places.len() - 1)];
            let part = text[at..end.max(at)].to_owned();
            text.insert_str(at, &part);
        }
    }
}

impl Generator {
    fn chance(&mut self, percent: u8) -> bool {
        self.rng.u8(..100) < percent
    }

    fn any_of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.rng.usize(..list.len())].clone()
    }

    fn name(&mut self, letter: char) -> String {
        self.names += 1;
        format!("{letter}{}", self.names)
    }

    fn partial(&mut self, context: Shape) -> (String, String) {
        let name = self.name('f');
        let key = self.chance(30).then_some("given");
        let is_layout = self.chance(30);
        let shape = match (&context, key) {
            (Shape::Object(object), Some(key)) => {
                let keys = object.keys.iter().cloned().chain([(key.to_owned(), Shape::Text)]);
                Shape::object(keys.collect(), false)
            }
            _ => context.clone(),
        };
        self.budget = 8;
        let mut scope = Scope::of(shape);
        scope.has_block = is_layout;
        let text = self.body(&scope, 1);
        self.partials.push(Partial { name: name.clone(), context, key, is_layout });
        (name, text)
    }

    /// A template with a loop over all groups.
    fn over_groups(&mut self, scope: &Scope, group: &Shape) -> String {
        let before = if self.chance(50) { self.body(scope, 2) } else { self.text() };
        let inner = scope.with(group.clone()).in_loop();
        let (params, inner) = self.params(inner, group);
        let text = self.body(&inner, 0);
        let inverse = if self.chance(20) { Some(self.text()) } else { None };
        let block = self.block("#", &format!("each groups{params}"), "each", &text, inverse.as_deref());
        let after = if self.chance(50) { self.body(scope, 2) } else { self.text() };
        joined(&[before, block, after])
    }

    fn body(&mut self, scope: &Scope, depth: usize) -> String {
        let mut scope = scope.clone();
        let mut nodes = Vec::new();
        if self.chance(12) && depth < 3 {
            let (name, shape, text) = self.inline(&scope, depth);
            nodes.push(text);
            scope.inlines.push((name, shape));
        }
        for _ in 0..self.rng.usize(1..6) {
            let node = if self.budget == 0 { self.text() } else { self.node(&scope, depth) };
            let at = self.rng.usize(..=nodes.len());
            nodes.insert(at, node);
        }
        joined(&nodes)
    }

    fn text(&mut self) -> String {
        let texts: Vec<String> = (0..self.rng.usize(..4)).map(|_| self.any_of(&TEXTS).to_owned()).collect();
        joined(&texts)
    }

    fn node(&mut self, scope: &Scope, depth: usize) -> String {
        self.budget -= usize::from(self.budget > 0);
        let kind = self.rng.u8(..if depth > 4 { 10 } else { 26 });
        match kind {
            0..=2 => self.text(),
            3..=5 => self.value(scope),
            6 => self.comment(),
            7 => self.escaped(scope),
            8 => self.call(scope),
            9..=12 => self.partial_call(scope, depth),
            13..=16 => self.condition(scope, depth),
            17..=19 => self.each(scope, depth),
            20..=21 => self.with(scope, depth),
            22..=24 => self.section(scope, depth),
            _ => self.raw_block(scope),
        }
    }

    fn tilde(&mut self) -> &'static str {
        if self.chance(15) { "~" } else { "" }
    }

    fn blank(&mut self) -> &'static str {
        if self.chance(15) { " " } else { "" }
    }

    /// A tag with this text after its sign.
    fn tag(&mut self, sign: &str, text: &str) -> String {
        let (open, close, end) = (self.tilde(), self.tilde(), self.blank());
        format!("{{{{{open}{sign}{text}{end}{close}}}}}")
    }

    /// A tag, often alone on its line.
    fn placed(&mut self, tag: &str) -> String {
        if self.chance(50) {
            return tag.to_owned();
        }
        let start = self.any_of(&["\n", "\n", "\r\n", ""]);
        let indent = self.any_of(&["", "  ", "\t", " "]);
        let trail = self.any_of(&["", "", " ", "\t "]);
        let end = self.any_of(&["\n", "\n", "\r\n", ""]);
        format!("{start}{indent}{tag}{trail}{end}")
    }

    /// A block, whose tags are often alone on their lines.
    fn block(&mut self, sign: &str, open: &str, name: &str, text: &str, inverse: Option<&str>) -> String {
        let (open, close) = (self.tag(sign, open), self.tag("/", name));
        let (open, close) = (self.placed(&open), self.placed(&close));
        match inverse {
            Some(inverse) => {
                let other = self.any_of(&["else", "else", "^"]);
                let other = self.tag("", other);
                let other = self.placed(&other);
                joined(&[open, text.to_owned(), other, inverse.to_owned(), close])
            }
            None => joined(&[open, text.to_owned(), close]),
        }
    }

    fn find(&mut self, scope: &Scope, wanted: impl Fn(&Target) -> bool) -> Option<Target> {
        let found: Vec<Target> = scope.targets().into_iter().filter(wanted).collect();
        (!found.is_empty()).then(|| self.any_of(&found))
    }

    /// A path to it, in one of its spellings.
    fn path(&mut self, scope: &Scope, target: &Target) -> String {
        let separator = if self.chance(15) { "/" } else { "." };
        let keys: Vec<String> = target.keys.iter().map(|key| self.key(key)).collect();
        let keys = keys.join(separator);
        if let Some(base) = &target.base {
            let separator = if base.starts_with('@') { "." } else { separator };
            return if keys.is_empty() { base.clone() } else { format!("{base}{separator}{keys}") };
        }
        if target.up > 0 {
            let up = vec![".."; target.up].join("/");
            return match keys.as_str() {
                "" => {
                    if self.chance(30) {
                        format!("{up}/this")
                    } else {
                        up
                    }
                }
                keys => format!("{up}/{keys}"),
            };
        }
        match target.keys.first() {
            None => self.any_of(&["this", ".", "this"]).to_owned(),
            Some(first) if scope.is_param(first) || self.chance(20) => {
                let this = self.any_of(&["this.", "./", "this/"]);
                format!("{this}{keys}")
            }
            Some(_) => keys,
        }
    }

    fn key(&mut self, key: &str) -> String {
        let is_plain = !key.contains([' ', '.']) && key != "true";
        if is_plain && !self.chance(10) { key.to_owned() } else { format!("[{key}]") }
    }

    fn value(&mut self, scope: &Scope) -> String {
        let is_plain = self.chance(80);
        let wanted = |target: &Target| !is_plain || !matches!(target.shape, Shape::Object(_));
        let Some(target) = self.find(scope, wanted) else { return self.text() };
        let path = self.path(scope, &target);
        let (open, close) = (self.tilde(), self.tilde());
        // handlebars.js adds up raw values that are numbers.
        match (&target.shape, self.rng.u8(..10)) {
            (Shape::Text, 0) => format!("{{{{{open}{{{path}}}{close}}}}}"),
            (Shape::Text, 1) => format!("{{{{{open}&{path}{close}}}}}"),
            _ => {
                let (before, after) = (self.blank(), self.blank());
                format!("{{{{{open}{before}{path}{after}{close}}}}}")
            }
        }
    }

    fn comment(&mut self) -> String {
        let tag = match self.rng.u8(..5) {
            0 => self.tag("!", " note "),
            1 => self.tag("!", " two\nlines "),
            2 => {
                let (open, close) = (self.tilde(), self.tilde());
                format!("{{{{{open}!-- {{{{name}}}} --{close}}}}}")
            }
            3 => "{{!}}".to_owned(),
            _ => "{{!-- note\n--}}".to_owned(),
        };
        self.placed(&tag)
    }

    fn escaped(&mut self, scope: &Scope) -> String {
        let value = self.value(scope);
        match (value.starts_with("{{") && !value.starts_with("{{{"), self.chance(50)) {
            (true, true) => format!("\\{value}"),
            (true, false) => format!("\\\\{value}"),
            (false, _) => value,
        }
    }

    fn call(&mut self, scope: &Scope) -> String {
        let call = self.expression(scope, 2);
        self.tag("", &call)
    }

    /// A call without its brackets, whose result is a text.
    fn expression(&mut self, scope: &Scope, depth: usize) -> String {
        let objects =
            self.find(scope, |target| matches!(&target.shape, Shape::Object(object) if !object.open));
        if let (Some(target), true) = (&objects, self.chance(40))
            && let Shape::Object(object) = &target.shape
        {
            let (key, shape) = self.any_of(&object.keys);
            if matches!(shape, Shape::Text) {
                let path = self.path(scope, target);
                return format!("lookup {path} {}", quoted(&key));
            }
        }
        let arguments: Vec<String> = (0..self.rng.usize(1..4)).map(|_| self.argument(scope, depth)).collect();
        format!("concat {}", arguments.join(" "))
    }

    /// An argument that is a text.
    fn argument(&mut self, scope: &Scope, depth: usize) -> String {
        match self.rng.u8(..6) {
            0 => self.any_of(&["\"a b\"", "'c'", "\"\"", "'\"'"]).to_owned(),
            1 if depth > 0 => format!("({})", self.expression(scope, depth - 1)),
            _ => match self.find(scope, |target| matches!(target.shape, Shape::Text)) {
                Some(target) => self.path(scope, &target),
                None => "\"z\"".to_owned(),
            },
        }
    }

    fn test(&mut self, scope: &Scope) -> String {
        match self.rng.u8(..12) {
            0 => "absent".to_owned(),
            1 => "absent.more".to_owned(),
            2 => self.any_of(&["true", "false", "0", "1", "\"\"", "\"x\"", "null"]).to_owned(),
            3 => format!("(eq {} {})", self.argument(scope, 1), self.argument(scope, 1)),
            4 => format!("(not {})", self.argument(scope, 1)),
            _ => match self.find(scope, |_| true) {
                Some(target) => self.path(scope, &target),
                None => "true".to_owned(),
            },
        }
    }

    fn condition(&mut self, scope: &Scope, depth: usize) -> String {
        let name = self.any_of(&["if", "if", "if", "unless"]);
        let mut open = format!("{name} {}", self.test(scope));
        if self.chance(8) {
            open.push_str(" includeZero=true");
        }
        let inner = scope.again();
        if self.chance(25) {
            return self.chain(&open, name, &inner, depth);
        }
        let text = self.body(&inner, depth + 1);
        let inverse = if self.chance(40) { Some(self.body(&inner, depth + 1)) } else { None };
        // handlebars.js judges the lines of `{{^` by the wrong one of two branches.
        let sign = if inverse.is_none() && self.chance(20) { "^" } else { "#" };
        self.block(sign, &open, name, &text, inverse.as_deref())
    }

    /// A block with `{{else if}}`.
    fn chain(&mut self, open: &str, name: &str, inner: &Scope, depth: usize) -> String {
        let text = self.body(inner, depth + 1);
        let open = self.tag("#", open);
        let mut parts = vec![self.placed(&open), text];
        // handlebars.js judges the line of the end by the first of the other branches, and cuts at the wrong one for a `~`.
        let end = self.any_of(&["\n", "."]);
        for _ in 0..self.rng.usize(1..3) {
            let (head, next) = match self.head_of_each(inner) {
                Some(head) if self.chance(25) => head,
                _ => (format!("if {}", self.test(inner)), inner.again()),
            };
            let text = self.body(&next, depth + 2);
            let tag = self.tag("", &format!("else {head}")).replace("{{~", "{{");
            let is_first = parts.len() == 2;
            let tag = if is_first || end == "\n" { self.placed(&tag) } else { tag };
            parts.extend([tag, text, end.to_owned()]);
        }
        if self.chance(50) {
            let text = self.body(inner, depth + 1);
            let tag = self.tag("", "else").replace("{{~", "{{");
            let tag = if end == "\n" { self.placed(&tag) } else { tag };
            parts.extend([tag, text, end.to_owned()]);
        }
        let after = self.any_of(&["", "~", " "]);
        parts.push(format!("{{{{/{name}{after}}}}}"));
        joined(&parts)
    }

    fn params(&mut self, scope: Scope, element: &Shape) -> (String, Scope) {
        if self.chance(65) {
            return (String::new(), scope);
        }
        let (one, two) = (self.any_of(&PARAMS), self.any_of(&PARAMS));
        if self.chance(50) && one != two {
            let scope = scope.with_param(one, element.clone()).with_param(two, Shape::Any);
            (format!(" as |{one} {two}|"), scope)
        } else {
            (format!(" as |{one}|"), scope.with_param(one, element.clone()))
        }
    }

    fn head_of_each(&mut self, scope: &Scope) -> Option<(String, Scope)> {
        let wanted = |target: &Target| match &target.shape {
            Shape::List(_) => true,
            Shape::Object(object) => !object.open,
            _ => false,
        };
        let target = self.find(scope, wanted)?;
        let element = match &target.shape {
            Shape::List(element) => (**element).clone(),
            _ => Shape::Any,
        };
        let path = self.path(scope, &target);
        let (params, inner) = self.params(scope.with(element.clone()).in_loop(), &element);
        Some((format!("each {path}{params}"), inner))
    }

    fn each(&mut self, scope: &Scope, depth: usize) -> String {
        let Some((open, inner)) = self.head_of_each(scope) else { return self.value(scope) };
        let text = self.body(&inner, depth + 1);
        let inverse = if self.chance(30) { Some(self.body(&scope.again(), depth + 1)) } else { None };
        // `^` would show the text outside of the loop.
        self.block("#", &open, "each", &text, inverse.as_deref())
    }

    fn with(&mut self, scope: &Scope, depth: usize) -> String {
        let wanted = |target: &Target| {
            matches!(
                target.shape,
                Shape::Object(_) | Shape::List(_) | Shape::Text | Shape::Number | Shape::Maybe(_)
            )
        };
        let Some(target) = self.find(scope, wanted) else { return self.value(scope) };
        let shape = match &target.shape {
            Shape::Maybe(shape) => (**shape).clone(),
            shape => shape.clone(),
        };
        let path = self.path(scope, &target);
        let mut inner = scope.with(shape.clone());
        let mut open = format!("with {path}");
        if self.chance(35) {
            let name = self.any_of(&PARAMS);
            open = format!("{open} as |{name}|");
            inner = inner.with_param(name, shape);
        }
        let text = self.body(&inner, depth + 1);
        // The runner refuses what is empty without `{{else}}`.
        let has_inverse = !matches!(target.shape, Shape::Object(_) | Shape::Number) || self.chance(30);
        let inverse = if has_inverse { Some(self.body(&scope.again(), depth + 1)) } else { None };
        self.block("#", &open, "with", &text, inverse.as_deref())
    }

    /// A block over a value.
    fn section(&mut self, scope: &Scope, depth: usize) -> String {
        let wanted = |target: &Target| {
            !matches!(target.shape, Shape::Any | Shape::Hidden)
                && target.base.as_deref() != Some("@root.groups.[0].name")
        };
        let Some(target) = self.find(scope, wanted) else { return self.value(scope) };
        let path = self.path(scope, &target);
        let (sign, other) = if self.chance(25) { ("^", true) } else { ("#", false) };
        let (params, inner) = match &target.shape {
            Shape::Bool => (String::new(), scope.again()),
            Shape::List(element) => {
                let inner = scope.with((**element).clone()).in_loop();
                if other { (String::new(), inner) } else { self.params(inner, element) }
            }
            Shape::Maybe(shape) => match &**shape {
                Shape::List(_) | Shape::Bool => return self.value(scope),
                shape => (String::new(), scope.with(shape.clone())),
            },
            shape => (String::new(), scope.with(shape.clone())),
        };
        let text = self.body(&inner, depth + 1);
        let inverse = self.body(&scope.again(), depth + 1);
        let open = format!("{path}{params}");
        match (other, self.chance(40)) {
            (true, _) => self.block(sign, &open, &path, &inverse, None),
            (false, true) => self.block(sign, &open, &path, &text, Some(&inverse)),
            (false, false) => self.block(sign, &open, &path, &text, None),
        }
    }

    fn raw_block(&mut self, scope: &Scope) -> String {
        let condition = self.test(scope);
        let text = self.any_of(&[" {{name}} ", "\n{{#if}}\n", "", " \\{{x}} { ", "{{{{b}}}} {{{{/b}}}}"]);
        let (open, close) = (format!("{{{{{{{{if {condition}}}}}}}}}"), "{{{{/if}}}}".to_owned());
        let (open, close) = (self.placed(&open), self.placed(&close));
        joined(&[open, text.to_owned(), close])
    }

    fn inline(&mut self, scope: &Scope, depth: usize) -> (String, Shape, String) {
        let name = self.name('i');
        let context =
            match self.find(scope, |target| matches!(&target.shape, Shape::Object(object) if !object.open)) {
                Some(target) => target.shape,
                None => Shape::Any,
            };
        let mut inner = match &context {
            Shape::Any => Scope::of(Shape::Hidden),
            context => Scope::of(context.clone()),
        };
        // Their names stand for nothing there.
        inner.params = scope.params.iter().map(|(name, _)| (name.clone(), Shape::Hidden)).collect();
        let text = self.body(&inner, depth + 2);
        let block = self.block("#*", &format!("inline {}", quoted(&name)), "inline", &text, None);
        (name, context, block)
    }

    fn partial_call(&mut self, scope: &Scope, depth: usize) -> String {
        if scope.has_block && self.chance(60) {
            let tag = self.tag(">", " @partial-block");
            return self.placed(&tag);
        }
        if !scope.inlines.is_empty() && self.chance(50) {
            let (name, context) = self.any_of(&scope.inlines);
            let target = self.find(scope, |target| target.shape.is(&context));
            let arguments = match target {
                Some(target) => format!(" {}", self.path(scope, &target)),
                None if matches!(context, Shape::Any) => String::new(),
                None => return self.value(scope),
            };
            return self.called(&name, &arguments);
        }
        if self.chance(10) {
            let name = self.name('n');
            let mut inner = scope.again();
            inner.loops = inner.loops.min(1);
            inner.has_block = false;
            let text = self.body(&inner, depth + 1);
            return self.block("#>", &format!(" {name}"), &name, &text, None);
        }
        let usable: Vec<usize> = (0..self.partials.len())
            .filter(|index| {
                scope.targets().iter().any(|target| target.shape.is(&self.partials[*index].context))
            })
            .collect();
        if usable.is_empty() {
            return self.value(scope);
        }
        let index = self.any_of(&usable);
        let context = self.partials[index].context.clone();
        let (name, key) = (self.partials[index].name.clone(), self.partials[index].key);
        let Some(target) = self.find(scope, |target| target.shape.is(&context)) else {
            return self.value(scope);
        };
        let is_current = target.up == 0 && target.base.is_none() && target.keys.is_empty();
        let mut arguments = String::new();
        if !is_current || self.chance(30) {
            arguments = format!(" {}", self.path(scope, &target));
        }
        if let Some(key) = key {
            arguments = format!("{arguments} {key}={}", self.argument(scope, 1));
        }
        if !self.partials[index].is_layout {
            return self.called(&name, &arguments);
        }
        let mut inner = if is_current && key.is_none() { scope.clone() } else { scope.with(context) };
        // With a key the context is a new object.
        if key.is_some()
            && let Some(frame) = inner.frames.last_mut()
        {
            frame.is_last = false;
        }
        inner.loops = inner.loops.min(1);
        inner.has_block = false;
        let text = self.body(&inner, depth + 1);
        self.block("#>", &format!(" {name}{arguments}"), &name, &text, None)
    }

    /// A call of a partial by its name, or by a name that is computed.
    fn called(&mut self, name: &str, arguments: &str) -> String {
        let name = match self.rng.u8(..10) {
            0 => quoted(name),
            1 => format!("[{name}]"),
            // The partials in files are found before anything is computed.
            2 if name.starts_with('i') => format!("(concat {} {})", quoted(&name[..1]), quoted(&name[1..])),
            _ => name.to_owned(),
        };
        let blank = self.any_of(&[" ", " ", ""]);
        let tag = self.tag(">", &format!("{blank}{name}{arguments}"));
        self.placed(&tag)
    }
}

/// The parts in a row. A brace beside a tag would be part of it.
fn joined(parts: &[String]) -> String {
    let mut text = String::new();
    for part in parts {
        let is_brace = |brace: char| text.ends_with(brace) && part.starts_with(brace);
        if is_brace('{') || is_brace('}') {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}

/// A text without quotes, in quotes.
fn quoted(text: &str) -> String {
    json!(text).to_string()
}
