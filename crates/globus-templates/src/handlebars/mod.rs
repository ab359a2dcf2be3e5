//! The language of templates, [Handlebars](https://handlebarsjs.com/guide/): a text becomes a tree. No data, no helpers.

mod blocks;
mod cursor;
mod expression;
mod foreign;
mod literal;
mod mistake;
mod path;
mod pieces;
mod tag;
#[cfg(test)]
mod tests;
mod tree;
mod walk;
mod white_space;
mod words;

pub use blocks::parse;
pub use mistake::Mistake;
pub use tree::{
    Block, Body, Call, Expression, Literal, Node, Output, Partial, PartialName, Path, Span, Start,
};
pub use walk::each;
