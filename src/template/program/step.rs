//! The steps of a rendering.

use crate::data::{Key, Value};
use crate::handlebars::Span;
use crate::template::helpers::Function;

/// What a template, a branch of a block, or a partial renders.
#[derive(Debug, Default)]
pub(in crate::template) struct Body {
    /// One for each node of the tree.
    pub(in crate::template) steps: Vec<Step>,
    /// The partials that it defines. They are known in all of it, also in what it includes.
    pub(in crate::template) inline: Vec<(String, Body)>,
}

#[derive(Debug)]
pub(in crate::template) enum Step {
    Text(String, Span),
    Output(Output),
    Block(Box<Block>),
    Include(Box<Include>),
    /// Where an inline partial is defined.
    Definition,
}

#[derive(Debug)]
pub(in crate::template) struct Output {
    pub(in crate::template) value: Expression,
    pub(in crate::template) writing: Writing,
    pub(in crate::template) span: Span,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::template) enum Writing {
    /// Escaped, and followed to where it lands.
    Value,
    /// Escaped, but not followed: a value of the profile's own `[vars]`, which is the author's word.
    Author,
    /// As it is.
    Raw,
}

#[derive(Debug)]
pub(in crate::template) struct Block {
    pub(in crate::template) kind: BlockKind,
    pub(in crate::template) body: Body,
    pub(in crate::template) inverse: Option<Body>,
    /// Whether it has names for values: `as |item|`.
    pub(in crate::template) has_names: bool,
    pub(in crate::template) span: Span,
}

#[derive(Debug)]
pub(in crate::template) enum BlockKind {
    Each(Expression),
    With(Expression),
    /// `if` and `unless`: what has to hold for the body.
    If {
        condition: Expression,
        include_zero: Option<Expression>,
        wanted: bool,
    },
    /// A helper that gives true or false.
    Question(Call),
    /// `{{#x}}` for a value.
    Section(Expression),
    /// `{{{{raw}}}}`
    Raw,
}

#[derive(Debug)]
pub(in crate::template) struct Include {
    pub(in crate::template) name: IncludeName,
    pub(in crate::template) context: Option<Expression>,
    pub(in crate::template) options: Vec<(Key, Expression)>,
    /// What `@partial-block` renders, or what is rendered if there is no such partial.
    pub(in crate::template) body: Option<Body>,
    pub(in crate::template) indent: String,
    pub(in crate::template) span: Span,
}

#[derive(Debug)]
pub(in crate::template) enum IncludeName {
    Fixed(String),
    Computed(Call),
    /// `@partial-block`
    Block,
}

#[derive(Debug)]
pub(in crate::template) enum Expression {
    Literal(Value),
    Path(Path),
    Call(Box<Call>),
    /// A name without arguments: a variable, or a helper if there is no such variable.
    Name(Path, Box<Call>),
}

#[derive(Debug)]
pub(in crate::template) struct Call {
    pub(in crate::template) helper: Helper,
    /// As it is written.
    pub(in crate::template) name: String,
    pub(in crate::template) arguments: Vec<Expression>,
    pub(in crate::template) options: Vec<(String, Expression)>,
}

#[derive(Debug, Clone, Copy)]
pub(in crate::template) enum Helper {
    Own(&'static Function),
    /// `lookup`
    Lookup,
}

#[derive(Debug)]
pub(in crate::template) struct Path {
    pub(in crate::template) start: Start,
    /// With the name of a local or of a block's value, if it starts at one.
    pub(in crate::template) keys: Vec<String>,
    pub(in crate::template) span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::template) enum Start {
    /// A context, so many levels up.
    Context(usize),
    Root,
    /// A local of the loop so many levels up.
    Local(usize, Local),
    /// The first or second name of a block that has names, so many of them up.
    Name(usize, usize),
}

/// `@index` and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::template) enum Local {
    Index,
    Key,
    First,
    Last,
    /// `@partial-block`: whether there is one.
    PartialBlock,
    Unknown,
}
