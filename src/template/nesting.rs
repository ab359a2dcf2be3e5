//! A limit on how deep a template nests. The parser and the renderer recurse once for each level, and a template made
//! for it would overflow the stack.

use std::ops::Range;

use super::lint::tags::{PieceKind, pieces};

/// The most blocks inside each other. Each `{{else if}}` is inside the one before it.
const MAX_BLOCKS: usize = 50;
/// The most brackets inside each other within a tag.
const MAX_BRACKETS: usize = 20;

/// The first tag that is nested too deep, and a message about it.
pub(super) fn too_deep(template: &str) -> Option<(Range<usize>, String)> {
    let mut open: Vec<usize> = Vec::new();
    for piece in pieces(template) {
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
    use super::too_deep;

    #[test]
    fn a_limit_is_a_limit() {
        let nested = |times| "{{#if a}}".repeat(times) + "{{else}}{{^}}{{> b}}" + &"{{/if}}".repeat(times);
        assert_eq!(too_deep(&"{{#if a}}{{else if b}}{{/if}}".repeat(1000)), None);
        assert_eq!(too_deep(&nested(50)), None);
        assert!(too_deep(&nested(51)).is_some());
        assert!(too_deep(&format!("{{{{#if a}}}}{}{{{{/if}}}}", "{{else if b}}".repeat(60))).is_some());
        assert!(too_deep(&format!("{{{{a {}", "(b ".repeat(30))).is_some());
        assert!(too_deep(&format!("{{{{a {}", "[".repeat(30))).is_some());
    }
}
