//! One tag of a template.

use super::mistake::Mistake;
use super::tree::Span;
use super::words::{Word, WordKind, is_space, line_end, prefix, word};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tag<'t> {
    pub(super) kind: TagKind,
    pub(super) words: Vec<Word<'t>>,
    pub(super) span: Span,
    pub(super) trims: Trims,
    /// The blanks before a tag that is alone on its line.
    pub(super) indent: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    /// `{{!` or `{{!--`
    Comment,
    Value,
    /// `{{{` or `{{&`
    Raw,
    /// `{{#`
    Block,
    /// `{{^x}}`
    Inverse,
    /// `{{else}}` or `{{^}}`
    Else,
    /// `{{else x}}`
    ElseBlock,
    /// `{{/`
    End,
    /// `{{>`
    Partial,
    /// `{{#>`
    PartialBlock,
    /// `{{*`
    Decorator,
    /// `{{#*`
    DecoratorBlock,
    /// `{{{{`
    Verbatim,
}

impl TagKind {
    /// Whether what follows is inside the block that the tag belongs to.
    pub(super) fn begins_branch(self) -> bool {
        matches!(
            self,
            Self::Block
                | Self::Inverse
                | Self::Else
                | Self::ElseBlock
                | Self::PartialBlock
                | Self::DecoratorBlock
        )
    }
}

/// Whether `~` removes the white space around a tag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Trims {
    pub(super) before: bool,
    pub(super) after: bool,
}

impl Tag<'_> {
    /// The name of a block as it is written, which its end repeats.
    pub(super) fn name<'t>(&self, text: &'t str) -> &'t str {
        let Some(first) = self.words.iter().find(|word| word.kind != WordKind::Open) else { return "" };
        let is_part = |pair: &[Word<'_>]| pair[0].touches(&pair[1]) && pair[1].kind != WordKind::Close;
        let from = self.words.iter().position(|word| word == first).unwrap_or_default();
        let parts = self.words[from..].windows(2).take_while(|pair| is_part(pair)).count();
        let last = self.words.get(from + parts).unwrap_or(first);
        &text[first.span.start..last.span.end]
    }
}

/// The tag that starts at this byte, with `{{`.
pub(super) fn tag(text: &str, start: usize) -> Result<Tag<'_>, Mistake> {
    let rest = &text[start..];
    let before = rest.starts_with("{{~");
    let opened = start + 2 + usize::from(before);
    if text[opened..].starts_with('!') {
        return comment(text, start, opened);
    }
    let (kind, inside, close) = if rest.starts_with("{{{{") {
        (TagKind::Verbatim, start + 4, "}}}}")
    } else if text[opened..].starts_with('{') {
        (TagKind::Raw, opened + 1, "}}}")
    } else {
        let sign = opened + prefix(&text[opened..], is_space).len();
        let (kind, length) = kind(&text[sign..]);
        (kind, sign + length, "}}")
    };
    let mut words = Vec::new();
    let mut at = inside;
    loop {
        at += prefix(&text[at..], is_space).len();
        let Some(word) = word(text, at)? else { break };
        if words.last().is_some_and(|last: &Word<'_>| last.touches(&word) && last.is_text_with_braces()) {
            return Err(Mistake::new(start..line_end(text, start), "a quote is missing in this tag"));
        }
        at = word.span.end;
        words.push(word);
    }
    let end = end(text, start, at, close)?;
    let kind = match (kind, words.as_slice()) {
        (TagKind::Inverse, []) => TagKind::Else,
        (TagKind::Value, [word, rest @ ..]) if word.kind == WordKind::Name("else") => match rest {
            [] => TagKind::Else,
            [next, ..] if word.touches(next) => TagKind::Value,
            _ => TagKind::ElseBlock,
        },
        (kind, _) => kind,
    };
    if matches!(kind, TagKind::Else | TagKind::ElseBlock) && !words.is_empty() {
        words.remove(0);
    }
    let trims = Trims { before, after: text[at..end].contains('~') };
    Ok(Tag { kind, words, span: start..end, trims, indent: start..start })
}

/// The kind of a tag by what follows its braces, and the length of that.
fn kind(rest: &str) -> (TagKind, usize) {
    let kinds = [
        ("#>", TagKind::PartialBlock),
        ("#*", TagKind::DecoratorBlock),
        ("#", TagKind::Block),
        ("/", TagKind::End),
        ("^", TagKind::Inverse),
        (">", TagKind::Partial),
        ("&", TagKind::Raw),
        ("*", TagKind::Decorator),
    ];
    let known = kinds.into_iter().find(|(sign, _)| rest.starts_with(sign));
    known.map_or((TagKind::Value, 0), |(sign, kind)| (kind, sign.len()))
}

/// Where the tag ends whose words end at this byte.
fn end(text: &str, start: usize, at: usize, close: &str) -> Result<usize, Mistake> {
    let rest = &text[at..];
    let trimming = match close {
        "}}" => Some("~}}"),
        "}}}" => Some("}~}}"),
        _ => None,
    };
    if let Some(close) = [Some(close), trimming].into_iter().flatten().find(|close| rest.starts_with(close)) {
        return Ok(at + close.len());
    }
    let line = start..line_end(text, start);
    if rest.starts_with("}}") || rest.starts_with("~}}") {
        let open = "{".repeat(close.len());
        let message = format!("this tag begins with `{open}`, and does not end with `{close}`");
        return Err(Mistake::new(start..at + 2, message));
    }
    if rest.starts_with('~') {
        return Err(Mistake::new(at..at + 1, "`~` stands inside a tag, not beside its braces"));
    }
    Err(Mistake::new(line, format!("this tag is not closed: `{close}` is missing")))
}

fn comment(text: &str, start: usize, opened: usize) -> Result<Tag<'_>, Mistake> {
    let rest = &text[opened + 1..];
    let (close, length) = if rest.starts_with("--") {
        let is_end = |at: &usize| rest[..*at].strip_suffix('~').unwrap_or(&rest[..*at]).ends_with("--");
        ("--}}", rest.match_indices("}}").map(|(at, _)| at).find(is_end))
    } else {
        ("}}", rest.find("}}"))
    };
    let Some(length) = length else {
        let message = format!("this comment is not closed: `{close}` is missing");
        return Err(Mistake::new(start..line_end(text, start), message));
    };
    let end = opened + 1 + length + 2;
    let trims = Trims { before: text[start..].starts_with("{{~"), after: text[..end - 2].ends_with('~') };
    Ok(Tag { kind: TagKind::Comment, words: Vec::new(), span: start..end, trims, indent: start..start })
}
