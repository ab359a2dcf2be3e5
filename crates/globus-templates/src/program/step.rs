//! The steps of a rendering.

use crate::handlebars::Span;
use crate::helpers::Function;
use crate::value::{Key, Place, Value};

/// What a template, a branch of a block, or a partial renders.
#[derive(Debug, Default)]
pub struct Body {
    /// One for each node of the tree.
    pub steps: Vec<Step>,
    /// The partials that it defines. They are known in all of it, also in what it includes.
    pub inline: Vec<(String, Body)>,
}

#[derive(Debug)]
pub enum Step {
    Text(String, Span),
    Output(Output),
    Block(Box<Block>),
    Include(Box<Include>),
    /// Where an inline partial is defined.
    Definition,
}

#[derive(Debug)]
pub struct Output {
    pub value: Expression,
    pub writing: Writing,
    pub span: Span,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// Escaped, and followed to where it lands.
    Value,
    /// Escaped, but not followed: a value of the profile's own `[vars]`, which is the author's word.
    Author,
    /// As it is.
    Raw,
}

#[derive(Debug)]
pub struct Block {
    pub kind: BlockKind,
    pub body: Body,
    pub inverse: Option<Body>,
    /// Whether it has names for values: `as |item|`.
    pub has_names: bool,
    pub span: Span,
}

#[derive(Debug)]
pub enum BlockKind {
    Each(Expression),
    With(Expression),
    /// `if` and `unless`: what has to hold for the body.
    If {
        condition: Expression,
        include_zero: Option<Expression>,
        wanted: bool,
    },
    /// A helper that gives true or false.
    Question(&'static Function, Call),
    /// `{{#x}}` for a value.
    Section(Expression),
    /// `{{{{raw}}}}`
    Raw,
}

#[derive(Debug)]
pub struct Include {
    pub name: IncludeName,
    pub context: Option<Expression>,
    pub options: Vec<(Key, Expression)>,
    /// What `@partial-block` renders, or what is rendered if there is no such partial.
    pub body: Option<Body>,
    pub indent: String,
    pub span: Span,
}

#[derive(Debug)]
pub enum IncludeName {
    Fixed(String),
    Computed(Call),
    /// `@partial-block`
    Block,
}

#[derive(Debug)]
pub enum Expression {
    Literal(Value),
    Path(Path),
    Call(Box<Call>),
    /// A name without arguments: a variable, or a helper if there is no such variable.
    Name(Path, Box<Call>),
}

impl Expression {
    /// Whether a helper may be called for its value.
    #[must_use]
    pub fn has_call(&self) -> bool {
        matches!(self, Self::Call(_) | Self::Name(..))
    }
}

#[derive(Debug)]
pub struct Call {
    pub helper: Helper,
    /// As it is written.
    pub name: String,
    pub arguments: Vec<Expression>,
    pub options: Vec<(String, Expression)>,
}

#[derive(Debug, Clone, Copy)]
pub enum Helper {
    Own(&'static Function),
    /// `lookup`
    Lookup,
}

impl Helper {
    /// The function of this program, if it is one.
    #[must_use]
    pub fn own(self) -> Option<&'static Function> {
        match self {
            Self::Own(function) => Some(function),
            Self::Lookup => None,
        }
    }
}

#[derive(Debug)]
pub struct Path {
    pub start: Start,
    /// With the name of a local or of a block's value, if it starts at one.
    pub keys: Vec<String>,
    pub span: Span,
    /// Of its first key, in the latest context.
    pub place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
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
pub enum Local {
    Index,
    Key,
    First,
    Last,
    /// `@partial-block`: whether there is one.
    PartialBlock,
    Unknown,
}
