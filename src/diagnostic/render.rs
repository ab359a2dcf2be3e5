//! Showing a diagnostic as `rustc` shows its own.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level as Title, Renderer, Snippet};

use super::model::{Diagnostic, Level};
use super::position::{floor, line_number, line_start};
use globus_templates::clean;

/// A help text up to this many characters is shown beside the mark, a longer one below it.
const LABEL_MAX: usize = 60;
/// A longer mark, in characters, would push the text of the line out of sight.
const MARK_MAX: usize = 60;
/// The width of a line in columns; `...` replaces the rest.
const WIDTH: usize = 120;

impl Diagnostic {
    /// Several lines of text without a final line end: the message, `path:line:column`, the line, and a mark under the
    /// wrong bytes. `color` adds ANSI colors.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let line = Line::of(&self.source, &self.span);
        let help = self.help.as_deref().map(clean);
        let (label, footer) = match help {
            Some(help) if help.chars().count() <= LABEL_MAX => (Some(help), None),
            help => (None, help),
        };
        let level = match self.level {
            Level::Error => Title::ERROR,
            Level::Warning => Title::WARNING,
        };
        let snippet = Snippet::source(line.text)
            .line_start(line.number)
            .path(clean(&self.path))
            .annotation(AnnotationKind::Primary.span(line.mark).label(label));
        let mut group: Group<'_> = level.primary_title(clean(&self.message)).element(snippet);
        if let Some(footer) = footer {
            group = group.element(Title::HELP.message(footer));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.term_width(WIDTH).render(&[group])
    }
}

/// The line that is shown, safe for a terminal.
struct Line {
    /// Counted from 1.
    number: usize,
    text: String,
    /// The wrong bytes of `text`.
    mark: Range<usize>,
}

impl Line {
    /// The line where `span` starts. A span over several lines is marked to the end of its first line.
    fn of(source: &str, span: &Range<usize>) -> Self {
        let from = floor(source, span.start);
        let start = line_start(source, from);
        let rest = &source[start..];
        let text = rest.split('\n').next().unwrap_or(rest).trim_end_matches('\r');
        let from = from.min(start + text.len());
        let to = floor(source, span.end).clamp(from, start + text.len());

        let (before, marked, after) =
            (&source[start..from], &source[from..to], &source[to..start + text.len()]);
        let before = clean(before);
        let marked = clean(marked);
        let mark_len = marked.char_indices().nth(MARK_MAX).map_or(marked.len(), |(at, _)| at);
        let mark = before.len()..before.len() + mark_len;
        Self { number: line_number(source, start), text: before + &marked + &clean(after), mark }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::sync::Arc;

    use super::Diagnostic;

    fn at(source: &str, span: Range<usize>) -> Diagnostic {
        Diagnostic::error("groups.toml", Arc::from(source), span, "unknown key `b`")
    }

    #[test]
    fn draws_the_line_and_a_mark() {
        let shown = at("a = 1\nb = 2\r\n", 6..7).help("did you mean `c`?").render(false);
        assert_eq!(
            shown,
            "error: unknown key `b`\n --> groups.toml:2:1\n  |\n2 | b = 2\n  | ^ did you mean `c`?"
        );
    }

    #[test]
    fn columns_count_characters_and_survive_control_characters() {
        let diagnostic = at("é\u{1b}[31m\u{9b}x b\n", 11..12);
        let shown = diagnostic.render(false);
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{9b}'), "{shown}");
        let (line, column) = diagnostic.position();
        assert!(shown.contains(&format!("groups.toml:{line}:{column}")), "{shown}");
    }

    #[test]
    fn a_long_line_is_shortened_around_the_mark() {
        let source = format!("{}WRONG{}", "x".repeat(5000), "y".repeat(5000));
        let shown = at(&source, 5000..5005).render(false);
        assert!(shown.contains("WRONG"), "{shown}");
        assert!(shown.contains("groups.toml:1:5001"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < 200), "{shown}");
        let shown = at(&source, 0..source.len()).render(false);
        assert!(shown.lines().all(|line| line.chars().count() < 200), "{shown}");
    }

    #[test]
    fn any_span_can_be_drawn() {
        let source = "é\n\n\tb\u{200d} = 2\r\nü";
        for start in 0..source.len() + 3 {
            for end in 0..source.len() + 3 {
                let shown = at(source, start..end).render(true);
                assert!(shown.contains("unknown key"));
            }
        }
        assert!(at("", 0..0).render(false).contains("groups.toml:1:1"));
    }
}
