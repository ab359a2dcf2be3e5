//! From a tree to the steps of its rendering.

use super::step::{
    Block, BlockKind, Body, Call, Expression, Helper, Include, IncludeName, Local, Output, Path, Start, Step,
    Writing,
};
use crate::handlebars::{self as tree, Literal, Mistake, Node, PartialName, Span};
use crate::helpers;
use crate::value::{Place, Value};

/// Compiles a template, or a partial, as far as it has no mistakes.
#[must_use]
pub fn compile(body: &[Node], is_main: bool) -> (Body, Vec<Mistake>) {
    let mut compiler = Compiler { names: Vec::new(), is_plain: is_main, tag: 0..0, mistakes: Vec::new() };
    let body = compiler.body(body);
    (body, compiler.mistakes)
}

struct Compiler<'t> {
    /// The names of the blocks around, the innermost last. A name is resolved by where it is written.
    names: Vec<&'t [String]>,
    /// Whether this is the main template, and no block with a context of its own is around: a row could have a key `vars`
    /// too.
    is_plain: bool,
    /// The tag that is being compiled.
    tag: Span,
    /// So far.
    mistakes: Vec<Mistake>,
}

impl<'t> Compiler<'t> {
    /// What has a mistake is left out.
    fn body(&mut self, nodes: &'t [Node]) -> Body {
        let mut body = Body::default();
        for node in nodes {
            self.tag = node.span().clone();
            let step = match node {
                Node::Text(text, span) => Ok(Step::Text(text.clone(), span.clone())),
                Node::Output(output) => self.output(output).map(Step::Output),
                Node::Block(block) => Ok(Step::Block(Box::new(self.block(block)))),
                Node::Partial(partial) => {
                    self.include(partial).map(|include| Step::Include(Box::new(include)))
                }
                Node::Inline(inline) => {
                    let (inner, mistakes) = compile(&inline.body, false);
                    self.mistakes.extend(mistakes);
                    body.inline.retain(|(name, _)| *name != inline.name);
                    body.inline.push((inline.name.clone(), inner));
                    Ok(Step::Definition)
                }
            };
            match step {
                Ok(step) => body.steps.push(step),
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
        body
    }

    fn output(&self, output: &'t tree::Output) -> Result<Output, Mistake> {
        let value = self.callee(&output.call, false)?;
        let writing = match &value {
            _ if output.is_raw => Writing::Raw,
            Expression::Path(path) if self.is_plain && is_author_value(path) => Writing::Author,
            _ => Writing::Value,
        };
        Ok(Output { value, writing, span: output.span.clone() })
    }

    fn block(&mut self, block: &'t tree::Block) -> Block {
        let kind = self.kind(block).unwrap_or_else(|mistake| {
            self.mistakes.push(mistake);
            BlockKind::Raw
        });
        let keeps_context =
            matches!(kind, BlockKind::If { .. } | BlockKind::Question(..)) && block.names.is_empty();
        let was_plain = self.is_plain;
        self.is_plain &= keeps_context;
        let has_names = !block.names.is_empty();
        if has_names {
            self.names.push(&block.names);
        }
        let body = self.body(&block.body);
        if has_names {
            self.names.pop();
        }
        self.is_plain = was_plain;
        let inverse = block.inverse.as_ref().map(|inverse| self.body(inverse));
        Block { kind, body, inverse, has_names, span: block.span.clone() }
    }

    fn kind(&self, block: &'t tree::Block) -> Result<BlockKind, Mistake> {
        let call = &block.call;
        Ok(match self.built_in(call) {
            Some("if") => self.condition(block, true)?,
            Some("unless") => self.condition(block, false)?,
            Some("each") => BlockKind::Each(self.only_argument(block, "each", &[])?),
            Some("with") => BlockKind::With(self.only_argument(block, "with", &[])?),
            Some("raw") => BlockKind::Raw,
            _ => match self.callee(call, true)? {
                Expression::Call(call) => match call.helper {
                    Helper::Own(function) => BlockKind::Question(function, *call),
                    Helper::Lookup => return Err(self.mistake("`lookup` is not a block", Some(LOOKUP))),
                },
                value => BlockKind::Section(value),
            },
        })
    }

    fn condition(&self, block: &'t tree::Block, wanted: bool) -> Result<BlockKind, Mistake> {
        let name = if wanted { "if" } else { "unless" };
        let condition = self.only_argument(block, name, &["includeZero"])?;
        let include_zero =
            block.call.options.first().map(|(_, option)| self.expression(option, true)).transpose()?;
        Ok(BlockKind::If { condition, include_zero, wanted })
    }

    /// The argument of a block that takes one.
    fn only_argument(
        &self,
        block: &'t tree::Block,
        name: &str,
        options: &[&str],
    ) -> Result<Expression, Mistake> {
        let call = &block.call;
        let help = format!("write `{{{{#{name} x}}}}`; a helper with arguments of its own is in brackets");
        let [argument] = call.arguments.as_slice() else {
            let message = format!("`{name}` takes one argument, not {}", call.arguments.len());
            return Err(self.mistake(message, Some(&help)));
        };
        if let Some((option, _)) = call.options.iter().find(|(option, _)| !options.contains(&option.as_str()))
        {
            return Err(self.mistake(format!("`{name}` has no option `{option}`"), None));
        }
        self.expression(argument, matches!(name, "if" | "unless"))
    }

    fn include(&mut self, partial: &'t tree::Partial) -> Result<Include, Mistake> {
        let name = match &partial.name {
            PartialName::Fixed(name) if name == "@partial-block" => IncludeName::Block,
            PartialName::Fixed(name) => IncludeName::Fixed(name.clone()),
            PartialName::Computed(call) => IncludeName::Computed(self.call(call, false)?),
        };
        let context = partial.context.as_ref().map(|context| self.expression(context, true)).transpose()?;
        let option = |(name, option): &'t (String, tree::Expression)| {
            Ok((name.as_str().into(), self.expression(option, true)?))
        };
        let options = partial.options.iter().map(option).collect::<Result<_, Mistake>>()?;
        let was_plain = std::mem::replace(&mut self.is_plain, false);
        let body = partial.body.as_ref().map(|body| self.body(body));
        self.is_plain = was_plain;
        Ok(Include {
            name,
            context,
            options,
            body,
            indent: partial.indent.clone(),
            span: partial.span.clone(),
        })
    }

    /// What a tag names: a value, or a helper with its arguments.
    fn callee(&self, call: &'t tree::Call, is_block: bool) -> Result<Expression, Mistake> {
        let is_alone = call.arguments.is_empty() && call.options.is_empty();
        match &call.callee {
            tree::Expression::Call(inner) if is_alone => {
                Ok(Expression::Call(Box::new(self.call(inner, is_block)?)))
            }
            tree::Expression::Path(path) if is_alone => {
                let value = self.path(path);
                match (name_of(path), value.start) {
                    (Some(name), Start::Context(_)) if helpers::exists(name) => {
                        Ok(Expression::Name(value, Box::new(self.call(call, is_block)?)))
                    }
                    _ => Ok(Expression::Path(value)),
                }
            }
            tree::Expression::Literal(literal, span) if is_alone => {
                let keys = vec![name_of_literal(literal)];
                Ok(Expression::Path(Path {
                    start: Start::Context(0),
                    keys,
                    span: span.clone(),
                    place: Place::default(),
                }))
            }
            _ => Ok(Expression::Call(Box::new(self.call(call, is_block)?))),
        }
    }

    fn call(&self, call: &'t tree::Call, is_condition: bool) -> Result<Call, Mistake> {
        let name = match &call.callee {
            tree::Expression::Path(path) => name_of(path),
            _ => None,
        };
        let Some(name) = name else {
            return Err(self.mistake("this is a value, which takes no arguments", None));
        };
        let helper = match name {
            "lookup" => Helper::Lookup,
            name => match helpers::own(name) {
                Some(function) => Helper::Own(function),
                None if helpers::exists(name) => {
                    let help = format!("write `{{{{#{name} x}}}}…{{{{/{name}}}}}`");
                    return Err(self.mistake(format!("`{name}` is a block"), Some(&help)));
                }
                None => {
                    let help = helpers::instead_of(name).or_else(|| is_condition.then(|| blocks_for(name)));
                    return Err(self.mistake(format!("there is no helper `{name}`"), help.as_deref()));
                }
            },
        };
        if matches!(helper, Helper::Lookup) && call.arguments.len() != 2 {
            let message = format!("`lookup` takes 2 arguments, not {}", call.arguments.len());
            return Err(self.mistake(message, Some(LOOKUP)));
        }
        // In other languages it gives one of its arguments, and true or false is the same only where both are conditions.
        let is_choice = matches!(name, "or" | "and");
        if is_choice && !is_condition && !call.arguments.iter().all(is_true_or_false) {
            let message = format!("`{name}` gives true or false, not one of its arguments");
            return Err(self.mistake(message, Some("`{{coalesce A B}}` gives the first that is not empty")));
        }
        let takes_conditions = name == "json" || helpers::is_question(name);
        let argument = |argument: &'t tree::Expression| self.expression(argument, takes_conditions);
        let arguments = call.arguments.iter().map(argument).collect::<Result<_, _>>()?;
        let option = |(name, option): &'t (String, tree::Expression)| Ok((name.clone(), argument(option)?));
        let options = call.options.iter().map(option).collect::<Result<_, Mistake>>()?;
        Ok(Call { helper, name: name.to_owned(), arguments, options })
    }

    fn expression(
        &self,
        expression: &'t tree::Expression,
        is_condition: bool,
    ) -> Result<Expression, Mistake> {
        Ok(match expression {
            tree::Expression::Literal(literal, _) => Expression::Literal(value_of(literal)),
            tree::Expression::Path(path) => Expression::Path(self.path(path)),
            tree::Expression::Call(call) => Expression::Call(Box::new(self.call(call, is_condition)?)),
        })
    }

    fn path(&self, path: &tree::Path) -> Path {
        let first = path.names.first();
        let start = match path.start {
            tree::Start::Context { up } => {
                let name = first.filter(|_| !path.is_scoped).and_then(|first| self.name(first));
                name.unwrap_or(Start::Context(up))
            }
            tree::Start::Root => Start::Root,
            tree::Start::Local { up } => Start::Local(up, local(first.map_or("", String::as_str))),
        };
        Path { start, keys: path.names.clone(), span: path.span.clone(), place: Place::default() }
    }

    /// The name of a block around.
    fn name(&self, name: &str) -> Option<Start> {
        self.names.iter().rev().enumerate().find_map(|(up, names)| {
            let at = names.iter().position(|other| other == name)?;
            Some(Start::Name(up, at))
        })
    }

    /// A mistake of this tag that no data can make right.
    fn mistake(&self, message: impl Into<String>, help: Option<&str>) -> Mistake {
        Mistake { span: self.tag.clone(), message: message.into(), help: help.map(str::to_owned) }
    }

    /// The helper of Handlebars itself that opens a block, unless a name of a block hides it.
    fn built_in(&self, call: &'t tree::Call) -> Option<&'t str> {
        let tree::Expression::Path(path) = &call.callee else { return None };
        let name = name_of(path)?;
        let is_hidden = call.arguments.is_empty() && call.options.is_empty() && self.name(name).is_some();
        (!is_hidden).then_some(name)
    }
}

const LOOKUP: &str = "write `{{lookup OBJECT KEY}}`";

/// The name that could be a helper's.
fn name_of(path: &tree::Path) -> Option<&str> {
    match (path.start, path.names.as_slice()) {
        (tree::Start::Context { up: 0 }, [name]) if !path.is_scoped => Some(name),
        _ => None,
    }
}

fn local(name: &str) -> Local {
    match name {
        "index" => Local::Index,
        "key" => Local::Key,
        "first" => Local::First,
        "last" => Local::Last,
        "partial-block" => Local::PartialBlock,
        _ => Local::Unknown,
    }
}

fn value_of(literal: &Literal) -> Value {
    match literal {
        Literal::Null | Literal::Undefined => Value::Null,
        Literal::Bool(flag) => (*flag).into(),
        Literal::Number(number) => number.clone().into(),
        Literal::Text(text) => text.as_str().into(),
    }
}

/// A literal that is not an argument is a key, as in `{{"a b"}}`.
fn name_of_literal(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Undefined => "undefined".to_owned(),
        Literal::Bool(flag) => flag.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Text(text) => text.clone(),
    }
}

/// How to write a block for a value.
fn blocks_for(path: &str) -> String {
    format!("write `{{{{#if {path}}}}}`, `{{{{#each {path}}}}}` or `{{{{#with {path}}}}}`")
}

fn is_true_or_false(argument: &tree::Expression) -> bool {
    match argument {
        tree::Expression::Literal(literal, _) => matches!(literal, Literal::Bool(_)),
        tree::Expression::Call(call) => match &call.callee {
            tree::Expression::Path(path) => name_of(path).is_some_and(helpers::is_question),
            _ => false,
        },
        tree::Expression::Path(_) => false,
    }
}

/// Whether a path can only mean a value of the profile's `[vars]`.
fn is_author_value(path: &Path) -> bool {
    matches!(path.start, Start::Context(0) | Start::Root)
        && path.keys.len() > 1
        && path.keys.first().is_some_and(|key| key == "vars")
}
