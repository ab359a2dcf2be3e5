//! The tree, from the pieces of a text.

use super::cursor::Cursor;
use super::expression::{arguments, brackets, call, expression, names};
use super::mistake::Mistake;
use super::pieces::{Piece, pieces, unclosed};
use super::tag::{Tag, TagKind};
use super::tree::{Block, Body, Call, Expression, Inline, Literal, Node, Output, Partial, PartialName, Span};
use super::white_space;
use super::words::WordKind;

/// The most blocks inside each other, of which each `{{else if}}` is one. Rendering recurses.
const MAX_BLOCKS: usize = 50;

/// The tree of a template.
pub fn parse(text: &str) -> Result<Body, Mistake> {
    let mut pieces = pieces(text)?;
    white_space::trim(text, &mut pieces);
    let mut builder = Builder { text, open: Vec::new(), body: Vec::new() };
    for piece in &pieces {
        match piece {
            Piece::Text(span) => builder.text(span),
            Piece::Tag(tag) => builder.tag(tag)?,
        }
    }
    match builder.open.into_iter().rev().find(|level| !level.is_chained) {
        Some(level) => Err(unclosed(text, level.tag)),
        None => Ok(builder.body),
    }
}

struct Builder<'p, 't> {
    text: &'t str,
    /// The blocks around the place that is read, the innermost last.
    open: Vec<Level<'p, 't>>,
    /// The nodes of the innermost block so far.
    body: Body,
}

/// A block that is not closed yet.
struct Level<'p, 't> {
    tag: &'p Tag<'t>,
    opened: Opened,
    /// Whether it is an `{{else if}}`, which the end of the block around it closes.
    is_chained: bool,
    /// The nodes before it in the body that it stands in.
    before: Body,
}

enum Opened {
    Block {
        call: Call,
        names: Vec<String>,
        /// The first branch, once `{{else}}` has ended it.
        first: Option<Body>,
    },
    Partial(Partial),
    Inline(String),
}

impl<'p, 't> Builder<'p, 't> {
    fn text(&mut self, span: &Span) {
        let text = &self.text[span.clone()];
        match self.body.last_mut() {
            _ if text.is_empty() => {}
            Some(Node::Text(before, whole)) => {
                before.push_str(text);
                whole.end = span.end;
            }
            _ => self.body.push(Node::Text(text.to_owned(), span.clone())),
        }
    }

    fn tag(&mut self, tag: &'p Tag<'t>) -> Result<(), Mistake> {
        let mut words = Cursor::new(self.text, tag);
        match tag.kind {
            TagKind::Comment => {}
            TagKind::Value | TagKind::Raw => {
                let call = call(&mut words)?;
                words.finish()?;
                let is_raw = tag.kind == TagKind::Raw;
                self.body.push(Node::Output(Output { call, is_raw, span: tag.span.clone() }));
            }
            TagKind::Block | TagKind::Inverse | TagKind::Verbatim => self.block(tag, words, false)?,
            TagKind::Else => self.otherwise(tag)?,
            TagKind::ElseBlock => {
                self.otherwise(tag)?;
                self.block(tag, words, true)?;
            }
            TagKind::End => self.end(tag, &mut words)?,
            TagKind::Partial | TagKind::PartialBlock => self.partial(tag, words)?,
            TagKind::Decorator | TagKind::DecoratorBlock => self.inline(tag, words)?,
        }
        Ok(())
    }

    fn block(
        &mut self,
        tag: &'p Tag<'t>,
        mut words: Cursor<'p, 't>,
        is_chained: bool,
    ) -> Result<(), Mistake> {
        let call = call(&mut words)?;
        let names = names(&mut words)?;
        words.finish()?;
        self.open(tag, Opened::Block { call, names, first: None }, is_chained)
    }

    fn open(&mut self, tag: &'p Tag<'t>, opened: Opened, is_chained: bool) -> Result<(), Mistake> {
        if self.open.len() == MAX_BLOCKS {
            let message = format!("more than {MAX_BLOCKS} blocks inside each other");
            return Err(Mistake::new(tag.span.clone(), message));
        }
        let before = std::mem::take(&mut self.body);
        self.open.push(Level { tag, opened, is_chained, before });
        Ok(())
    }

    fn otherwise(&mut self, tag: &Tag<'_>) -> Result<(), Mistake> {
        let mistake = |message: &str| Err(Mistake::new(tag.span.clone(), message));
        match self.open.last_mut() {
            None => mistake("this is outside every block"),
            Some(Level { opened: Opened::Block { first, .. }, tag: opened, .. }) => {
                if first.is_some() {
                    return mistake("the block has an `{{else}}` before this one");
                }
                if opened.kind == TagKind::Verbatim {
                    return mistake("this block has no `{{else}}`");
                }
                *first = Some(std::mem::take(&mut self.body));
                Ok(())
            }
            Some(_) => mistake("a block that is a partial has no `{{else}}`"),
        }
    }

    fn end(&mut self, tag: &Tag<'_>, words: &mut Cursor<'_, '_>) -> Result<(), Mistake> {
        let closed = tag.name(self.text);
        expression(words)?;
        words.finish()?;
        let Some(opened) = self.open.iter().rev().find(|level| !level.is_chained) else {
            return Err(Mistake::new(tag.span.clone(), format!("there is no open block `{closed}`")));
        };
        let name = opened.tag.name(self.text);
        if name != closed {
            let line = 1 + self.text[..opened.tag.span.start].matches('\n').count();
            let message = format!("`{name}` was opened, but `{closed}` is closed");
            return Err(Mistake::new(tag.span.clone(), message)
                .help(format!("write `{{{{/{name}}}}}` first: it was opened in line {line}")));
        }
        while let Some(level) = self.open.pop() {
            let is_last = !level.is_chained;
            self.close(level);
            if is_last {
                break;
            }
        }
        Ok(())
    }

    /// Makes a node of a block and of its nodes that were read.
    fn close(&mut self, level: Level<'_, '_>) {
        let Level { tag, opened, before, .. } = level;
        let body = std::mem::replace(&mut self.body, before);
        let span = tag.span.clone();
        self.body.push(match opened {
            Opened::Block { call, names, first } => {
                let (first, second) = match first {
                    Some(first) => (first, Some(body)),
                    None => (body, None),
                };
                let (body, inverse) = match tag.kind {
                    TagKind::Inverse => (second.unwrap_or_default(), Some(first)),
                    _ => (first, second),
                };
                Node::Block(Box::new(Block { call, names, body, inverse, span }))
            }
            Opened::Partial(partial) => Node::Partial(Box::new(Partial { body: Some(body), ..partial })),
            Opened::Inline(name) => Node::Inline(Box::new(Inline { name, body, span })),
        });
    }

    fn partial(&mut self, tag: &'p Tag<'t>, mut words: Cursor<'p, 't>) -> Result<(), Mistake> {
        let name = self.partial_name(&mut words)?;
        let (arguments, options) = arguments(&mut words)?;
        words.finish()?;
        let mut arguments = arguments.into_iter();
        let context = arguments.next();
        if let Some(second) = arguments.next() {
            return Err(Mistake::new(second.span(), "a partial takes one argument: what it shows")
                .help("write others as `name=value`"));
        }
        let indent = self.text[tag.indent.clone()].to_owned();
        let partial = Partial { name, context, options, body: None, indent, span: tag.span.clone() };
        if tag.kind == TagKind::PartialBlock {
            return self.open(tag, Opened::Partial(Partial { indent: String::new(), ..partial }), false);
        }
        self.body.push(Node::Partial(Box::new(partial)));
        Ok(())
    }

    /// A name as it is written, without quotes and square brackets.
    fn partial_name(&self, words: &mut Cursor<'_, '_>) -> Result<PartialName, Mistake> {
        if words.peek().is_some_and(|word| word.kind == WordKind::Open) {
            return Ok(PartialName::Computed(brackets(words)?));
        }
        let from = words.rest();
        let name = expression(words)?;
        if let Expression::Literal(Literal::Text(name), _) = name {
            return Ok(PartialName::Fixed(name));
        }
        let parts = from.iter().take_while(|word| word.span.end <= words.end());
        let name = parts.map(|word| match &word.kind {
            WordKind::Bracketed(name) => name.as_str(),
            _ => &self.text[word.span.clone()],
        });
        Ok(PartialName::Fixed(name.collect()))
    }

    fn inline(&mut self, tag: &'p Tag<'t>, mut words: Cursor<'p, 't>) -> Result<(), Mistake> {
        let mistake = |message: &str, help: &str| Mistake::new(tag.span.clone(), message).help(help);
        let help = "write `{{#*inline \"name\"}}…{{/inline}}`";
        if words.take(&WordKind::Name("inline")).is_none() || tag.kind == TagKind::Decorator {
            return Err(mistake("`inline` is the only decorator", help));
        }
        let (arguments, _) = arguments(&mut words)?;
        words.finish()?;
        match arguments.as_slice() {
            [Expression::Literal(Literal::Text(name), _)] => {
                self.open(tag, Opened::Inline(name.clone()), false)
            }
            _ => Err(mistake("an inline partial needs a name in quotes", help)),
        }
    }
}
