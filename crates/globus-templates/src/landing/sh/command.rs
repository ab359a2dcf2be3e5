//! A simple command, as far as it is read: which word a value would be a part of.

use super::known::{
    DANGEROUS, DECLARATIONS, EVALUATORS, FIND_TESTS, INTERPRETERS, KEYWORDS, OPTIONS_RUN, PROGRAM_FIRST,
    READERS, RUNNERS, SHELLS, is_code,
};
use crate::landing::fault::{Checked, misplaced};

#[derive(Debug, Default)]
pub(super) struct Command {
    /// The words of the command before the present one. A quoted part of a word is missing.
    words: Vec<Word>,
    word: Option<Word>,
    role: Role,
    /// Whether the present word, or the next one, is the file of a redirection.
    redirects: bool,
    /// Whether a variable was declared to be a number: assigning to it calculates then.
    calculates: bool,
    /// Whether the value is an operand of `[` or `test`.
    tested: bool,
    /// Whether the next word is what `<<<` hands over.
    here_string: bool,
    values: Values,
    case: Vec<Case>,
    fault: Option<(&'static str, &'static str)>,
    /// Whether a keyword such as `while` or `{` came before this command.
    after_keyword: bool,
    /// Whether what these commands write becomes a part of a word, as in `$( … )`.
    is_substituted: bool,
}

/// The values that were written so far.
#[derive(Debug, Default)]
struct Values {
    /// Whether there was one in this line.
    in_line: bool,
    /// Whether there was one at all.
    any: bool,
    /// Whether the present command reads one from a pipe.
    piped: bool,
    /// Whether the commands that follow may, because a loop or a block does.
    block_is_piped: bool,
    /// Whether a shell reads what these commands write.
    fed_to_shell: bool,
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    /// How much of it comes before the first part in quotes, or the first that is computed.
    quoted_from: Option<usize>,
    has_value: bool,
}

impl Word {
    fn is_quoted(&self) -> bool {
        self.quoted_from.is_some()
    }

    /// `name=…`, `name+=…` or `name[…]=…`: the name.
    fn assigned(&self) -> Option<&str> {
        let (name, _) = self.text.split_once('=')?;
        let before_quotes = self.quoted_from.is_none_or(|from| name.len() < from);
        let name = name.trim_end_matches('+').trim_end_matches('[');
        (before_quotes && is_name(name)).then_some(name)
    }

    /// The name of a command, without its folder; `None` if it is computed.
    fn command(&self) -> Option<&str> {
        let computed = self.has_value
            || self.text.contains(['$', '`', '*', '?'])
            || self.text.contains(['{', '[']) && !matches!(self.text.as_str(), "[" | "[[" | "{");
        (!computed).then(|| self.text.rsplit('/').next().unwrap_or_default())
    }
}

/// What the words are.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A command and its arguments.
    #[default]
    Command,
    /// A list: of `name=( … )`, or after `for`.
    Words,
}

/// Where in a `case … esac`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Word,
    Pattern,
    Commands,
}

/// Long options of interpreters that take a program.
const LONG: [&str; 6] = ["command", "eval", "exec", "expression", "print", "rsh"];

const RUN: (&str, &str) = (
    "for a command that would run it, or calculate with it",
    "assign it to a variable first: `x={{x}}`, and use \"$x\"",
);

impl Command {
    /// The words of a list.
    pub(super) fn of_words() -> Self {
        Self { role: Role::Words, ..Self::default() }
    }

    pub(super) fn literal(&mut self, character: char) {
        self.word.get_or_insert_default().text.push(character);
    }

    /// A quoted or computed part of a word begins.
    pub(super) fn quoted(&mut self) {
        let word = self.word.get_or_insert_default();
        word.quoted_from.get_or_insert(word.text.len());
    }

    /// `<<<`: the next word is handed over.
    pub(super) fn here_string(&mut self) {
        self.here_string = true;
    }

    /// The commands in brackets that begin here, after this character.
    pub(super) fn substitution(&mut self, last: Option<char>) -> Self {
        let mut inner = Self { is_substituted: last == Some('$'), ..Self::default() };
        inner.values.block_is_piped = self.values.piped || self.values.block_is_piped;
        if last == Some('<') {
            // `<(…)` is an argument.
            self.redirects = false;
            inner.values.fed_to_shell = self.name().is_some_and(|name| READERS.contains(&name));
        }
        if last == Some('>') {
            // The commands in `>(…)` read what this one writes.
            self.redirects = false;
            inner.values.block_is_piped |= self.values.in_line;
        }
        self.quoted();
        inner
    }

    /// The commands in `$( … )`.
    pub(super) fn substituted() -> Self {
        Self { is_substituted: true, ..Self::default() }
    }

    /// Takes note of what is in its brackets.
    pub(super) fn contains(&mut self, inner: &Self) {
        self.values.in_line |= inner.values.any;
        self.values.any |= inner.values.any;
        self.fault = self.fault.or(inner.fault);
        if inner.is_substituted && inner.values.any && self.runs_its_words() {
            self.fault = Some(RUN);
        }
    }

    /// Whether this command runs what a part of the present word gives.
    fn runs_its_words(&self) -> bool {
        if self.role == Role::Words || self.redirects || self.case.iter().any(|case| *case != Case::Commands)
        {
            return false;
        }
        let Some((at, word)) = self.command() else {
            let assigned = self.word.as_ref().and_then(Word::assigned);
            return assigned.is_none_or(|name| is_code(name) || self.calculates);
        };
        let Some(name) = word.command() else { return true };
        EVALUATORS.contains(&name)
            || self.here_string && READERS.contains(&name)
            || (at..self.words.len()).any(|at| is_program(&self.words[at..]))
    }

    /// The index of `name[ … ]` begins.
    pub(super) fn index(&mut self) {
        self.literal('[');
    }

    /// Whether nothing of it has been read.
    pub(super) fn is_fresh(&self) -> bool {
        self.words.is_empty() && self.word.is_none() && self.role == Role::Command && self.case.is_empty()
    }

    pub(super) fn at_word_start(&self) -> bool {
        self.word.is_none()
    }

    /// Whether the word so far is the name of a variable.
    pub(super) fn is_name(&self) -> bool {
        self.word.as_ref().is_some_and(|word| !word.is_quoted() && is_name(&word.text))
    }

    /// Whether the word so far is `name=` or `name+=`.
    pub(super) fn is_assignment_start(&self) -> bool {
        self.word.as_ref().is_some_and(|word| {
            !word.is_quoted()
                && word.text.strip_suffix('=').is_some_and(|name| is_name(name.trim_end_matches('+')))
        })
    }

    /// A redirection operator, such as `>`.
    pub(super) fn redirect(&mut self) {
        // Digits before it name the file descriptor.
        self.word.take_if(|word| {
            let text =
                word.text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(&word.text);
            !word.is_quoted()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && (text.len() < word.text.len() || text.bytes().all(|byte| byte.is_ascii_digit()))
        });
        self.word_ends();
        self.redirects = true;
    }

    /// `<<`: the word that follows ends a here-document.
    pub(super) fn here_document(&mut self) {
        self.redirects = false;
    }

    pub(super) fn word_ends(&mut self) {
        let Some(word) = self.word.take() else { return };
        if std::mem::take(&mut self.redirects) || std::mem::take(&mut self.here_string) {
            return;
        }
        let text = word.text.as_str();
        match self.case.last_mut() {
            Some(case @ Case::Word) if text == "in" && !word.is_quoted() => {
                *case = Case::Pattern;
                self.words.clear();
                return;
            }
            Some(Case::Pattern) => {
                if text == "esac" && !word.is_quoted() {
                    self.case.pop();
                    self.words.clear();
                }
                return;
            }
            Some(Case::Commands) if text == "esac" && self.words.is_empty() => {
                self.case.pop();
                return;
            }
            _ => {}
        }
        if self.role == Role::Command && self.words.is_empty() && !word.is_quoted() && !word.has_value {
            match text {
                "case" => {
                    self.case.push(Case::Word);
                    return;
                }
                _ if KEYWORDS.contains(&text) => {
                    self.after_keyword = true;
                    return;
                }
                _ => {}
            }
        }
        if matches!(text, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge") && self.tested {
            self.fault = Some(RUN);
        }
        let declares = self.name().is_some_and(|name| DECLARATIONS.contains(&name));
        self.calculates |= declares && text.starts_with('-') && text.contains(['i', 'E', 'F'])
            || matches!(self.name(), Some("integer" | "float"));
        self.words.push(word);
    }

    /// An operator such as `;` ends the command; `case_ends` for `;;`.
    pub(super) fn ends(&mut self, operator: char, case_ends: bool) {
        self.word_ends();
        // `[[ a && b ]]` is one command.
        let is = |word: Option<&Word>, text| word.is_some_and(|word| word.text == text);
        if operator != '\n' && is(self.words.first(), "[[") && !is(self.words.last(), "]]") {
            return;
        }
        let is_piped = self.values.piped || self.values.block_is_piped;
        if is_piped && self.name().is_some_and(|name| READERS.contains(&name)) {
            self.fault = Some(RUN);
        }
        // The command follows: after `|&`, or in the next line.
        if self.values.piped && self.words.is_empty() && !self.after_keyword && matches!(operator, '&' | '\n')
        {
            return;
        }
        self.values.block_is_piped |= self.values.piped && self.after_keyword;
        self.after_keyword = false;
        // The whole of a loop or a block can be what is piped.
        let block_ends =
            matches!(self.words.first().map(|word| word.text.as_str()), Some("done" | "}" | "fi" | "esac"));
        self.values.piped =
            operator == '|' && (self.values.in_line || self.values.piped || block_ends && self.values.any);
        self.values.in_line &= operator != '\n';
        self.words.clear();
        self.redirects = false;
        self.here_string = false;
        self.tested = false;
        if case_ends && let Some(case) = self.case.last_mut() {
            *case = Case::Pattern;
        }
    }

    /// Whether a `)` here would end a pattern of `case`.
    pub(super) fn is_pattern(&self) -> bool {
        self.case.last() == Some(&Case::Pattern)
    }

    pub(super) fn pattern_ends(&mut self) {
        self.word = None;
        self.words.clear();
        if let Some(case) = self.case.last_mut() {
            *case = Case::Commands;
        }
    }

    /// The word that names the command, and where it stands. `None` if it is not known yet.
    fn command(&self) -> Option<(usize, &Word)> {
        let mut after_runner = false;
        for (at, word) in self.words.iter().enumerate() {
            let skipped = word.assigned().is_some()
                || word.text.starts_with('-')
                || after_runner && (is_option_argument(&self.words, at) || is_number(&word.text));
            if skipped {
                continue;
            }
            if !word.command().is_some_and(|name| RUNNERS.contains(&name)) {
                return Some((at, word));
            }
            after_runner = true;
        }
        None
    }

    fn name(&self) -> Option<&str> {
        self.command().and_then(|(_, word)| word.command())
    }

    /// A value is a part of the present word.
    pub(super) fn value(&mut self) -> Checked {
        let allowed = self.allows_value();
        self.quoted();
        if let Some(word) = &mut self.word {
            word.has_value = true;
        }
        self.values.in_line = true;
        self.values.any = true;
        allowed
    }

    fn allows_value(&mut self) -> Checked {
        let run = || misplaced(RUN.0, RUN.1);
        if self.values.fed_to_shell {
            return run();
        }
        if self.redirects {
            return misplaced(
                "as the name of a file to write or read",
                "write the name of the file yourself",
            );
        }
        if self.here_string {
            return if self.name().is_some_and(|name| READERS.contains(&name)) { run() } else { Ok(()) };
        }
        match self.case.last() {
            Some(Case::Pattern) => return misplaced("in a pattern", "compare it with `[ {{x}} = … ]`"),
            Some(Case::Word) => return Ok(()),
            _ => {}
        }
        let prefix = self.word.clone().unwrap_or_default();
        if !prefix.is_quoted() && (prefix.text.ends_with('~') || prefix.text == "=") {
            return misplaced("right after `~` or `=`, which zsh replaces", "quote that sign");
        }
        if self.role == Role::Words {
            return if prefix.text.starts_with('[') {
                misplaced("where a shell calculates, and could run it", "write the index yourself")
            } else {
                Ok(())
            };
        }
        let assigned = prefix.assigned();
        if assigned.is_some_and(is_code) {
            return misplaced(
                "in a variable that a shell runs, or finds programs with",
                "assign it to another variable",
            );
        }
        let Some((at, word)) = self.command() else {
            return match assigned {
                Some(_) if self.calculates => run(),
                Some(_) => Ok(()),
                None => misplaced("where a command begins", "write the name of the command before it"),
            };
        };
        let arguments = &self.words[at + 1..];
        let Some(name) = word.command() else { return run() };
        let plain_options = || {
            let options = arguments.iter().filter(|word| word.text.starts_with('-'));
            options.flat_map(|word| word.text.chars().skip(1)).all(|option| "gluxr".contains(option))
        };
        let are_options = |sign: &[char]| arguments.iter().all(|word| word.text.starts_with(sign));
        if name == "printf" && are_options(&['-']) {
            return misplaced(
                "as the format of `printf`",
                "write the format yourself: `printf '%s\\n' {{x}}`",
            );
        }
        if name == "set" && are_options(&['-', '+']) && !arguments.iter().any(|word| word.text == "--") {
            return misplaced("where `set` takes options", "write `set -- {{x}}`");
        }
        let is_declaration = DECLARATIONS.contains(&name);
        let is_test = matches!(name, "test" | "[" | "[[");
        let variable = arguments.first().map_or("", |word| word.text.as_str());
        let dangerous = DANGEROUS.contains(&name)
            || is_declaration && (assigned.is_none() || self.calculates || !plain_options())
            || is_test && arguments.iter().any(|word| is_numeric_test(&word.text))
            || name == "print" && !is_plain_print(arguments)
            || name == "printf" && arguments.iter().any(|word| word.text == "-v")
            || matches!(name, "for" | "select") && (variable.is_empty() || is_code(variable))
            || name == "find" && arguments.last().is_some_and(|word| is_exec(&word.text))
            || PROGRAM_FIRST.contains(&name) && arguments.iter().all(|word| word.text.starts_with('-'))
            || SHELLS.contains(&name) && arguments.iter().all(|word| word.text.starts_with('-'))
            || OPTIONS_RUN.contains(&name) && could_be_option(&prefix, arguments)
            || name == "find" && could_be_test(&prefix, arguments)
            || INTERPRETERS.iter().any(|(interpreter, _)| *interpreter == name)
                && prefix.text.starts_with('-')
            || (at..self.words.len()).any(|at| is_program(&self.words[at..]));
        self.tested |= is_test;
        if dangerous { run() } else { Ok(()) }
    }

    /// What was found wrong with an earlier value.
    pub(super) fn check(&mut self) -> Checked {
        self.fault.take().map_or(Ok(()), |(place, help)| misplaced(place, help))
    }
}

fn is_numeric_test(word: &str) -> bool {
    matches!(word, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" | "-v" | "-R")
}

/// Whether `print` of zsh and ksh has no options but plain ones, and the value can be none: others run what is printed.
fn is_plain_print(arguments: &[Word]) -> bool {
    let mut words = arguments.iter().map(|word| word.text.as_str());
    words.by_ref().take_while(|word| *word != "--").all(|word| {
        word.strip_prefix('-')
            .is_some_and(|options| options.chars().all(|option| "lnrNu0123456789".contains(option)))
    }) && arguments.iter().any(|word| word.text == "--")
}

fn is_exec(word: &str) -> bool {
    matches!(word, "-exec" | "-execdir" | "-ok" | "-okdir")
}

/// Whether a value in the next word could be an option, after these words.
fn could_be_option(prefix: &Word, arguments: &[Word]) -> bool {
    let is_message = arguments.last().is_some_and(|word| word.text == "-m");
    let is_start = prefix.text.is_empty() || prefix.text.starts_with('-');
    is_start && !is_message && !arguments.iter().any(|word| word.text == "--")
}

/// Whether a value in the next word of `find` could be a test or an action, such as `-delete`.
fn could_be_test(prefix: &Word, arguments: &[Word]) -> bool {
    let is_operand = arguments.last().is_some_and(|word| FIND_TESTS.contains(&word.text.as_str()));
    prefix.text.is_empty() && !is_operand
}

/// Whether the next word is a program for the first of these: an interpreter, and its options so far.
fn is_program(words: &[Word]) -> bool {
    let Some((interpreter, options)) = words.split_first() else { return false };
    let Some(name) = interpreter.command() else { return false };
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let option = INTERPRETERS.iter().find(|(interpreter, _)| *interpreter == name).map(|(_, option)| *option);
    let mut last_options = options.iter().rev().take_while(|word| word.text.starts_with('-'));
    option.is_some_and(|option| {
        last_options.any(|word| match word.text.strip_prefix("--") {
            Some(name) => LONG.iter().any(|long| name.starts_with(long)),
            None => word.text.to_ascii_lowercase().contains(option),
        })
    })
}

/// A number or a span of time, as `timeout` takes it.
fn is_number(word: &str) -> bool {
    let number = word.trim_end_matches(['s', 'm', 'h', 'd']);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// `sudo -u NAME`: the word after an option of one letter may belong to it.
fn is_option_argument(words: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |at| words[at].text.as_str());
    before.starts_with('-') && before.len() == 2 && before != "--"
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
