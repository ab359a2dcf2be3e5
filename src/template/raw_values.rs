//! Raw values, such as `{{{x}}}`: they are neither escaped nor followed into the output.

use std::sync::Arc;

use super::files::File;
use crate::diagnostic::Diagnostic;
use globus_templates::Format;
use globus_templates::handlebars::{self, Call, Expression, Node};

/// A warning for each raw value of a template that can come from outside, from top to bottom.
pub(super) fn warnings(File { source, tree }: &File, format: Format) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    // Text has no escapes: a raw value is a value like any other.
    if format == Format::Text {
        return warnings;
    }
    handlebars::each(tree, &mut |node| match node {
        Node::Output(output) if output.is_raw && !is_vars(&output.call) => {
            let message = "this value is written as it is, without escapes and wherever it stands";
            let (text, span) = (Arc::clone(&source.text), output.span.clone());
            let warning = Diagnostic::warning(source.display_path(), text, span, message);
            warnings.push(warning.help("write `{{x}}`, unless you know who wrote the value"));
        }
        _ => {}
    });
    // In `{{^x}}…{{else}}…{{/x}}` the other branch comes first.
    warnings.sort_by_key(|warning| warning.span.start);
    warnings
}

/// Whether it is a value of the profile's own `[vars]`.
fn is_vars(call: &Call) -> bool {
    match &call.callee {
        Expression::Path(path) if call.arguments.is_empty() && call.options.is_empty() => {
            matches!(path.names.as_slice(), [first, _, ..] if first == "vars")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Origin, SourceText};

    #[test]
    fn each_raw_value_from_outside_is_named() {
        let text = "{{a}} {{{b}}} {{&c}} {{{vars.d}}} {{{@root.vars.e}}} {{{json f}}} {{! {{{g}}} }}{{{{raw}}}}{{{{/raw}}}}";
        let source = SourceText { name: "t".into(), origin: Origin::Embedded, text: text.into() };
        let file = File { source, tree: handlebars::parse(text).unwrap() };
        let named = |format| {
            warnings(&file, format)
                .into_iter()
                .map(|warning| text[warning.span].to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(named(Format::Csv), ["{{{b}}}", "{{&c}}", "{{{json f}}}"]);
        assert_eq!(named(Format::Text), [""; 0]);
    }
}
