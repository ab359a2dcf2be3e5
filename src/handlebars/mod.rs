//! The language of templates, [Handlebars](https://handlebarsjs.com/guide/): a text becomes a tree. No data, no helpers.

mod tree;

pub use tree::{
    Block, Body, Call, Expression, Inline, Literal, Node, Output, Partial, PartialName, Path, Span, Start,
};
