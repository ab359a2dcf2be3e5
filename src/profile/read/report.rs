//! The mistakes of a profile, and of those that it extends.

use std::ops::Range;

use super::entry::Entry;
use crate::catalog::Origin;
use crate::diagnostic::{Diagnostic, clean, mask, secrets, words_like_secrets};
use crate::profile::files::Files;
use crate::profile::paths::BadPath;

/// How many mistakes of one file are shown. A person corrects the first ones and tries again.
const SHOWN_MAX: usize = 20;
/// How many characters of a key or value a message repeats.
const WORD_MAX: usize = 60;

/// The mistakes found so far.
pub struct Report<'s> {
    files: &'s Files,
    /// The lines with a syntax error: what was recovered from them says little about what was meant.
    broken: Vec<Range<usize>>,
    mistakes: Vec<Mistake>,
    /// Whether the search for mistakes ended early.
    incomplete: bool,
}

/// One mistake, at this place.
#[derive(Debug, Clone)]
pub struct Mistake {
    pub span: Range<usize>,
    pub message: String,
    pub help: Option<String>,
}

/// The mistakes of TOML's own syntax in the file that begins at this place. Their spans are counted from there.
pub struct Syntax {
    pub start: usize,
    pub errors: Vec<toml::de::Error>,
}

impl<'s> Report<'s> {
    /// Starts with the mistakes of TOML's own syntax.
    pub fn new(files: &'s Files, syntax: &[Syntax]) -> Self {
        let mut report = Self { files, broken: Vec::new(), mistakes: Vec::new(), incomplete: false };
        for Syntax { start, errors } in syntax {
            for error in errors {
                report.add_syntax(*start, error);
            }
        }
        report.broken.sort_by_key(|line| line.start);
        report
    }

    fn add_syntax(&mut self, start: usize, error: &toml::de::Error) {
        let own = error.span().unwrap_or(0..0);
        let span = start + own.start..start + own.end;
        let message = error.message().trim_end().replace('\n', ", ");
        self.mistakes.push(Mistake { span: span.clone(), message, help: None });
        // Thousands of errors on one long line would each walk it.
        if !self.broken.last().is_some_and(|line| line.start <= span.start && span.end <= line.end) {
            let line = line_around(&self.files.at(start).source.text, &own);
            self.broken.push(start + line.start..start + line.end);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    pub fn error(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.add(Mistake { span, message: message.into(), help: None });
    }

    pub fn error_help(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.add(Mistake { span, message: message.into(), help: Some(help.into()) });
    }

    /// A path that cannot be used, in the string `written` of this entry.
    pub fn bad_path(&mut self, entry: &Entry<'_>, written: &str, bad: BadPath) {
        let span = self.inside(entry, written, &bad.at);
        self.add(Mistake { span, message: bad.message, help: bad.help.map(str::to_owned) });
    }

    pub fn inside(&self, entry: &Entry<'_>, value: &str, inner: &Range<usize>) -> Range<usize> {
        entry.inside(self.files, value, inner)
    }

    /// The search for mistakes ended early.
    pub(super) fn incomplete(&mut self) {
        self.incomplete = true;
    }

    pub fn add(&mut self, mistake: Mistake) {
        let start = mistake.span.start;
        let next = self.broken.partition_point(|line| line.start <= start);
        let on_broken_line = next > 0 && start < self.broken[next - 1].end;
        // TOML fills in a value it could not read, and gives it no place. A key that is missing may be there, unread.
        let without_place = mistake.span.is_empty() && !self.broken.is_empty();
        if !on_broken_line && !without_place {
            self.mistakes.push(mistake);
        }
    }

    /// A sentence on the profile, and its first mistakes.
    pub fn finish(mut self) -> (String, Vec<Diagnostic>) {
        self.mistakes.sort_by_key(|mistake| mistake.span.start);
        // TOML reports some mistakes twice.
        self.mistakes.dedup_by(|one, other| one.span == other.span && one.message == other.message);
        let total = self.mistakes.len();
        // A secret in a wrong place must not be in a message about that place either.
        let masked =
            |text: String| mask(&text, &[words_like_secrets(&text), secrets(&text)].concat()).to_string();
        let is_in_base = |mistake: &Mistake| self.files.at(mistake.span.start).start > 0;
        let inherited = if self.mistakes.iter().all(is_in_base) { " in what it extends" } else { "" };
        let first = self.mistakes.into_iter().take(SHOWN_MAX);
        let diagnostics = first.map(|Mistake { span, message, help }| {
            let file = self.files.at(span.start);
            let path = file.source.display_path();
            let mistake = Diagnostic::error(path, file.shown(), file.own(&span), masked(message));
            Diagnostic { help: help.map(masked), ..mistake }
        });
        let diagnostics = diagnostics.collect();
        let source = &self.files.profile().source;
        let profile = match &source.origin {
            Origin::Embedded => format!("the built-in profile {}", source.name),
            Origin::File(_) => format!("the profile {}", clean(&source.display_path())),
        };
        let more = if self.incomplete { "at least " } else { "" };
        let what = match total {
            1 => format!("{profile} has a mistake{inherited}"),
            n if n > SHOWN_MAX => {
                format!("{profile} has {more}{n} mistakes{inherited}; the first {SHOWN_MAX} are shown")
            }
            n => format!("{profile} has {n} mistakes{inherited}"),
        };
        (what, diagnostics)
    }
}

fn line_around(text: &str, span: &Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let from = span.start.min(bytes.len());
    let to = span.end.clamp(from, bytes.len());
    let start = bytes[..from].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let end = bytes[to..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| to + at);
    start..end.max(start + 1)
}

/// A key or value for a message: shortened, and safe at a terminal.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(WORD_MAX) {
        Some((at, _)) => format!("{}...", clean(&text[..at])),
        None => clean(text),
    }
}
