//! A parsed template.
//!
//! White space is as a rendering needs it: what `~` and lines without text remove is gone.

use std::ops::Range;

use serde_json::Number;

/// The bytes of a tag, or of a part of it, in the text of the template.
pub type Span = Range<usize>;

/// The nodes of a template, or of a branch of a block, in order.
pub type Body = Vec<Node>;

#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Text(String, Span),
    Output(Output),
    Block(Box<Block>),
    Partial(Box<Partial>),
    Inline(Box<Inline>),
}

/// `{{x}}` or `{{helper x}}`; with `{{{` or `{{&` it is raw.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub call: Call,
    pub is_raw: bool,
    /// The whole tag.
    pub span: Span,
}

/// `{{#helper x}}…{{else}}…{{/helper}}`, also `{{^x}}…{{/x}}`. `{{else if y}}` is a block in `inverse`.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub call: Call,
    /// The names after `as`: `{{#each list as |item index|}}`.
    pub names: Vec<String>,
    /// Empty in `{{^x}}…{{/x}}`, which has only the other branch.
    pub body: Body,
    /// `None` without `{{else}}`.
    pub inverse: Option<Body>,
    /// The tag that opens it.
    pub span: Span,
}

/// What a tag or brackets hold: a value, or a helper with its arguments. A path without arguments is a helper if there is one
/// of this name, else a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub callee: Expression,
    pub arguments: Vec<Expression>,
    /// `name=value`, in order.
    pub options: Vec<(String, Expression)>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    Literal(Literal, Span),
    Path(Path),
    /// In brackets.
    Call(Box<Call>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Null,
    Undefined,
    Bool(bool),
    Number(Number),
    Text(String),
}

/// `name`, `../a.b`, `@root.x`, `this`.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub start: Start,
    /// What follows: the names between dots or slashes, without brackets. Neither `this` nor `.` is among them.
    pub names: Vec<String>,
    /// Whether it is more than a bare name: `this.x`, `./x` and `../x` are never helpers or names of a block.
    pub is_scoped: bool,
    pub span: Span,
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the context, so many levels up.
    Context { up: usize },
    /// At `@root`.
    Root,
    /// At a local of the block so many levels up: `@index`, `@../key`. Its name is the first of the path's.
    Local { up: usize },
}

/// `{{> name context option=value}}`, or with a body `{{#> name}}…{{/name}}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Partial {
    pub name: PartialName,
    pub context: Option<Expression>,
    pub options: Vec<(String, Expression)>,
    /// What `@partial-block` renders, or what is rendered if there is no such partial.
    pub body: Option<Body>,
    /// The blanks before a tag that is alone on its line: each line of the partial's text begins with them.
    pub indent: String,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum PartialName {
    Fixed(String),
    /// `{{> (helper x)}}`.
    Computed(Call),
}

/// `{{#*inline "name"}}…{{/inline}}`: a partial of the block that it stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct Inline {
    pub name: String,
    pub body: Body,
    pub span: Span,
}

impl Expression {
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Literal(_, span) => span.clone(),
            Self::Path(path) => path.span.clone(),
            Self::Call(call) => call.span.clone(),
        }
    }
}

impl Node {
    /// The bytes of a text, or of the tag that a node begins with.
    #[must_use]
    pub fn span(&self) -> &Span {
        match self {
            Self::Text(_, span) => span,
            Self::Output(output) => &output.span,
            Self::Block(block) => &block.span,
            Self::Partial(partial) => &partial.span,
            Self::Inline(inline) => &inline.span,
        }
    }
}
