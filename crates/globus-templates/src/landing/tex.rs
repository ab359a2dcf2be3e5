//! LaTeX: a value lands in running text, or in an argument that is printed.

use super::address::is_settled;
use super::fault::{Checked, invalid, misplaced};
use super::lexer::{Lexer, ValueKind};

#[derive(Debug)]
pub(super) struct Tex {
    validate: bool,
    state: State,
    /// The open braces and brackets, the innermost last.
    groups: Vec<Argument>,
    /// Whether the last character was `^`: `^^M` is one character.
    after_caret: bool,
    /// The command whose argument may come next.
    pending: Option<Command>,
    /// Whether characters may have another meaning from here on.
    redefined: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Text,
    /// After a backslash, with the letters of the command so far.
    Command(String),
    Comment,
    /// Up to this delimiter, as in `\verb|…|`.
    Verb(Option<char>),
    /// An environment in which nothing is a command, up to this text.
    Verbatim {
        end: String,
        tail: String,
    },
}

/// A command, and how many of its arguments are complete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Command {
    name: String,
    arguments: usize,
}

#[derive(Debug)]
struct Argument {
    closer: char,
    command: Command,
    text: String,
}

/// What these are given is run, read as a file, or taken for code.
const UNSAFE: &[&str] = &[
    "@@input",
    "DeclareMathOperator",
    "InputIfFileExists",
    "RequirePackage",
    "ShellEscape",
    "addbibresource",
    "addtocounter",
    "addtolength",
    "autoref",
    "begin",
    "bibitem",
    "bibliography",
    "catcode",
    "cite",
    "citep",
    "citet",
    "color",
    "cref",
    "csname",
    "def",
    "detokenize",
    "directlua",
    "documentclass",
    "edef",
    "end",
    "eqref",
    "expandafter",
    "font",
    "fontsize",
    "fontspec",
    "gdef",
    "graphicspath",
    "hskip",
    "hspace",
    "hyperlink",
    "hyperref",
    "hypertarget",
    "hyphenation",
    "immediate",
    "import",
    "include",
    "includegraphics",
    "includeonly",
    "includepdf",
    "includesvg",
    "input",
    "inputencoding",
    "inputminted",
    "label",
    "latelua",
    "let",
    "lstinline",
    "lstinputlisting",
    "luadirect",
    "luaexec",
    "mintinline",
    "nameref",
    "newcommand",
    "newcounter",
    "newenvironment",
    "nocite",
    "openin",
    "openout",
    "pagecolor",
    "pagenumbering",
    "pageref",
    "pagestyle",
    "path",
    "pdfximage",
    "providecommand",
    "pyc",
    "pys",
    "read",
    "ref",
    "renewcommand",
    "renewenvironment",
    "sagestr",
    "scantokens",
    "selectlanguage",
    "setcounter",
    "setlength",
    "special",
    "subfile",
    "thispagestyle",
    "usepackage",
    "verb",
    "verbatiminput",
    "vskip",
    "vspace",
    "write",
    "xdef",
];

/// These give characters another meaning, for what follows.
const REDEFINING: [&str; 10] = [
    "ExplSyntaxOn",
    "MakeShortVerb",
    "catcode",
    "endlinechar",
    "escapechar",
    "lccode",
    "lstMakeShortInline",
    "shorthandon",
    "uccode",
    "useshorthands",
];

/// Nothing in these environments is a command.
const VERBATIM: [&str; 15] = [
    "verbatim",
    "verbatim*",
    "Verbatim",
    "lstlisting",
    "minted",
    "comment",
    "filecontents",
    "luacode",
    "alltt",
    "BVerbatim",
    "LVerbatim",
    "SaveVerbatim",
    "pycode",
    "python",
    "sagesilent",
];

impl Tex {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::Text,
            groups: Vec::new(),
            after_caret: false,
            pending: None,
            redefined: false,
        }
    }

    fn character(&mut self, character: char) -> Checked {
        self.after_caret = character == '^';
        match &mut self.state {
            State::Command(name) if character.is_ascii_alphabetic() || character == '@' => {
                name.push(character);
            }
            State::Command(name) if name.is_empty() => {
                // `\%`, `\{`, `\\`: one character.
                self.state = State::Text;
                self.pending = None;
                self.keep(character);
            }
            State::Command(name) => {
                let name = std::mem::take(name);
                self.redefined |= REDEFINING.contains(&name.as_str());
                if matches!(name.as_str(), "verb" | "Verb") {
                    self.state = State::Verb((character != '*').then_some(character));
                    return Ok(());
                }
                // `\def\x{…}`: the name that is defined is an argument.
                if !self.pending.as_ref().is_some_and(|command| command.arguments == 0 && is_unsafe(command))
                {
                    self.pending = Some(Command { name, arguments: 0 });
                }
                self.state = State::Text;
                return self.in_text(character);
            }
            State::Comment if character == '\n' => self.state = State::Text,
            State::Comment => {}
            State::Verb(None) => self.state = State::Verb(Some(character)),
            State::Verb(Some(delimiter)) if *delimiter == character || character == '\n' => {
                self.state = State::Text;
            }
            State::Verb(_) => {}
            State::Verbatim { end, tail } => {
                tail.push(character);
                if tail.ends_with(end.as_str()) {
                    self.state = State::Text;
                } else if character == '\n' {
                    tail.clear();
                }
            }
            State::Text => return self.in_text(character),
        }
        Ok(())
    }

    fn in_text(&mut self, character: char) -> Checked {
        match character {
            '\\' => self.state = State::Command(String::new()),
            '%' => self.state = State::Comment,
            '{' => self.open('}'),
            '[' if self.pending.is_some() => self.open(']'),
            '}' => return self.close(),
            ']' if self.groups.last().is_some_and(|group| group.closer == ']') => return self.close(),
            _ if character.is_whitespace() || character == '*' => {}
            _ => {
                self.keep(character);
                // What does not begin with a brace can be the argument, too: `\input name`.
                if !self.pending.as_ref().is_some_and(is_unsafe) {
                    self.pending = None;
                }
            }
        }
        if character == '\n' {
            self.pending = None;
        }
        Ok(())
    }

    fn open(&mut self, closer: char) {
        let command = self.pending.take().unwrap_or_default();
        self.groups.push(Argument { closer, command, text: String::new() });
    }

    fn close(&mut self) -> Checked {
        let Some(Argument { closer, mut command, text }) = self.groups.pop() else {
            return invalid(self.validate, "a `}` closes no `{`");
        };
        if command.name == "begin" && VERBATIM.contains(&text.as_str()) {
            self.state = State::Verbatim { end: format!("\\end{{{text}}}"), tail: String::new() };
            return Ok(());
        }
        command.arguments += usize::from(closer == '}');
        self.pending = (!command.name.is_empty()).then_some(command);
        Ok(())
    }

    fn keep(&mut self, character: char) {
        if let Some(group) = self.groups.last_mut() {
            group.text.push(character);
        }
    }
}

impl Lexer for Tex {
    fn text(&mut self, text: &str) -> Checked {
        text.chars().try_for_each(|character| self.character(character))
    }

    fn value(&mut self, value: &str, _: ValueKind) -> Checked {
        if self.redefined {
            return misplaced(
                "behind a command that gives characters another meaning, such as `\\catcode`",
                "write it before that command, or put the command into a package",
            );
        }
        match &self.state {
            State::Command(_) => {
                return misplaced("right after a command, as a part of its name", "write `{}` between them");
            }
            State::Comment => return Ok(()),
            State::Verb(_) | State::Verbatim { .. } => {
                return misplaced("where nothing is escaped", "write it outside, or in `\\texttt{…}`");
            }
            State::Text => {}
        }
        if std::mem::take(&mut self.after_caret) {
            return misplaced("right after `^`, as a part of a character", "write `{}` between them");
        }
        let argument = self.groups.iter().any(|group| is_unsafe(&group.command));
        if argument || self.pending.as_ref().is_some_and(is_unsafe) {
            return misplaced(
                "in an argument that is a name, a file or code",
                "write that argument yourself",
            );
        }
        if let Some(group) = self.groups.last_mut() {
            let is_address =
                matches!(group.command.name.as_str(), "href" | "url") && group.command.arguments == 0;
            if is_address && group.closer == '}' && !is_settled(&group.text) {
                return misplaced(
                    "at the start of an address, which could be a file or on another host",
                    "begin the address with text, such as `./` or `https://host/`",
                );
            }
            group.text.push_str(value);
        }
        self.pending = None;
        Ok(())
    }

    fn end(&mut self) -> Checked {
        match self.state {
            State::Verbatim { .. } => invalid(self.validate, "an environment has no end"),
            _ if !self.groups.is_empty() => invalid(self.validate, "a `{` has no end"),
            _ => Ok(()),
        }
    }
}

fn is_unsafe(command: &Command) -> bool {
    UNSAFE.contains(&command.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_land_in_text() {
        for output in [
            "\\documentclass[a4paper]{article}\n\\begin{document}\n\\section*{«a»} % it's { by «x»\n«b» \\& «c» \\textbf {«d»}\n\\end{document}\n",
            "\\begin{tabular}{ll}\n«a» & «b» \\\\\n\\end{tabular}\\href{https://x.org/«c»}{«d»}\\url{https://x/«e»}",
            "\\verb|%{| «a» \\begin{verbatim}\n{ % \\end{x}\n\\end{verbatim} «b» \\%{}«c»",
        ] {
            assert_eq!(read(&mut Tex::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("\\«input»", "right after a command"),
            ("\\item«a»", "right after a command"),
            ("^^«5c»", "right after `^`"),
            ("\\label{«a»}", "in an argument"),
            ("\\def\\x{«a»}", "in an argument"),
            ("\\newcommand\\x{«a»}", "in an argument"),
            ("\\openout\\x=«a»", "in an argument"),
            ("\\immediate\\write\\x{«a»}", "in an argument"),
            ("\\Verb|«a»|", "where nothing is escaped"),
            ("\\verb|«a»|", "where nothing is escaped"),
            ("\\begin{lstlisting}\n«a»\n\\end{lstlisting}", "where nothing is escaped"),
            ("\\input{«a»}", "in an argument"),
            ("\\input «a»", "in an argument"),
            ("\\includegraphics[width=1cm]{x/«a»}", "in an argument"),
            ("\\begin{«a»}", "in an argument"),
            ("\\newcommand{\\x}{\\textbf{«a»}}", "in an argument"),
            ("\\immediate\\write18{«a»}", "in an argument"),
            ("\\font\\x=«a»", "in an argument"),
            ("\\catcode`\\|=0 «a»", "behind a command"),
            ("\\MakeShortVerb{\\|} |«a»|", "behind a command"),
            ("\\begin{filecontents*}{x}\n«a»\n", "where nothing is escaped"),
            ("\\href{«a»}{x}", "at the start of an address"),
            ("\\url{run:«a»}", "at the start of an address"),
        ] {
            let found = refused(&mut Tex::new(true), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn braces_match() {
        for output in ["{a", "a}", "\\begin{verbatim}\n", "\\textbf{a\\}"] {
            assert!(read(&mut Tex::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Tex::new(false), output), Ok(()), "{output}");
        }
    }
}
