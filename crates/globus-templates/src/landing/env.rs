//! `.env`: a value is the whole of what a line assigns.

use super::fault::{Checked, Fault, invalid, misplaced};
use super::lexer::{Lexer, ValueKind};
use super::sh::is_code;
use crate::escape::env::is_word;

#[derive(Debug)]
pub(super) struct Env {
    validate: bool,
    state: State,
    /// The name of this line's variable, as far as it is read.
    name: String,
    /// Whether a value is a part of it.
    is_named_by_value: bool,
    last: Option<char>,
    /// Whether this is the name of a variable in `${…}`.
    in_braces: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In the name of a variable, or before it.
    Name,
    Comment,
    /// Right after `=`.
    Assigned,
    /// In what the template assigns.
    Text,
    /// In quotes of the template.
    Quoted(char),
    /// After a backslash in double quotes.
    Escaped,
    /// After a value.
    Value,
    /// Where readers do not agree on what the lines are.
    Lost,
}

const NAME: &str = "the name of a variable has letters, digits and `_`, and a `=` right after it";
const NOTHING: &str = "a line assigns nothing";
const COMMAND: &str = "a command is no value, and some readers would run it";

impl Env {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::Name,
            name: String::new(),
            is_named_by_value: false,
            last: None,
            in_braces: false,
        }
    }

    fn character(&mut self, character: char) -> Checked {
        let last = self.last.replace(character);
        if matches!(self.state, State::Text | State::Quoted('"')) {
            let is_word = character.is_ascii_alphanumeric() || character == '_';
            match character {
                '}' if self.in_braces => self.in_braces = false,
                _ if self.in_braces && !is_word => return self.lost(COMMAND),
                '{' if last == Some('$') => self.in_braces = true,
                '(' if last == Some('$') => return self.lost(COMMAND),
                '`' => return self.lost(COMMAND),
                _ => {}
            }
        }
        match (self.state, character) {
            (State::Lost, _) => {}
            (State::Value, '\n') => self.line_begins(),
            (_, '\r') if !matches!(self.state, State::Quoted(_) | State::Escaped) => {
                return invalid(self.validate, "a shell takes a carriage return for a part of the value");
            }
            (State::Value, _) => return touched(),
            (State::Quoted(quote), _) if character == quote => self.state = State::Text,
            (State::Quoted('"'), '\\') => self.state = State::Escaped,
            (State::Quoted(_), _) => {}
            (State::Escaped, _) => self.state = State::Quoted('"'),
            // Some readers join such a line to the next one.
            (State::Comment | State::Text, '\n') if last == Some('\\') => {
                return self.lost("a line ends with a backslash");
            }
            (State::Assigned | State::Text | State::Comment, '\n') => self.line_begins(),
            (State::Name, '\n') => {
                if !self.name.trim().is_empty() {
                    let is_harmless = is_name(self.variable());
                    self.line_begins();
                    return if is_harmless { invalid(self.validate, NOTHING) } else { self.lost(NOTHING) };
                }
                self.line_begins();
            }
            (State::Comment, _) => {}
            (State::Name, '#') if self.name.trim().is_empty() => self.state = State::Comment,
            (State::Name, '=') => {
                self.state = State::Assigned;
                if !is_name(self.variable()) {
                    return self.lost(NAME);
                }
                if self.is_named_by_value && is_code(self.variable()) {
                    return misplaced(
                        "in the name of a variable that programs run, or find programs with",
                        "choose another name",
                    );
                }
            }
            (State::Name, ' ' | '\t' | '_') => self.name.push(character),
            (State::Name, _) if character.is_ascii_alphanumeric() => self.name.push(character),
            (State::Name, _) => return self.lost(NAME),
            (State::Assigned | State::Text, '\'' | '"') => self.state = State::Quoted(character),
            // A shell ends the assignment here, and what follows can reach over lines.
            (State::Assigned | State::Text, '`' | ';' | '&' | '|' | '<' | '>' | '(' | ')') => {
                return self.lost(COMMAND);
            }
            (State::Assigned, _) => self.state = State::Text,
            (State::Text, _) => {}
        }
        Ok(())
    }

    fn line_begins(&mut self) {
        self.state = State::Name;
        self.name.clear();
        self.is_named_by_value = false;
    }

    /// The name without `export`.
    fn variable(&self) -> &str {
        self.name.strip_prefix("export ").unwrap_or(&self.name)
    }

    fn lost(&mut self, why: &str) -> Checked {
        self.state = State::Lost;
        invalid(self.validate, why)
    }

    /// Whether a value may be a part of a name: a number after letters of the template. A word could complete the name
    /// of a variable that programs run, and not all of these are known.
    fn may_extend_name(&self, value: &str) -> bool {
        is_name(self.variable()) && value.bytes().all(|byte| byte.is_ascii_digit())
    }
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn touched() -> Checked {
    misplaced("right beside other text", "join the parts first: `NAME={{concat \"a \" x}}`")
}

impl Lexer for Env {
    fn text(&mut self, text: &str) -> Checked {
        text.chars().try_for_each(|character| self.character(character))
    }

    fn value(&mut self, value: &str, _: ValueKind) -> Checked {
        self.last = None;
        match self.state {
            State::Name if self.may_extend_name(value) => {
                self.name.push_str(value);
                self.is_named_by_value = true;
                Ok(())
            }
            State::Name => misplaced(
                "where the name of a variable is",
                "write `NAME={{x}}`; a number may follow the name, as in `GROUP_{{@index}}=`",
            ),
            State::Quoted(_) | State::Escaped => {
                misplaced("inside quotes, and brings its own", "remove the quotes around it")
            }
            State::Text | State::Value => touched(),
            State::Lost => misplaced("after a line that readers take in different ways", "mend that line"),
            State::Comment | State::Assigned if !is_word(value) => Err(Fault::Unwritable),
            State::Comment => Ok(()),
            State::Assigned if is_code(self.variable()) => {
                misplaced("in a variable that programs run, or find programs with", "choose another name")
            }
            State::Assigned => {
                self.state = State::Value;
                Ok(())
            }
        }
    }

    fn end(&mut self) -> Checked {
        match self.state {
            State::Quoted(_) | State::Escaped => invalid(self.validate, "a quote has no end"),
            State::Name if !self.name.trim().is_empty() => invalid(self.validate, NOTHING),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_are_whole() {
        for output in [
            "# it's «'a b'»\n\nA=«a»\nB=«'a b'»\nexport C=«\"it's\"»\nD=x ${B}/y\nE='x\ny'\nF=\"x \\\" y\"\nG=\n",
            "GROUP_«0»=«a»\nGROUP1«2»=«b»\nN_«3»_ID=x\nPS1=x",
        ] {
            assert_eq!(read(&mut Env::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("A='«a»'", "inside quotes"),
            ("A=\"\\«a»\"", "inside quotes"),
            ("A= «a»", "right beside"),
            ("A=x«a»", "right beside"),
            ("A=«a»«b»", "right beside"),
            ("A=«a» # b", "right beside"),
            ("A=«a»;b", "right beside"),
            ("A=${b}x«a»", "right beside"),
            ("A=1 B=«a»", "right beside"),
            ("«PATH»=x", "where the name"),
            ("«a»\n", "where the name"),
            ("P«ATH»=x", "where the name"),
            ("A_«b-c»=x", "where the name"),
            ("A_«b»=x", "where the name"),
            ("LD_«PRELOAD»=x", "where the name"),
            ("PS«1»=x", "in the name of a variable"),
            ("LD_«1»=x", "in the name of a variable"),
            ("path=«a»", "in a variable"),
            ("COLUMNS=«a»", "in a variable"),
            ("A«é»=x", "where the name"),
            ("A=`x\nB=«a»", "after a line that readers"),
            ("A=$(x\nB=«a»", "after a line that readers"),
            ("A=x\\\nB=«a»", "after a line that readers"),
            ("\"\nB=«a»", "after a line that readers"),
            ("A=x cat <<E\nB=«a»", "after a line that readers"),
            ("cat <<E\nB=«a»", "after a line that readers"),
            ("A=\"$(echo \"\nB=«a»", "after a line that readers"),
            ("A=\"${x:-\"\nB=«a»", "after a line that readers"),
            ("A=x;cat\nB=«a»", "after a line that readers"),
            ("eval \nB=«a»", "after a line that readers"),
            ("# \\\nB=«a»", "after a line that readers"),
            ("A =«a»", "after a line that readers"),
            ("A B=«a»", "after a line that readers"),
            ("PATH=«a»", "in a variable"),
            ("export LD_PRELOAD=«a»", "in a variable"),
        ] {
            let found = refused(&mut Env::new(false), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
        for output in ["A=«a\nb»", "A=«a b»", "A=«'a''b'»", "# «a\nb»"] {
            assert_eq!(read(&mut Env::new(false), output), Err(Fault::Unwritable), "{output}");
        }
    }

    #[test]
    fn what_is_not_an_assignment_is_invalid() {
        for output in [
            "A",
            "A\n",
            "a b=c\n",
            "A='",
            "A=\"x\\\"",
            "A=$(b)\n",
            "1=2",
            "=a",
            "A-B=c",
            "A=b\\\n",
            "A=b\r\n",
        ] {
            assert!(read(&mut Env::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Env::new(false), output), Ok(()), "{output}");
        }
    }
}
