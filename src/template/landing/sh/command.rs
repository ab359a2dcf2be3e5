//! A simple command, as far as it is read: which word a value would be a part of.

use crate::template::landing::fault::{Checked, misplaced};

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
    case: Vec<Case>,
    fault: Option<(&'static str, &'static str)>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    /// Whether it has a part in quotes, or one that is computed.
    quoted: bool,
    has_value: bool,
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

/// After these words a command begins.
const KEYWORDS: [&str; 11] =
    ["if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "coproc"];

/// These run the command that their arguments name.
const RUNNERS: [&str; 13] = [
    "builtin", "chroot", "command", "doas", "env", "exec", "ionice", "nice", "nohup", "setsid", "stdbuf",
    "sudo", "timeout",
];

/// No argument of these is safe: they run it, or calculate with it, which can run it.
const DANGEROUS: [&str; 24] = [
    ".",
    "[[",
    "alias",
    "bind",
    "compgen",
    "complete",
    "declare",
    "enable",
    "eval",
    "getopts",
    "hash",
    "let",
    "mapfile",
    "parallel",
    "read",
    "readarray",
    "source",
    "ssh",
    "su",
    "trap",
    "typeset",
    "unset",
    "watch",
    "xargs",
];

/// These take a program as the word after one of these options.
const INTERPRETERS: [(&str, char); 14] = [
    ("sh", 'c'),
    ("ash", 'c'),
    ("bash", 'c'),
    ("dash", 'c'),
    ("ksh", 'c'),
    ("zsh", 'c'),
    ("fish", 'c'),
    ("python", 'c'),
    ("python3", 'c'),
    ("perl", 'e'),
    ("ruby", 'e'),
    ("node", 'e'),
    ("php", 'r'),
    ("sed", 'e'),
];

/// These take a program as the first word that is no option.
const PROGRAM_FIRST: [&str; 6] = ["awk", "gawk", "mawk", "nawk", "sed", "jq"];

/// A shell runs the value of these, or runs what it finds there.
const VARIABLES: [&str; 12] = [
    "BASH_ENV",
    "ENV",
    "IFS",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "PATH",
    "PROMPT_COMMAND",
    "PS0",
    "PS1",
    "PS2",
    "PS3",
    "PS4",
];

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
        self.word.get_or_insert_default().quoted = true;
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
        self.word.as_ref().is_some_and(|word| !word.quoted && is_name(&word.text))
    }

    /// Whether the word so far is `name=` or `name+=`.
    pub(super) fn is_assignment_start(&self) -> bool {
        self.word.as_ref().is_some_and(|word| {
            !word.quoted
                && word.text.strip_suffix('=').is_some_and(|name| is_name(name.trim_end_matches('+')))
        })
    }

    /// A redirection operator, such as `>`.
    pub(super) fn redirect(&mut self) {
        // Digits before it name the file descriptor.
        self.word.take_if(|word| word.text.bytes().all(|byte| byte.is_ascii_digit()) && !word.quoted);
        self.word_ends();
        self.redirects = true;
    }

    /// `<<`: the word that follows ends a here-document.
    pub(super) fn here_document(&mut self) {
        self.redirects = false;
    }

    pub(super) fn word_ends(&mut self) {
        let Some(word) = self.word.take() else { return };
        if std::mem::take(&mut self.redirects) {
            return;
        }
        let text = word.text.as_str();
        match self.case.last_mut() {
            Some(case @ Case::Word) if text == "in" && !word.quoted => {
                *case = Case::Pattern;
                self.words.clear();
                return;
            }
            Some(Case::Pattern) => {
                if text == "esac" && !word.quoted {
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
        if self.role == Role::Command && self.words.is_empty() && !word.quoted && !word.has_value {
            match text {
                "case" => {
                    self.case.push(Case::Word);
                    return;
                }
                _ if KEYWORDS.contains(&text) => return,
                _ => {}
            }
        }
        if matches!(text, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge") && self.tested {
            self.fault = Some(RUN);
        }
        self.calculates |= text.starts_with('-') && text.contains('i') && self.name() == Some("local")
            || matches!(self.name(), Some("declare" | "typeset" | "integer")) && text.contains('i');
        self.words.push(word);
    }

    /// An operator such as `;` ends the command; `case_ends` for `;;`.
    pub(super) fn ends(&mut self, case_ends: bool) {
        self.word_ends();
        self.words.clear();
        self.redirects = false;
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

    /// The command that is run, without its folder, and where it stands. `None` if it is not known yet.
    fn command(&self) -> Option<(usize, &str)> {
        let mut after_runner = false;
        for (at, word) in self.words.iter().enumerate() {
            let name = word.text.rsplit('/').next().unwrap_or_default();
            let skipped = is_assignment(&word.text)
                || after_runner && (word.text.starts_with('-') || is_option_argument(&self.words, at));
            if skipped {
                continue;
            }
            if !RUNNERS.contains(&name) || word.quoted {
                return Some((at, name));
            }
            after_runner = true;
        }
        None
    }

    fn name(&self) -> Option<&str> {
        self.command().map(|(_, name)| name)
    }

    /// A value is a part of the present word.
    pub(super) fn value(&mut self) -> Checked {
        let allowed = self.allows_value();
        let word = self.word.get_or_insert_default();
        word.has_value = true;
        word.quoted = true;
        allowed
    }

    fn allows_value(&mut self) -> Checked {
        if self.redirects {
            return misplaced(
                "as the name of a file to write or read",
                "write the name of the file yourself",
            );
        }
        match self.case.last() {
            Some(Case::Pattern) => return misplaced("in a pattern", "compare it with `[ {{x}} = … ]`"),
            Some(Case::Word) => return Ok(()),
            _ => {}
        }
        if self.role == Role::Words {
            return Ok(());
        }
        let prefix = self.word.as_ref().map_or("", |word| &word.text);
        let assigned =
            prefix.split_once('=').map(|(name, _)| name.trim_end_matches('+')).filter(|name| is_name(name));
        if assigned.is_some_and(|name| VARIABLES.contains(&name)) {
            return misplaced(
                "in a variable that a shell runs, or finds programs with",
                "assign it to another variable",
            );
        }
        let Some((at, name)) = self.command() else {
            return match assigned {
                Some(_) if self.calculates => misplaced(RUN.0, RUN.1),
                Some(_) => Ok(()),
                None => misplaced("where a command begins", "write the name of the command before it"),
            };
        };
        let arguments = &self.words[at + 1..];
        let dangerous = DANGEROUS.contains(&name)
            || matches!(name, "export" | "readonly" | "local") && assigned.is_none()
            || name == "local" && self.calculates
            || matches!(name, "test" | "[") && arguments.iter().any(|word| is_numeric_test(&word.text))
            || name == "printf" && arguments.last().is_some_and(|word| word.text == "-v")
            || is_program(name, arguments);
        self.tested |= matches!(name, "test" | "[");
        if dangerous { misplaced(RUN.0, RUN.1) } else { Ok(()) }
    }

    /// What was found wrong with an earlier value.
    pub(super) fn check(&mut self) -> Checked {
        self.fault.take().map_or(Ok(()), |(place, help)| misplaced(place, help))
    }
}

fn is_numeric_test(word: &str) -> bool {
    matches!(word, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" | "-v" | "-R")
}

/// Whether the next argument of a command is a program.
fn is_program(name: &str, arguments: &[Word]) -> bool {
    let is_option = |word: &Word| word.text.starts_with('-') && !word.quoted;
    if PROGRAM_FIRST.contains(&name) && arguments.iter().all(is_option) {
        return true;
    }
    INTERPRETERS.iter().any(|(interpreter, option)| {
        *interpreter == name
            && arguments.last().is_some_and(|word| {
                is_option(word) && !word.text.starts_with("--") && word.text.contains(*option)
            })
    })
}

/// `sudo -u NAME`: the word after an option of one letter may belong to it.
fn is_option_argument(words: &[Word], at: usize) -> bool {
    at > 0 && words[at - 1].text.starts_with('-') && words[at - 1].text.len() == 2
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| is_name(name.trim_end_matches('+')))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
