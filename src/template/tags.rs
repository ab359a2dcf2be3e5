//! A template split into its tags and the text between them.
//!
//! The parsed template does not do: it has lost the text that it trimmed, and knows positions only by line and column.

use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    pub(super) span: Range<usize>,
    pub(super) kind: PieceKind<'t>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind<'t> {
    Text(&'t str),
    /// `{{x}}` or `{{helper x}}`, without the braces.
    Value(&'t str),
    /// `{{{x}}}` or `{{&x}}`, without the braces.
    Raw(&'t str),
    /// The start, middle or end of a block, a partial or a decorator.
    Block,
    /// `{{! … }}`.
    Comment,
}

/// The pieces of a template, which need not be valid.
pub(super) fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < template.len() {
        let rest = &template[at..];
        let start = rest.find("{{").map_or(rest.len(), |start| start);
        let escaped = rest[..start].ends_with('\\') && !rest[..start].ends_with("\\\\");
        // `\{{` is text, up to the next tag.
        let length = if escaped { (start + 2).min(rest.len()) } else { start };
        if length > 0 {
            pieces.push(Piece { span: at..at + length, kind: PieceKind::Text(&rest[..length]) });
            at += length;
            continue;
        }
        let end = at + tag_length(rest);
        pieces.push(Piece { span: at..end, kind: tag(&template[at..end]) });
        at = end;
    }
    pieces
}

fn tag(tag: &str) -> PieceKind<'_> {
    let inner = tag.trim_start_matches('{');
    let braces = tag.len() - inner.len();
    let inner = inner.trim_end_matches('}').trim_start_matches('~').trim_end_matches('~').trim();
    match inner.chars().next() {
        _ if braces == 3 => PieceKind::Raw(inner),
        Some('{' | '&') => PieceKind::Raw(inner.trim_matches(['{', '}', '&', ' '])),
        Some('!') => PieceKind::Comment,
        _ if braces > 3 => PieceKind::Block,
        Some('#' | '/' | '^' | '>' | '*') => PieceKind::Block,
        _ if inner == "else" || inner.starts_with("else ") => PieceKind::Block,
        _ => PieceKind::Value(inner),
    }
}

/// The length of the tag that `rest` starts with. An unclosed tag goes to the end.
fn tag_length(rest: &str) -> usize {
    if rest.starts_with("{{!--") {
        return rest.find("--}}").map_or(rest.len(), |end| end + 4);
    }
    if rest.starts_with("{{!") {
        return rest.find("}}").map_or(rest.len(), |end| end + 2);
    }
    let mut quote = None;
    let mut skip = false;
    for (at, character) in rest.char_indices() {
        match quote {
            _ if skip => skip = false,
            Some(open) if character == '\\' && open != ']' => skip = true,
            Some(open) if character == open => quote = None,
            None if character == '"' || character == '\'' => quote = Some(character),
            // Quotes mean nothing in a path segment such as `[a "b" c]`.
            None if character == '[' => quote = Some(']'),
            None if rest[at..].starts_with("}}") => {
                let closing = rest[at..].len() - rest[at..].trim_start_matches('}').len();
                let opening = rest.len() - rest.trim_start_matches('{').len();
                return at + closing.min(opening.max(2));
            }
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(template: &str) -> Vec<PieceKind<'_>> {
        pieces(template).into_iter().map(|piece| piece.kind).collect()
    }

    #[test]
    fn tags_and_text() {
        assert_eq!(
            kinds("a{{b}}{{{c}}}{{&d}}{{~#e f~}}{{else}}{{/e}}{{> g}}{{!-- {{h}} --}}i"),
            [
                PieceKind::Text("a"),
                PieceKind::Value("b"),
                PieceKind::Raw("c"),
                PieceKind::Raw("d"),
                PieceKind::Block,
                PieceKind::Block,
                PieceKind::Block,
                PieceKind::Block,
                PieceKind::Comment,
                PieceKind::Text("i"),
            ]
        );
        assert_eq!(
            kinds("{{a.[\"]}}b{{c}}"),
            [PieceKind::Value("a.[\"]"), PieceKind::Text("b"), PieceKind::Value("c")]
        );
        assert_eq!(kinds("{{join a \"}}\"}}}"), [PieceKind::Value("join a \"}}\""), PieceKind::Text("}")]);
        assert_eq!(
            kinds(r"\{{a}} {{b}}"),
            [PieceKind::Text(r"\{{"), PieceKind::Text("a}} "), PieceKind::Value("b")]
        );
    }

    #[test]
    fn any_text_is_cut_whole() {
        let mut random = fastrand::Rng::with_seed(5);
        for _ in 0..3000 {
            let text: String = (0..random.usize(..24))
                .map(|_| {
                    *random.choice(&['{', '{', '}', '}', '!', '-', '"', '\'', '\\', '~', 'é', ' ']).unwrap()
                })
                .collect();
            let mut at = 0;
            for piece in pieces(&text) {
                assert_eq!(piece.span.start, at, "{text}");
                assert!(piece.span.end > at, "{text}");
                at = piece.span.end;
            }
            assert_eq!(at, text.len());
        }
    }
}
