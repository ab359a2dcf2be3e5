//! Here-documents: the words that end them, and their lines.

/// Here-documents whose lines are still to come.
#[derive(Debug, Default)]
pub(super) struct HereDocuments {
    /// The words that end them.
    words: Vec<Word>,
    /// Whether a word is being read.
    reading: Reading,
    /// The line of the here-document.
    line: String,
    inside: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    Nothing,
    Operator,
    Word(Word),
}

/// The word that ends a here-document.
#[derive(Debug, Default, PartialEq, Eq)]
struct Word {
    text: String,
    /// `<<-`: tabs before the word are skipped.
    skips_tabs: bool,
    /// The quote that is open while it is read.
    quote: Option<char>,
}

impl Word {
    fn is(&self, line: &str) -> bool {
        self.text == if self.skips_tabs { line.trim_start_matches('\t') } else { line }
    }
}

impl HereDocuments {
    /// `<<` was read.
    pub(super) fn operator(&mut self) {
        self.reading = Reading::Operator;
    }

    /// Whether what comes next is a line of a here-document.
    pub(super) fn is_inside(&self) -> bool {
        self.inside
    }

    /// Whether a value here would be a part of a here-document, or of the word that ends one.
    pub(super) fn takes_value(&self) -> bool {
        self.inside || self.reading != Reading::Nothing
    }

    /// Whether a character is a part of the word that ends a here-document.
    pub(super) fn takes(&mut self, character: char) -> bool {
        let is_blank = matches!(character, ' ' | '\t');
        match &mut self.reading {
            Reading::Nothing => return false,
            Reading::Operator if character == '<' => self.reading = Reading::Nothing,
            Reading::Operator if is_blank => {}
            Reading::Operator => {
                self.reading = Reading::Word(Word::default());
                return self.takes(character);
            }
            Reading::Word(word) => match (word.quote, character) {
                (Some(quote), _) if quote == character => word.quote = None,
                (None, '\'' | '"') => word.quote = Some(character),
                // It has no meaning but to quote the next character.
                (None, '\\') => {}
                (None, '-') if word.text.is_empty() && !word.skips_tabs => word.skips_tabs = true,
                (None, _) if is_blank && word.text.is_empty() => {}
                (None, _) if character.is_whitespace() || ";&|()<>".contains(character) => {
                    self.word_ends();
                    return false;
                }
                _ => word.text.push(character),
            },
        }
        true
    }

    /// Whether this character made `<<` into `<<<`.
    pub(super) fn is_here_string(&self, character: char) -> bool {
        character == '<' && self.reading == Reading::Nothing
    }

    /// Whether lines of a here-document are still to come.
    pub(super) fn is_pending(&self) -> bool {
        self.reading != Reading::Nothing || !self.inside && !self.words.is_empty()
    }

    fn word_ends(&mut self) {
        if let Reading::Word(word) = std::mem::take(&mut self.reading) {
            self.words.push(word);
        }
    }

    /// The line that names them has ended.
    pub(super) fn begin(&mut self) {
        self.word_ends();
        self.inside = !self.words.is_empty();
        self.line.clear();
    }

    pub(super) fn character(&mut self, character: char) {
        if character != '\n' {
            self.line.push(character);
            return;
        }
        let ends = self.words.first().is_some_and(|word| word.is(&self.line));
        if ends {
            self.words.remove(0);
            self.inside = !self.words.is_empty();
        }
        self.line.clear();
    }

    /// Whether the last line does not end the last here-document.
    pub(super) fn is_open(&self) -> bool {
        self.inside && (self.words.len() > 1 || !self.words.iter().any(|word| word.is(&self.line)))
    }
}
