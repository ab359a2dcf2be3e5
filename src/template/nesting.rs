//! Limits on a template. The parser and the renderer recurse once for each level of nesting, and a template made for it
//! would overflow the stack. The parser also counts lines from the start at each tag, so its time is quadratic.

use std::ops::Range;

use super::tags::{PieceKind, pieces};

/// The most blocks inside each other. Each `{{else if}}` is inside the one before it.
const MAX_BLOCKS: usize = 50;
/// The most brackets inside each other within a tag.
const MAX_BRACKETS: usize = 20;

/// The most tags and texts between them, times the bytes of the template: one or two seconds of parsing.
const MAX_PRODUCT: usize = 2_000_000_000;

/// The first tag that is beyond a limit, and a message about it.
pub(super) fn beyond_limit(template: &str) -> Option<(Range<usize>, String)> {
    let mut open: Vec<usize> = Vec::new();
    for (index, piece) in pieces(template).into_iter().enumerate() {
        if index.saturating_mul(template.len()) > MAX_PRODUCT {
            let message = "too many tags for a template of this size; move parts of it into partials";
            return Some((piece.span, message.to_owned()));
        }
        let tag = &template[piece.span.clone()];
        if matches!(piece.kind, PieceKind::Text(_) | PieceKind::Comment) {
            continue;
        }
        if depth_of_brackets(tag.trim_matches(['{', '}'])) > MAX_BRACKETS {
            return Some((piece.span, format!("more than {MAX_BRACKETS} brackets inside each other")));
        }
        if piece.kind == PieceKind::Block {
            let inner = tag.trim_matches(['{', '}', '~', ' ', '\t', '\r', '\n']);
            if inner.starts_with('/') {
                open.pop();
            } else if inner.starts_with('#') || tag.starts_with("{{{{") {
                open.push(1);
            } else if let Some(blocks) = open.last_mut()
                && !inner.starts_with(['>', '*'])
                && !matches!(inner, "else" | "^")
            {
                *blocks += 1;
            }
        }
        if open.iter().sum::<usize>() > MAX_BLOCKS {
            return Some((piece.span, format!("more than {MAX_BLOCKS} blocks inside each other")));
        }
    }
    None
}

/// Brackets in quotes count too: no real template has more than a handful.
fn depth_of_brackets(tag: &str) -> usize {
    let mut depth = 0_usize;
    let mut most = 0;
    for character in tag.chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::beyond_limit;

    #[test]
    fn a_limit_is_a_limit() {
        let nested = |times| "{{#if a}}".repeat(times) + "{{else}}{{^}}{{> b}}" + &"{{/if}}".repeat(times);
        assert_eq!(beyond_limit(&"{{#if a}}{{else if b}}{{/if}}".repeat(1000)), None);
        assert_eq!(beyond_limit(&nested(50)), None);
        assert!(beyond_limit(&nested(51)).is_some());
        assert!(beyond_limit(&format!("{{{{#if a}}}}{}{{{{/if}}}}", "{{else if b}}".repeat(60))).is_some());
        assert!(beyond_limit(&format!("{{{{a {}", "(b ".repeat(30))).is_some());
        assert!(beyond_limit(&format!("{{{{a {}", "[".repeat(30))).is_some());
    }

    #[test]
    fn a_large_template_is_refused_before_it_takes_long() {
        assert_eq!(beyond_limit(&"{{a}} text".repeat(10_000)), None);
        let (span, message) = beyond_limit(&"{{a}} text".repeat(20_000)).unwrap();
        assert!(span.start > 10_000 && message.starts_with("too many tags"), "{span:?} {message}");
        assert_eq!(beyond_limit(&"x".repeat(100_000_000)), None);
    }
}
