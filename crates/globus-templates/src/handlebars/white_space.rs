//! White space that a template has for its reader only, and that is not part of the text: what `~` removes, and the rest
//! of a line on which one tag stands alone.
//!
//! A tag acts on the text before and behind it, as it is written. handlebars.js does so too, but mixes up the branches of
//! `{{^x}}…{{else}}…{{/x}}` and of blocks with `{{else if}}`: there, tags act on a branch that they do not touch.

use super::pieces::Piece;
use super::tag::{Tag, TagKind};
use super::tree::Span;
use super::words::is_space;

/// Takes white space out of the pieces of a text, and notes the blanks before tags that are alone on their line.
pub(super) fn trim(text: &str, pieces: &mut [Piece<'_>]) {
    let alone: Vec<bool> = (0..pieces.len()).map(|at| is_alone(text, pieces, at)).collect();
    // The blanks that the last tag removed, if a partial is still indented by them.
    let mut removed = 0..0;
    for (at, alone) in alone.into_iter().enumerate() {
        let Some(Piece::Tag(Tag { trims, kind, .. })) = pieces.get(at) else { continue };
        let (trims, kind) = (*trims, *kind);
        if let Some(before) = at.checked_sub(1).and_then(|at| text_at(pieces, at)) {
            let kept = text[before.clone()].trim_end_matches(|character| match character {
                ' ' | '\t' => trims.before || alone,
                _ => trims.before && is_space(character),
            });
            let end = before.start + kept.len();
            let indent = if removed.end == before.end { removed.clone() } else { end..before.end };
            before.end = end;
            if alone
                && !trims.before
                && let Some(Piece::Tag(tag)) = pieces.get_mut(at)
            {
                tag.indent = indent;
            }
        }
        if let Some(next) = text_at(pieces, at + 1) {
            let inner = &text[next.clone()];
            let end = inner.trim_end_matches([' ', '\t']).len();
            let indent = next.start + end..next.end;
            next.start += if trims.after {
                inner.len() - inner.trim_start_matches(is_space).len()
            } else if alone {
                rest_of_line(inner)
            } else {
                0
            };
            removed = if Span::is_empty(next) && kind.begins_branch() { indent } else { 0..0 };
        }
    }
}

fn text_at<'p>(pieces: &'p mut [Piece<'_>], at: usize) -> Option<&'p mut Span> {
    match pieces.get_mut(at)? {
        Piece::Text(span) => Some(span),
        Piece::Tag(_) => None,
    }
}

/// Whether only white space is before and behind a tag on its line.
fn is_alone(text: &str, pieces: &[Piece<'_>], at: usize) -> bool {
    let Some(Piece::Tag(Tag { kind, .. })) = pieces.get(at) else { return false };
    if matches!(kind, TagKind::Value | TagKind::Raw) {
        return false;
    }
    let before = match at.checked_sub(1).map(|at| &pieces[at]) {
        None => true,
        Some(Piece::Tag(_)) => false,
        Some(Piece::Text(span)) => {
            let text = &text[span.clone()];
            let blank = &text[text.trim_end_matches(is_space).len()..];
            blank.contains('\n') || at == 1 && blank.len() == text.len()
        }
    };
    before
        && match pieces.get(at + 1) {
            None => true,
            Some(Piece::Tag(_)) => false,
            Some(Piece::Text(span)) => {
                let text = &text[span.clone()];
                let blank = &text[..text.len() - text.trim_start_matches(is_space).len()];
                blank.contains('\n') || at + 2 == pieces.len() && blank.len() == text.len()
            }
        }
}

/// The length of the blanks that a text starts with, and of the line end behind them.
fn rest_of_line(text: &str) -> usize {
    let rest = text.trim_start_matches([' ', '\t']);
    let end = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    text.len() - rest.len() + end
}
