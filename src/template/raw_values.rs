//! Raw values, such as `{{{x}}}`: they are neither escaped nor followed into the output.

use std::sync::Arc;

use super::format::Format;
use super::path::{Reach, reach};
use super::tags::{PieceKind, pieces};
use crate::catalog::SourceText;
use crate::diagnostic::Diagnostic;

/// A warning for each raw value of a template that can come from outside, from top to bottom.
pub(super) fn warnings(source: &SourceText, format: Format) -> Vec<Diagnostic> {
    // Text has no escapes: a raw value is a value like any other.
    let pieces = if format == Format::Text { Vec::new() } else { pieces(&source.text) };
    let raw =
        pieces.into_iter().filter(|piece| matches!(piece.kind, PieceKind::Raw(inner) if !is_vars(inner)));
    raw.map(|piece| {
        let message = "this value is written as it is, without escapes and wherever it stands";
        Diagnostic::warning(source.display_path(), Arc::clone(&source.text), piece.span, message)
            .help("write `{{x}}`, unless you know who wrote the value")
    })
    .collect()
}

/// Whether it is a value of the profile's own `[vars]`.
fn is_vars(inner: &str) -> bool {
    !inner.contains(char::is_whitespace)
        && matches!(reach(inner), Reach::Value { first: Some("vars"), only: false, .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Origin;

    #[test]
    fn each_raw_value_from_outside_is_named() {
        let text = "{{a}} {{{b}}} {{&c}} {{{vars.d}}} {{{@root.vars.e}}} {{{json f}}} {{! {{{g}}} }}{{{{raw}}}}{{{{/raw}}}}";
        let source = SourceText { name: "t".into(), origin: Origin::Embedded, text: text.into() };
        let named = |format| {
            warnings(&source, format)
                .into_iter()
                .map(|warning| text[warning.span].to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(named(Format::Csv), ["{{{b}}}", "{{&c}}", "{{{json f}}}"]);
        assert_eq!(named(Format::Text), [""; 0]);
    }
}
