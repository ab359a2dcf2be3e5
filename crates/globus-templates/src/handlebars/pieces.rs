//! A template, cut into its tags and the text between them.

use super::mistake::Mistake;
use super::tag::{Tag, TagKind, Trims, tag};
use super::tree::Span;
use super::words::{Word, WordKind, is_in_name, prefix};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece<'t> {
    Text(Span),
    Tag(Tag<'t>),
}

/// The pieces of a template, in order. Backslashes before tags are in none.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Mistake> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(length) = text[at..].find("{{") {
        let braces = at + length;
        let before = &text[at..braces];
        // `\{{` is no tag. `\\{{` is a backslash before a tag.
        let is_escaped = before.ends_with('\\') && !before.ends_with("\\\\");
        push(&mut pieces, at..braces - usize::from(before.ends_with('\\')));
        if is_escaped {
            at = escaped_end(text, braces);
            push(&mut pieces, braces..at);
            continue;
        }
        let tag = tag(text, braces)?;
        at = tag.span.end;
        let end = match tag.kind {
            TagKind::Verbatim => Some(verbatim_end(text, at).ok_or_else(|| unclosed(text, &tag))?),
            _ => None,
        };
        pieces.push(Piece::Tag(tag));
        if let Some(end) = end {
            push(&mut pieces, at..end.span.start);
            at = end.span.end;
            pieces.push(Piece::Tag(end));
        }
    }
    push(&mut pieces, at..text.len());
    Ok(pieces)
}

/// A block that no tag ends.
pub(super) fn unclosed(text: &str, opened: &Tag<'_>) -> Mistake {
    let braces = if opened.kind == TagKind::Verbatim { 4 } else { 2 };
    let (open, close) = ("{".repeat(braces), "}".repeat(braces));
    let message = format!("this block is not closed: `{open}/{}{close}` is missing", opened.name(text));
    Mistake::new(opened.span.clone(), message)
}

fn push(pieces: &mut Vec<Piece<'_>>, span: Span) {
    if !span.is_empty() {
        pieces.push(Piece::Text(span));
    }
}

/// Where the text ends that starts with an escaped `{{`: before the next one, and the backslashes that belong to that.
fn escaped_end(text: &str, start: usize) -> usize {
    let inner = &text[start + 2..];
    let Some(length) = inner.find("{{") else { return text.len() };
    let before = &inner[..length];
    let backslashes = before.len() - before.trim_end_matches('\\').len();
    start + 2 + length - backslashes.min(2)
}

/// The tag that ends a verbatim block whose text starts at this byte. Such blocks can be inside each other.
fn verbatim_end(text: &str, start: usize) -> Option<Tag<'_>> {
    let mut open = 1_usize;
    let mut at = start;
    while let Some(length) = text[at..].find("{{{{") {
        let braces = at + length;
        let inside = braces + 4;
        at = inside;
        let Some(end) = text[inside..].strip_prefix('/') else {
            open += 1;
            continue;
        };
        let name = prefix(end, is_in_name);
        if name.is_empty() || !end[name.len()..].starts_with("}}}}") {
            continue;
        }
        at = inside + 1 + name.len() + 4;
        open -= 1;
        if open == 0 {
            let word = Word { kind: WordKind::Name(name), span: inside + 1..inside + 1 + name.len() };
            return Some(Tag {
                kind: TagKind::End,
                words: vec![word],
                span: braces..at,
                trims: Trims::default(),
                indent: braces..braces,
            });
        }
    }
    None
}
