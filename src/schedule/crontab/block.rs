//! The block that is ours in the text of a crontab.

use std::ops::Range;

use crate::{Error, Result};

const BEGIN: &str = "# globus-runner: begin. Written by `runner schedule`, which also removes it";
/// The same where the text before it did not end with the end of a line, which was added.
const BEGIN_ADDED: &str =
    "# globus-runner: begin, on a line of its own. Written by `runner schedule`, which also removes it";
const END: &str = "# globus-runner: end";
/// Before the profile of the next line.
const PROFILE: &str = "# profile: ";

/// A crontab, of which one block is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    before: Vec<u8>,
    /// Whether `before` got the end of its last line from us.
    added_line_end: bool,
    block: Vec<Line>,
    after: Vec<u8>,
}

/// What is in the block.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Job {
        profile: String,
        line: String,
    },
    /// A line that this program did not write.
    Other(Vec<u8>),
}

impl Text {
    /// Finds the block. Fails if its ends do not fit, because then it is not clear what is ours.
    pub fn parse(text: &[u8]) -> Result<Self> {
        let lines = lines(text);
        let begins = places(text, &lines, |line| line == BEGIN || line == BEGIN_ADDED);
        let ends = places(text, &lines, |line| line == END);
        let (begin, end) = match (begins.as_slice(), ends.as_slice()) {
            ([], []) => {
                return Ok(Self {
                    before: text.to_vec(),
                    added_line_end: false,
                    block: Vec::new(),
                    after: Vec::new(),
                });
            }
            ([begin], [end]) if begin < end => (*begin, *end),
            _ => {
                let numbers: Vec<String> =
                    begins.iter().chain(&ends).map(|place| (place + 1).to_string()).collect();
                return Err(Error::failed("the crontab is left alone")
                    .because(format!(
                        "the marks `# globus-runner: begin` and `end` do not fit: line {}",
                        numbers.join(", ")
                    ))
                    .help(
                        "remove the lines between them and the marks with `crontab -e`, and install again",
                    ));
            }
        };
        let inside: Vec<&[u8]> = lines[begin + 1..end].iter().map(|line| &text[line.clone()]).collect();
        Ok(Self {
            before: text[..lines[begin].start].to_vec(),
            added_line_end: trimmed(&text[lines[begin].clone()]) == BEGIN_ADDED,
            block: block(&inside),
            after: text[lines[end].end..].to_vec(),
        })
    }

    /// The profiles, each with its line.
    pub fn jobs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.block.iter().filter_map(|line| match line {
            Line::Job { profile, line } => Some((profile.as_str(), line.as_str())),
            Line::Other(_) => None,
        })
    }

    /// Has this line for the profile, and no other one.
    pub fn set(&mut self, profile: &str, line: String) {
        let is_new = self.block.is_empty();
        let job = Line::Job { profile: profile.to_owned(), line };
        let same = |line: &Line| matches!(line, Line::Job { profile: other, .. } if other == profile);
        match self.block.iter().position(same) {
            Some(place) => {
                self.remove(profile);
                self.block.insert(place, job);
            }
            None => self.block.push(job),
        }
        if is_new && !self.before.is_empty() && !self.before.ends_with(b"\n") {
            self.added_line_end = true;
            self.before.push(b'\n');
        }
    }

    /// Has no line for the profile.
    pub fn remove(&mut self, profile: &str) {
        self.block.retain(|line| !matches!(line, Line::Job { profile: other, .. } if other == profile));
    }

    /// The value that a variable has for our lines.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.before).into_owned();
        text.lines().rev().find_map(|line| {
            let (left, right) = line.split_once('=')?;
            (left.trim() == name).then(|| right.trim().trim_matches(['"', '\'']).to_owned())
        })
    }

    /// The whole text.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = self.before.clone();
        if self.block.is_empty() {
            // What was added for the block goes with it, unless lines of others have come below.
            if self.added_line_end && self.after.is_empty() {
                text.pop();
            }
            text.extend(&self.after);
            return text;
        }
        let mut put = |line: &[u8]| {
            text.extend(line);
            text.push(b'\n');
        };
        put(if self.added_line_end { BEGIN_ADDED } else { BEGIN }.as_bytes());
        for line in &self.block {
            match line {
                Line::Job { profile, line } => {
                    put(format!("{PROFILE}{profile}").as_bytes());
                    put(line.as_bytes());
                }
                Line::Other(bytes) => put(bytes),
            }
        }
        put(END.as_bytes());
        text.extend(&self.after);
        text
    }
}

fn block(lines: &[&[u8]]) -> Vec<Line> {
    let mut block = Vec::new();
    let mut rest = lines.iter();
    while let Some(line) = rest.next() {
        let job = std::str::from_utf8(line).ok().and_then(|line| without_end(line).strip_prefix(PROFILE));
        match (job, rest.clone().next().map(|next| std::str::from_utf8(next))) {
            (Some(profile), Some(Ok(next))) if !next.starts_with('#') => {
                block.push(Line::Job { profile: profile.to_owned(), line: without_end(next).to_owned() });
                rest.next();
            }
            _ => block.push(Line::Other(line.strip_suffix(b"\n").unwrap_or(line).to_vec())),
        }
    }
    block
}

/// A line without its end, and with the blanks before it: a path may end in one.
fn without_end(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n'])
}

/// The lines of the text, with their ends.
fn lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut start = 0;
    text.split_inclusive(|byte| *byte == b'\n')
        .map(|line| {
            let span = start..start + line.len();
            start = span.end;
            span
        })
        .collect()
}

fn places(text: &[u8], lines: &[Range<usize>], is: impl Fn(&str) -> bool) -> Vec<usize> {
    lines
        .iter()
        .enumerate()
        .filter(|(_, span)| is(trimmed(&text[(*span).clone()])))
        .map(|(place, _)| place)
        .collect()
}

fn trimmed(line: &[u8]) -> &str {
    std::str::from_utf8(line).unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BEGIN, END, Text};

    const JOB: &str = "0 3 * * * runner";

    fn with(text: &[u8], profile: &str) -> Vec<u8> {
        let mut parsed = Text::parse(text).unwrap();
        parsed.set(profile, JOB.to_owned());
        parsed.to_bytes()
    }

    fn without(text: &[u8], profile: &str) -> Vec<u8> {
        let mut parsed = Text::parse(text).unwrap();
        parsed.remove(profile);
        parsed.to_bytes()
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        for text in [
            &b""[..],
            b"\n",
            b"MAILTO=you@example.org\n0 1 * * * backup\n",
            b"0 1 * * * no end of line",
            b"0 1 * * * windows\r\nX=1\r\n",
            b"0 1 * * * windows\r\n0 2 * * * \xff\xfe no UTF-8",
        ] {
            let one = with(text, "/a.toml");
            assert!(one.starts_with(text));
            assert_eq!(with(&one, "/a.toml"), one, "twice is once");
            let two = with(&one, "/b.toml");
            assert_eq!(without(&two, "/b.toml"), one);
            assert_eq!(without(&without(&two, "/a.toml"), "/b.toml"), text);
            assert_eq!(without(&one, "/other.toml"), one);
        }
    }

    #[test]
    fn lines_in_and_below_the_block_stay() {
        let one = with(b"x", "/a.toml");
        let mut below = one.clone();
        below.extend(b"0 2 * * * below\n");
        assert_eq!(without(&below, "/a.toml"), b"x\n0 2 * * * below\n");
        let inside = format!("{BEGIN}\n# profile: /a.toml\n{JOB}\n# mine\n0 9 * * * mine\n{END}\n");
        let left = without(inside.as_bytes(), "/a.toml");
        assert_eq!(String::from_utf8(left).unwrap(), format!("{BEGIN}\n# mine\n0 9 * * * mine\n{END}\n"));
    }

    #[test]
    fn a_path_that_ends_in_a_blank_is_one_profile() {
        for profile in ["/my profile ", "/a\u{a0}", "/a\u{3000}"] {
            let one = with(b"", profile);
            assert_eq!(with(&one, profile), one, "twice is once");
            assert_eq!(without(&one, profile), b"");
        }
    }

    #[test]
    fn marks_that_do_not_fit_are_an_error() {
        for text in [
            format!("{BEGIN}\n"),
            format!("{END}\n"),
            format!("{END}\n{BEGIN}\n"),
            format!("{BEGIN}\n{END}\n{BEGIN}\n{END}\n"),
        ] {
            let error = Text::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("the crontab is left alone"), "{error}");
        }
    }

    #[test]
    fn the_last_value_of_a_variable_counts() {
        let text = Text::parse(b"MAILTO=a\n MAILTO = \"\"\n# MAILTO=c\n").unwrap();
        assert_eq!(text.variable("MAILTO").as_deref(), Some(""));
        assert_eq!(text.variable("SHELL"), None);
    }

    proptest! {
        #[test]
        fn any_crontab_is_restored(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let one = with(&text, "/a.toml");
            prop_assert!(one.starts_with(&text));
            prop_assert_eq!(without(&one, "/a.toml"), text);
        }
    }
}
