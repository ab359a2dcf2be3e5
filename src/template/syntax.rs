//! What is wrong with a tag that the parser does not take, and what to write instead. Most such tags are right in another
//! template language, or in another implementation of Handlebars.

use std::ops::Range;

use super::tags::{Piece, PieceKind, pieces};

/// A mistake that has a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SyntaxMistake {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// The mistake at or before the byte where the parser stopped, if it is a known one.
pub(super) fn mistake(template: &str, stopped: usize) -> Option<SyntaxMistake> {
    let pieces = pieces(template);
    let is_tag = |piece: &&Piece<'_>| !matches!(piece.kind, PieceKind::Text(_));
    // Only the last tag can be without its end.
    if let Some(Piece { span, .. }) =
        pieces.last().filter(is_tag).filter(|tag| !template[tag.span.clone()].ends_with("}}"))
    {
        let length = template[span.clone()].lines().next().map_or(0, str::len);
        let message = "this tag is not closed: `}}` is missing".to_owned();
        return Some(SyntaxMistake { span: span.start..span.start + length, message, help: None });
    }
    let tag = pieces.iter().filter(is_tag).find(|piece| piece.span.contains(&stopped));
    if let Some(tag) = tag {
        let (message, help) = in_tag(&template[tag.span.clone()])?;
        return Some(SyntaxMistake { span: tag.span.clone(), message, help });
    }
    let span = unclosed(template, &pieces)?;
    let name = opens(&template[span.clone()]).unwrap_or_default();
    let message = format!("this block is not closed: `{{{{/{name}}}}}` is missing");
    Some(SyntaxMistake { span, message, help: None })
}

/// How to write a block for a value, which can't be one itself.
pub(super) fn blocks_for(path: &str) -> String {
    format!("write `{{{{#if {path}}}}}`, `{{{{#each {path}}}}}` or `{{{{#with {path}}}}}`")
}

/// The innermost block that is still open at the end.
fn unclosed(template: &str, pieces: &[Piece<'_>]) -> Option<Range<usize>> {
    let mut open = Vec::new();
    for piece in pieces.iter().filter(|piece| piece.kind == PieceKind::Block) {
        let tag = &template[piece.span.clone()];
        if inner(tag).starts_with('/') {
            open.pop();
        } else if opens(tag).is_some() {
            open.push(piece.span.clone());
        }
    }
    open.pop()
}

/// The name of the block that a tag opens.
fn opens(tag: &str) -> Option<&str> {
    let inner = inner(tag).strip_prefix('#')?;
    inner.trim_start_matches(['>', '*']).split_whitespace().next()
}

fn inner(tag: &str) -> &str {
    tag.trim_matches(['{', '}', '~', ' ', '\t', '\r', '\n'])
}

/// A message and what to write instead.
fn in_tag(tag: &str) -> Option<(String, Option<String>)> {
    let inner = inner(tag);
    let say = |message: String, help: String| Some((message, Some(help)));
    if inner.starts_with('!') {
        return say("a comment can't begin with `~`".into(), "write `{{! … }}`".into());
    }
    if let Some(name) = inner.strip_prefix('^').map(str::trim).filter(|name| !name.is_empty()) {
        let help = format!("write `{{{{#unless {name}}}}}…{{{{/unless}}}}`");
        return say(format!("a block can't begin with `^{name}`"), help);
    }
    if matches!(inner, "else" | "^") || inner.starts_with("else ") {
        return Some(("this is outside every block".into(), None));
    }
    if let Some(name) = inner.strip_prefix('/') {
        return Some((format!("there is no open block `{name}`"), None));
    }
    if let Some(path) = opens(tag).filter(|name| name.contains(['.', '/'])) {
        return say(format!("`{path}` is a value, and no helper that can be a block"), blocks_for(path));
    }
    let words = words(inner);
    let has = |wanted: &[&str]| words.iter().copied().find(|word| wanted.contains(word));
    if has(&["."]).is_some() {
        return say("`.` alone is not known here".into(), "write `this`".into());
    }
    if has(&[".."]).is_some() {
        return say("`..` alone is not known here".into(), "write `../this`".into());
    }
    if let Some(operator) =
        has(&["==", "===", "!=", "!==", "<", "<=", ">", ">=", "&&", "||", "!", "+", "-", "*"])
    {
        let help = "write a helper, such as `(eq a b)`, `(and a b)` or `(add a b)`".into();
        return say(format!("there is no operator `{operator}`"), help);
    }
    if words.iter().any(|word| word.contains('|')) && has(&["as"]).is_none() {
        return say(
            "there are no filters behind `|`".into(),
            "write a helper first, as in `{{upper name}}`".into(),
        );
    }
    let indexed = words.iter().find_map(|word| word.split_once('['));
    if let Some((list, index)) = indexed.filter(|(list, _)| list.ends_with(char::is_alphanumeric)) {
        let index = index.split(']').next().unwrap_or_default();
        return say("`[` has to follow a dot".into(), format!("write `{list}.[{index}]`"));
    }
    None
}

/// The words of a tag without its brackets and without texts in quotes.
fn words(inner: &str) -> Vec<&str> {
    let mut words = Vec::new();
    // Between quotes are the parts with odd numbers.
    for part in inner.split(['"', '\'']).step_by(2) {
        words.extend(
            part.trim_start_matches('#')
                .split([' ', '\t', '\r', '\n', '(', ')'])
                .filter(|word| !word.is_empty()),
        );
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_outside_quotes() {
        assert_eq!(words("#if (eq a.b \"c . d\") '..' ."), ["if", "eq", "a.b", "."]);
        assert_eq!(words("\"a"), [""; 0]);
    }

    #[test]
    fn an_unclosed_block_is_shown_where_it_opens() {
        let text = "{{#if a}}{{#each b}}{{/each}}{{#> c}}";
        let found = mistake(text, text.len()).unwrap();
        assert_eq!(
            (&text[found.span], found.message.as_str()),
            ("{{#> c}}", "this block is not closed: `{{/c}}` is missing")
        );
        assert_eq!(mistake("a", 1), None);
        let text = "{{#if a}}\nb {{c\nd";
        let found = mistake(text, 9).unwrap();
        assert_eq!(
            (&text[found.span], found.message.as_str()),
            ("{{c", "this tag is not closed: `}}` is missing")
        );
    }
}
