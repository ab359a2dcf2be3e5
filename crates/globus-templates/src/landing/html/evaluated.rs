//! What a script runs, or makes a part of a page. A value would do harm there, also as JSON.

use crate::landing::js::known::{PROPERTIES, VARIABLES};

/// Whether an expression of a script is evaluated, as far as its own text tells. Comments and regular expressions are left out.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Evaluated {
    /// The last word, or what the last string holds.
    word: String,
    /// The word or the string before it.
    previous: String,
    in_word: bool,
    /// Whether the last word follows a dot.
    is_member: bool,
    /// The last character that is no white space.
    last: Option<char>,
    /// How many brackets are open.
    depth: usize,
    begun: Option<Begun>,
}

/// Something that evaluates what stands in it, and how many brackets were open where it began.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Begun {
    by: By,
    depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Call,
    /// Of a function that runs its arguments later, unless they are functions themselves.
    Timer,
    Assignment,
}

/// Those of jQuery, too, of which some have the names of harmless ones.
const FUNCTIONS: &[&str] = &[
    "$",
    "Function",
    "SharedWorker",
    "Worker",
    "addModule",
    "after",
    "append",
    "attr",
    "before",
    "createContextualFragment",
    "eval",
    "execScript",
    "getScript",
    "globalEval",
    "html",
    "import",
    "importScripts",
    "insertAdjacentHTML",
    "jQuery",
    "open",
    "parseHTML",
    "prepend",
    "register",
    "replaceWith",
    "setAttribute",
    "setAttributeNS",
    "setHTMLUnsafe",
    "write",
    "writeln",
];

/// These of an object go to another page.
const NAVIGATION: &[(&str, &str)] =
    &[("location", "assign"), ("location", "replace"), ("navigation", "navigate")];

const TIMERS: &[&str] = &["setImmediate", "setInterval", "setTimeout"];

/// How much of a word matters.
const LONGEST: usize = 32;

impl Evaluated {
    /// Whether a value that stands here would be evaluated.
    pub(super) fn takes_all(&self) -> bool {
        let is_import = matches!(self.word.as_str(), "from" | "import") && self.last.is_some_and(is_word);
        self.begun.is_some() || is_import
    }

    /// A character outside of strings.
    pub(super) fn code(&mut self, character: char) {
        if is_word(character) {
            if !std::mem::replace(&mut self.in_word, true) {
                self.is_member = self.last == Some('.');
                self.text_begins();
            }
            self.push(character);
            self.last = Some(character);
            return;
        }
        self.in_word = false;
        if !character.is_whitespace() {
            self.sign(character);
            self.last = Some(character);
        }
    }

    /// A string or a value.
    pub(super) fn data_begins(&mut self) {
        self.in_word = false;
        self.is_member = false;
        self.last = Some('"');
        self.text_begins();
    }

    /// A character of a word or a string.
    pub(super) fn push(&mut self, character: char) {
        if self.word.len() < LONGEST {
            self.word.push(character);
        }
    }

    fn text_begins(&mut self) {
        std::mem::swap(&mut self.word, &mut self.previous);
        self.word.clear();
    }

    fn sign(&mut self, sign: char) {
        match sign {
            '(' => {
                let called = self.called();
                let by = if FUNCTIONS.contains(&called) || self.navigates() {
                    Some(By::Call)
                } else {
                    TIMERS.contains(&called).then_some(By::Timer)
                };
                self.depth += 1;
                if let Some(by) = by {
                    self.begins(by);
                }
            }
            '[' | '{' => self.depth += 1,
            ')' | ']' | '}' => {
                self.depth = self.depth.saturating_sub(1);
                self.begun = self.begun.filter(|begun| begun.depth <= self.depth);
            }
            // The second of `==`.
            '=' if self.last == Some('=') => self.ends(By::Assignment),
            '=' if matches!(self.last, Some('!' | '<' | '>')) => {}
            // A declaration begins a statement, also where no `;` ended the one before.
            '=' if matches!(self.previous.as_str(), "const" | "let" | "var") => self.ends(By::Assignment),
            '=' if self.is_property() => self.begins(By::Assignment),
            ':' if PROPERTIES.contains(&self.word.as_str()) => self.begins(By::Assignment),
            '>' if self.last == Some('=') => self.ends(By::Timer),
            ',' | ';' => self.ends(By::Assignment),
            _ => {}
        }
    }

    /// What a `(` here calls: `a` in `a(`, `b.a(`, `b["a"](`, `(0, a)(` and `a.call(`.
    fn called(&self) -> &str {
        match self.word.as_str() {
            _ if !self.last.is_some_and(|last| is_word(last) || ")]\".".contains(last)) => "",
            "apply" | "bind" | "call" if self.is_member => &self.previous,
            word => word,
        }
    }

    fn navigates(&self) -> bool {
        self.is_member && NAVIGATION.contains(&(self.previous.as_str(), self.word.as_str()))
    }

    /// Whether an assignment to the last word is evaluated.
    fn is_property(&self) -> bool {
        let word = self.word.as_str();
        PROPERTIES.contains(&word) || VARIABLES.contains(&word) && (self.is_member || word == "location")
    }

    fn begins(&mut self, by: By) {
        self.begun.get_or_insert(Begun { by, depth: self.depth });
    }

    fn ends(&mut self, by: By) {
        self.begun = self.begun.filter(|begun| begun.by != by || begun.depth < self.depth);
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}
