//! The tokens of JSON, for JSON that is as most JSON is.
//!
//! `serde_json` decides what is JSON. What is found here is what it would find; where that would take a closer look, the
//! answer is `None`, and `serde_json` reads the text instead, which takes longer.

use serde_json::Number;

use crate::value::ordinary;

/// `serde_json` allows one hundred and twenty-seven brackets inside each other.
const DEEPEST: usize = 100;
/// At so many brackets or less, what has been read at another depth is not too deep either.
const SHALLOW: usize = 20;
/// So many digits are a number of 64 bits.
const DIGITS: usize = 18;

/// Goes through a text.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

/// What is between quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoted {
    start: usize,
    end: usize,
    has_escapes: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// How many bytes have been read.
    #[inline]
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// What has been read since a position.
    #[inline]
    pub(super) fn since(&self, start: usize) -> Option<&'t str> {
        self.text.get(start..self.at)
    }

    /// Whether what has been read elsewhere can be here as well, however deep it was.
    #[inline]
    pub(super) fn is_shallow(&self) -> bool {
        self.depth <= SHALLOW
    }

    /// The first byte of the next token.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = self.byte()?;
            if byte > b' ' {
                return Some(byte);
            }
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return None;
            }
            self.at += 1;
        }
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads a word such as `null`.
    pub(super) fn word(&mut self, word: &str) -> Option<()> {
        let is_there = self.text.as_bytes().get(self.at..)?.starts_with(word.as_bytes());
        self.at += word.len();
        is_there.then_some(())
    }

    pub(super) fn number(&mut self) -> Option<Number> {
        match self.number_token()? {
            (token, true) => token.parse::<u64>().ok().map(Number::from),
            (token, false) => serde_json::from_str(token).ok(),
        }
    }

    fn skip_number(&mut self) -> Option<()> {
        match self.number_token()? {
            (_, true) => Some(()),
            (token, false) => serde_json::from_str::<Number>(token).ok().map(drop),
        }
    }

    /// The text of a number, and whether it is certainly one, of 64 bits and without a sign or a fraction.
    fn number_token(&mut self) -> Option<(&'t str, bool)> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_end = |byte: &u8| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        // The text may go on with the number.
        let length = digits + rest.get(digits..)?.iter().position(is_end)?;
        let token = self.text.get(self.at..self.at + length)?;
        self.at += length;
        let is_simple =
            (1..=DIGITS).contains(&digits) && digits == length && (digits == 1 || !token.starts_with('0'));
        Some((token, is_simple))
    }

    #[inline]
    pub(super) fn quoted(&mut self) -> Option<Quoted> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        let mut has_escapes = false;
        loop {
            at += ordinary(bytes.get(at..)?);
            match bytes.get(at)? {
                b'"' => break,
                b'\\' => at += length_of_escape(bytes.get(at..)?)?,
                _ => return None,
            }
            has_escapes = true;
        }
        self.at = at + 1;
        Some(Quoted { start, end: at, has_escapes })
    }

    /// The text between quotes. The buffer is for one with escapes.
    #[inline]
    pub(super) fn text<'s>(&'s self, quoted: Quoted, buffer: &'s mut String) -> Option<&'s str> {
        let text = self.text.get(quoted.start..quoted.end)?;
        if quoted.has_escapes { unescaped(text, buffer) } else { Some(text) }
    }

    /// Reads these tokens, if they are the next bytes.
    #[inline]
    pub(super) fn is_next(&mut self, tokens: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let is_next = rest.starts_with(tokens.as_bytes());
        if is_next {
            self.at += tokens.len();
        }
        is_next
    }

    /// Reads a key without escapes, and its colon.
    #[inline]
    pub(super) fn key(&mut self) -> Option<&'t str> {
        if self.peek()? != b'"' {
            return None;
        }
        let key = self.quoted()?;
        if key.has_escapes || self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        self.text.get(key.start..key.end)
    }

    /// Reads an object: the function reads each key and its value.
    #[inline]
    pub(super) fn object(&mut self, entry: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.between(b'}', entry)
    }

    /// Reads a list: the function reads each element.
    #[inline]
    pub(super) fn list(&mut self, element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.between(b']', element)
    }

    /// Reads what is between brackets and separated by commas.
    #[inline]
    fn between(&mut self, close: u8, mut read: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let mut goes_on = self.open(close)?;
        while goes_on {
            read(self)?;
            goes_on = self.goes_on(close)?;
        }
        self.close();
        Some(())
    }

    /// Reads an opening bracket, and the closing one if it follows. Whether there is anything in between.
    #[inline]
    pub(super) fn open(&mut self, close: u8) -> Option<bool> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        self.at += 1;
        let is_empty = self.peek()? == close;
        self.at += usize::from(is_empty);
        Some(!is_empty)
    }

    /// Reads a comma or the closing bracket. Whether it was a comma.
    #[inline]
    pub(super) fn goes_on(&mut self, close: u8) -> Option<bool> {
        let byte = self.peek()?;
        if byte != b',' && byte != close {
            return None;
        }
        self.at += 1;
        Some(byte == b',')
    }

    /// Goes on outside of the brackets.
    #[inline]
    pub(super) fn close(&mut self) {
        self.depth -= 1;
    }

    /// Reads a value that is not needed.
    pub(super) fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.quoted().map(drop),
            b'{' => self.object(|scanner| {
                scanner.key()?;
                scanner.skip()
            }),
            b'[' => self.list(Self::skip),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.skip_number(),
        }
    }
}

/// A text whose escapes are of whole characters.
fn unescaped<'b>(text: &str, buffer: &'b mut String) -> Option<&'b str> {
    buffer.clear();
    let mut rest = text;
    // Of what ends an ordinary text, only a backslash is in here.
    while let Some((ordinary, escape)) = rest.split_at_checked(ordinary(rest.as_bytes())) {
        buffer.push_str(ordinary);
        let Some(escape) = escape.get(1..) else { break };
        let (length, character) = match escape.bytes().next()? {
            b'b' => (1, '\u{8}'),
            b'f' => (1, '\u{c}'),
            b'n' => (1, '\n'),
            b'r' => (1, '\r'),
            b't' => (1, '\t'),
            b'u' => (5, char::from_u32(u32::from_str_radix(escape.get(1..5)?, 16).ok()?)?),
            other => (1, char::from(other)),
        };
        buffer.push(character);
        rest = escape.get(length..)?;
    }
    Some(buffer)
}

/// The length of an escape of a whole character. A half of one, a surrogate, is left to `serde_json`.
fn length_of_escape(escape: &[u8]) -> Option<usize> {
    match escape.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => {
            let digits = escape.get(2..6)?;
            let is_surrogate = matches!(digits, [b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..]);
            (digits.iter().all(u8::is_ascii_hexdigit) && !is_surrogate).then_some(6)
        }
        _ => None,
    }
}
