//! Following values, whatever the output is written to: all of this is compiled once, and for speed. What calls it is a
//! part of the program, which is compiled for size.

use std::io::{self, Write};
use std::ops::Range;

use super::fault::{Checked, Refusal};
use super::formats::lexer;
use super::lexer::{Lexer, ValueKind};
use super::memory::Remembering;
use crate::format::Format;

/// Refuses what the lexer of the format refuses, and writes the rest in chunks.
#[derive(Debug)]
pub(super) struct Follower {
    format: Format,
    /// `None` if values of the format are not followed.
    lexer: Option<Remembering>,
    /// What stands before the first character of the output.
    mark: &'static str,
    /// What is not written yet.
    waiting: String,
    /// Where the last value is in it; none if the value is in `value`.
    value_at: Option<Range<usize>>,
    value: String,
    /// The line and column of its first character.
    line: usize,
    column: usize,
}

/// So many bytes are written at once.
const CHUNK: usize = 8 * 1024;

impl Follower {
    pub(super) fn new(format: Format, validate: bool) -> Self {
        Self::with(lexer(format, validate), format)
    }

    fn with(lexer: Option<Box<dyn Lexer>>, format: Format) -> Self {
        Self {
            format,
            lexer: lexer.map(Remembering::new),
            mark: "",
            waiting: String::new(),
            value_at: None,
            value: String::new(),
            line: 1,
            column: 1,
        }
    }

    /// The same, with this before the output, unless that is empty.
    pub(super) fn with_mark(self, mark: &'static str) -> Self {
        Self { mark, ..self }
    }

    #[inline(never)]
    pub(super) fn text(&mut self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        if let Some(lexer) = &mut self.lexer
            && !lexer.knows_text(text)
        {
            self.read_text(text)?;
        }
        self.push(text, out)
    }

    fn push(&mut self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        self.waiting.push_str(text);
        if self.waiting.len() > CHUNK { self.write(out) } else { Ok(()) }
    }

    #[cold]
    fn read_text(&mut self, text: &str) -> io::Result<()> {
        let Some(next) = text.chars().next() else { return Ok(()) };
        self.pay_what_is_owed(Some(next))?;
        self.checked_text(text)
    }

    /// Writes what the lexer owes to a reader before it goes on.
    fn pay_what_is_owed(&mut self, next: Option<char>) -> io::Result<()> {
        let owed = self.lexer.as_mut().map_or("", |lexer| lexer.owed(next));
        if !owed.is_empty() {
            self.checked_text(owed)?;
            self.waiting.push_str(owed);
        }
        Ok(())
    }

    fn checked_text(&mut self, text: &str) -> io::Result<()> {
        let checked = self.lexer.as_mut().map_or(Ok(()), |lexer| lexer.text(text));
        self.accept(checked)
    }

    pub(super) fn author(&mut self, value: &str, out: &mut dyn Write) -> io::Result<()> {
        match self.lexer.as_mut().filter(|_| !value.is_empty()).and_then(|lexer| lexer.author(value)) {
            Some(checked) => self.push_value(value, checked, out),
            None => self.text(value, out),
        }
    }

    #[inline(never)]
    pub(super) fn value(&mut self, value: &str, kind: ValueKind, out: &mut dyn Write) -> io::Result<()> {
        if let Some(lexer) = &mut self.lexer
            && !lexer.knows_value(value, kind)
        {
            return self.read_value(value, kind, out);
        }
        self.push_as_it_is(value, out)
    }

    #[cold]
    fn read_value(&mut self, value: &str, kind: ValueKind, out: &mut dyn Write) -> io::Result<()> {
        match &mut self.lexer {
            Some(lexer) if value.is_empty() => {
                lexer.empty_value();
                Ok(())
            }
            Some(lexer) => {
                let checked = lexer.value(value, kind);
                self.push_value(value, checked, out)
            }
            None => Ok(()),
        }
    }

    /// A value, written in the way that the lexer tells.
    fn push_value(
        &mut self,
        value: &str,
        checked: Checked<Option<String>>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if matches!(checked, Ok(None)) {
            return self.push_as_it_is(value, out);
        }
        value.clone_into(&mut self.value);
        self.value_at = None;
        let written = self.accept(checked)?;
        self.push(written.as_deref().unwrap_or_default(), out)
    }

    fn push_as_it_is(&mut self, value: &str, out: &mut dyn Write) -> io::Result<()> {
        self.value_at = Some(self.waiting.len()..self.waiting.len() + value.len());
        self.push(value, out)
    }

    /// The output is complete.
    pub(super) fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.pay_what_is_owed(None)?;
        let checked = self.lexer.as_mut().map_or(Ok(()), Remembering::end);
        self.accept(checked)?;
        self.write(out)
    }

    fn write(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.waiting.is_empty() {
            out.write_all(std::mem::take(&mut self.mark).as_bytes())?;
        }
        (self.line, self.column) = self.place();
        if let Some(value) = self.value_at.take().and_then(|at| self.waiting.get(at)) {
            value.clone_into(&mut self.value);
        }
        out.write_all(self.waiting.as_bytes())?;
        self.waiting.clear();
        Ok(())
    }

    /// The line and the column of the next character.
    fn place(&self) -> (usize, usize) {
        let lines = memchr::memchr_iter(b'\n', self.waiting.as_bytes()).count();
        match self.waiting.rsplit_once('\n') {
            Some((_, line)) => (self.line + lines, 1 + line.chars().count()),
            None => (self.line, self.column + self.waiting.chars().count()),
        }
    }

    fn accept<T>(&self, checked: Checked<T>) -> io::Result<T> {
        checked.map_err(|fault| {
            let (line, column) = self.place();
            let value = self.last_value().to_owned();
            io::Error::other(Refusal { fault, value, format: self.format, line, column })
        })
    }

    fn last_value(&self) -> &str {
        self.value_at.clone().and_then(|at| self.waiting.get(at)).unwrap_or(&self.value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::{RngSeed, TestRunner};

    use super::*;
    use crate::landing::delimited::Delimited;
    use crate::landing::dot::Dot;
    use crate::landing::html::Html;
    use crate::landing::json::Json;
    use crate::landing::keeping::Keeping;
    use crate::landing::markdown::Markdown;
    use crate::landing::yaml::{Reader, Yaml};

    const VALUES: [&str; 17] = [
        "a",
        "",
        "-",
        "a-",
        "-a",
        "1",
        "/b",
        "\"q\"",
        "\"a\"\"b\"",
        "\"a\",\"b\"",
        "\"",
        "<!--",
        "é",
        "a\\\\N",
        "[1]",
        "a,\nb",
        LONG,
    ];

    /// Longer than a key of YAML.
    const LONG: &str = match std::str::from_utf8(&[b'-'; 1100]) {
        Ok(long) => long,
        Err(_) => "",
    };

    /// A loop of a template.
    #[derive(Debug)]
    struct Loop {
        /// The text before the first round.
        before: String,
        steps: Vec<Step>,
        rounds: Vec<Vec<Chosen>>,
    }

    #[derive(Debug, Clone)]
    enum Step {
        Text(String),
        Author,
        Value(ValueKind),
    }

    /// What is written for a step in a round: its value, if it has one.
    #[derive(Debug, Clone)]
    struct Chosen {
        value: &'static str,
        is_left_out: bool,
    }

    fn loops(texts: &'static [&'static str]) -> impl Strategy<Value = Loop> {
        let text = || vec(select(texts), 1..4).prop_map(|parts| parts.concat());
        let kinds = [ValueKind::Escaped, ValueKind::Escaped, ValueKind::Finished, ValueKind::Quoted];
        let step = prop_oneof![
            8 => text().prop_map(Step::Text),
            1 => Just(Step::Author),
            6 => select(kinds.to_vec()).prop_map(Step::Value)
        ];
        // Few values, so that many of them follow each other in the same place.
        let rounds = vec(select(&VALUES[..]), 1..4).prop_flat_map(|values| {
            let chosen = (select(values), prop::bool::weighted(0.1));
            vec(vec(chosen.prop_map(|(value, is_left_out)| Chosen { value, is_left_out }), 5), 1..6)
        });
        (text(), vec(step, 1..6), rounds).prop_map(|(before, steps, rounds)| Loop { before, steps, rounds })
    }

    /// What the output is, and why it ends too early.
    fn follow(lexer: impl Lexer + 'static, output: &Loop) -> (Vec<u8>, Option<String>) {
        let mut follower = Follower::with(Some(Box::new(lexer)), Format::Text);
        let mut out = Vec::new();
        let refusal = write(&mut follower, output, &mut out).err();
        out.extend(follower.waiting.into_bytes());
        (out, refusal.map(|error| error.to_string()))
    }

    fn write(follower: &mut Follower, output: &Loop, out: &mut Vec<u8>) -> io::Result<()> {
        follower.text(&output.before, out)?;
        for (step, chosen) in output.rounds.iter().flat_map(|round| output.steps.iter().zip(round)) {
            match step {
                _ if chosen.is_left_out => {}
                Step::Text(text) => follower.text(text, out)?,
                Step::Author => follower.author(chosen.value, out)?,
                Step::Value(kind) => follower.value(chosen.value, *kind, out)?,
            }
        }
        follower.end(out)
    }

    /// A lexer that keeps its states does what one does that reads everything.
    fn check<L: Lexer + Clone + PartialEq + 'static>(lexer: &L, texts: &'static [&'static str]) {
        let config = ProptestConfig {
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(1),
            ..ProptestConfig::with_cases(4000)
        };
        let same = TestRunner::new(config).run(&loops(texts), |output| {
            prop_assert_eq!(follow(Keeping::new(lexer.clone()), &output), follow(lexer.clone(), &output));
            Ok(())
        });
        same.unwrap();
    }

    /// A value is refused where other ones were not.
    fn check_last<L: Lexer + Clone + PartialEq + 'static>(
        lexer: &L,
        [before, text, after]: [&str; 3],
        kind: ValueKind,
        [first, last]: [&'static str; 2],
    ) {
        let round = |value| vec![Chosen { value, is_left_out: false }; 3];
        let output = Loop {
            before: before.to_owned(),
            steps: vec![Step::Text(text.to_owned()), Step::Value(kind), Step::Text(after.to_owned())],
            rounds: [first, first, first, last].map(round).to_vec(),
        };
        let remembered = follow(Keeping::new(lexer.clone()), &output);
        assert!(remembered.1.is_some(), "{remembered:?}");
        assert_eq!(remembered, follow(lexer.clone(), &output));
    }

    #[test]
    fn a_value_that_is_not_like_those_before_is_read() {
        let (escaped, finished) = (ValueKind::Escaped, ValueKind::Finished);
        check_last(&Delimited::csv(true), ["x,y", "\n", ",x"], finished, ["a", "a,b"]);
        check_last(&Html::new(true), ["", "<a href=\"", "\"></a>"], escaped, ["https://a", "data:a"]);
        check_last(&Json::new(true), ["[0", ",{", ":1}"], finished, ["\"a\"", "1"]);
        check_last(&Markdown::new(true), ["", "a:/", "\n"], escaped, ["-a", "/a"]);
        check_last(&Markdown::new(true), ["", "![", "](x)\n"], escaped, ["--", "<!-- --"]);
        check_last(&Markdown::new(true), ["", "a*", "*\n"], escaped, ["a", "-"]);
        check_last(&Reader::new(true), ["", "- \"", "\": 1\n"], escaped, ["a", LONG]);
    }

    /// All of the beginning of YAML is read by another parser as well.
    #[test]
    fn what_follows_the_beginning_of_yaml_is_remembered() {
        let text = |text: &str| Step::Text(text.to_owned());
        let value = |value| Chosen { value, is_left_out: false };
        let steps = vec![
            text("- \""),
            Step::Value(ValueKind::Escaped),
            text("\":\n  - {b: "),
            Step::Value(ValueKind::Finished),
            text("}\n"),
        ];
        let round = |key| vec![value(key), value(key), value(key), value("[1]"), value("")];
        let mut rounds = vec![round("a"); 5000];
        rounds.push(round(LONG));
        let output = Loop { before: String::new(), steps, rounds };
        let followed = follow(Yaml::new(true), &output);
        assert!(followed.0.len() > 100_000 && followed.1.is_some());
        assert_eq!(followed, follow(Reader::new(true), &output));
    }

    #[test]
    fn what_is_remembered_does_the_same() {
        for validate in [false, true] {
            check(&Delimited::csv(validate), &[",", "\n", "\r\n", ",x\n"]);
            check(&Delimited::tsv(validate), &["\t", "\n", "x", "\""]);
            check(&Dot::new(validate), &["a -> b [label=\"", "\"];\n", " ", "a [tooltip=\"", "{", "\""]);
            check(&Html::new(validate), &["<p>", "</p>", " ", "<p title=\"", "\">", "<a href=\"", "/", "&"]);
            check(&Json::new(validate), &["[", "]", "{", "}", "\"", "\",\"", ",", ":", "1", "\\"]);
            check(
                &Markdown::new(validate),
                &[" | ", "| ", "\n", "*", "![", "](", "a:/", "[a](x/", ")", " ", "x"],
            );
            check(&Reader::new(validate), &["- \"", "\"\n", "- ", "\n", "  ", "a: \"", "\"", ":", "[", "#"]);
        }
    }
}
