//! The inside of a tag, cut into words.

use super::mistake::Mistake;
use super::tree::Span;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word<'t> {
    pub(super) kind: WordKind<'t>,
    pub(super) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum WordKind<'t> {
    Name(&'t str),
    /// A name in `[` and `]`, without them.
    Bracketed(String),
    Number(&'t str),
    /// What stands between quotes.
    Text(String),
    Dot,
    Dots,
    Slash,
    At,
    Open,
    Close,
    Equals,
    Bar,
    /// What Handlebars does not have, such as `==`.
    Operator(&'t str),
}

impl WordKind<'_> {
    /// Whether it can stand between the names of a path.
    pub(super) fn separates(&self) -> bool {
        matches!(self, Self::Dot | Self::Slash)
    }
}

impl Word<'_> {
    /// Whether it is a text that more than its tag can be in, because a quote is missing.
    pub(super) fn is_text_with_braces(&self) -> bool {
        matches!(&self.kind, WordKind::Text(text) if text.contains("}}"))
    }

    /// Whether nothing is between the two.
    pub(super) fn touches(&self, next: &Self) -> bool {
        self.span.end == next.span.start
    }
}

/// The word that starts at this byte, which is no white space; `None` if it ends the tag.
pub(super) fn word(text: &str, at: usize) -> Result<Option<Word<'_>>, Mistake> {
    let rest = &text[at..];
    let Some(first) = rest.chars().next() else { return Ok(None) };
    let (kind, length) = match first {
        '{' | '}' | '~' => return Ok(None),
        '"' | '\'' => {
            let (inner, length) = quoted(rest, first)
                .ok_or_else(|| Mistake::new(at..line_end(text, at), format!("`{first}` is not closed")))?;
            (WordKind::Text(inner), length)
        }
        '[' => {
            let (inner, length) =
                quoted(rest, ']').ok_or_else(|| Mistake::new(at..line_end(text, at), "`[` is not closed"))?;
            (WordKind::Bracketed(inner), length)
        }
        '.' if rest.starts_with("..") => (WordKind::Dots, 2),
        '.' => (WordKind::Dot, 1),
        '/' => (WordKind::Slash, 1),
        '@' => (WordKind::At, 1),
        '(' => (WordKind::Open, 1),
        ')' => (WordKind::Close, 1),
        _ if is_in_name(first) => {
            let name = prefix(rest, is_in_name);
            match number(rest) {
                Some(number) => (WordKind::Number(number), number.len()),
                None if name.bytes().all(|byte| byte == b'-') => (WordKind::Operator(name), name.len()),
                None => (WordKind::Name(name), name.len()),
            }
        }
        _ => match prefix(rest, is_in_operator) {
            "=" => (WordKind::Equals, 1),
            "|" => (WordKind::Bar, 1),
            operator => (WordKind::Operator(operator), operator.len()),
        },
    };
    Ok(Some(Word { kind, span: at..at + length }))
}

/// The end of the line that this byte is in.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\r', '\n']).map_or(text.len(), |length| at + length)
}

pub(super) fn prefix(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    text.find(|character| !belongs(character)).map_or(text, |end| &text[..end])
}

/// What JavaScript calls white space.
pub(super) fn is_space(character: char) -> bool {
    character == '\u{feff}' || character.is_whitespace() && character != '\u{85}'
}

/// Every character that has no meaning of its own.
pub(super) fn is_in_name(character: char) -> bool {
    !is_space(character)
        && !matches!(
            character,
            '!' | '"' | '#' | '%'..=',' | '.' | '/' | ';'..='>' | '@' | '['..='^' | '`' | '{'..='~'
        )
}

fn is_in_operator(character: char) -> bool {
    !is_space(character)
        && !is_in_name(character)
        && !matches!(character, '"' | '\'' | '[' | '.' | '/' | '@' | '(' | ')' | '{' | '}' | '~')
}

/// A number, if it is the whole of what stands here.
fn number(rest: &str) -> Option<&str> {
    let digits = |text: &str| prefix(text, |character| character.is_ascii_digit()).len();
    let sign = usize::from(rest.starts_with('-'));
    let whole = sign + digits(&rest[sign..]);
    if whole == sign {
        return None;
    }
    let fraction = rest[whole..].strip_prefix('.').map_or(0, digits);
    let end = if fraction == 0 { whole } else { whole + 1 + fraction };
    let end = end + exponent(&rest[end..]);
    let next = rest[end..].chars().next();
    next.is_none_or(|next| is_space(next) || matches!(next, '~' | '}' | ')' | ']')).then_some(&rest[..end])
}

/// The length of an exponent such as `e-7`.
fn exponent(rest: &str) -> usize {
    let Some(signed) = rest.strip_prefix(['e', 'E']) else { return 0 };
    let digits = signed.strip_prefix(['+', '-']).unwrap_or(signed);
    match prefix(digits, |character| character.is_ascii_digit()).len() {
        0 => 0,
        length => rest.len() - digits.len() + length,
    }
}

/// What stands before the character that closes it, and the length with both. In quotes, a backslash begins an escape as
/// in JSON. In square brackets it only keeps a bracket or a backslash from its meaning. Any other backslash is itself, as
/// all are in JavaScript but those before quotes.
fn quoted(rest: &str, close: char) -> Option<(String, usize)> {
    let mut inner = String::new();
    let mut at = 1;
    loop {
        let character = rest.get(at..)?.chars().next()?;
        if character == close {
            return Some((inner, at + 1));
        }
        let (written, length) = escape(&rest[at..], close).unwrap_or((character, character.len_utf8()));
        inner.push(written);
        at += length;
    }
}

/// The character that an escape stands for, and the length of the escape.
fn escape(rest: &str, close: char) -> Option<(char, usize)> {
    let next = rest.strip_prefix('\\')?.chars().next()?;
    Some(match next {
        next if next == close || next == '\\' => (next, 2),
        _ if close == ']' => return None,
        'b' => ('\u{8}', 2),
        'f' => ('\u{c}', 2),
        'n' => ('\n', 2),
        'r' => ('\r', 2),
        't' => ('\t', 2),
        'u' => {
            let first = code_unit(rest)?;
            let second = rest.get(6..).and_then(code_unit);
            let pair = char::decode_utf16([first].into_iter().chain(second)).next()?.ok()?;
            (pair, 6 * pair.len_utf16())
        }
        _ => return None,
    })
}

/// The number of an escape such as `\u00e9` at the start of the text.
fn code_unit(rest: &str) -> Option<u16> {
    let digits = rest.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<WordKind<'_>> {
        let mut words = Vec::new();
        let mut at = 0;
        loop {
            at += prefix(&text[at..], is_space).len();
            let Some(word) = word(text, at).unwrap() else { return words };
            at = word.span.end;
            words.push(word.kind);
        }
    }

    #[test]
    fn words_of_a_tag() {
        use WordKind::{
            At, Bar, Bracketed, Close, Dot, Dots, Equals, Name, Number, Open, Operator, Slash, Text,
        };
        let text = |text: &str| Text(text.to_owned());
        let bracketed = |name: &str| Bracketed(name.to_owned());
        for (given, expected) in [
            ("a b-c:d$é", vec![Name("a"), Name("b-c:d$é")]),
            ("../a.b/@c", vec![Dots, Slash, Name("a"), Dot, Name("b"), Slash, At, Name("c")]),
            (
                "-1 1.5 1e3 1.x 2a -",
                vec![
                    Number("-1"),
                    Number("1.5"),
                    Number("1e3"),
                    Name("1"),
                    Dot,
                    Name("x"),
                    Name("2a"),
                    Operator("-"),
                ],
            ),
            (r#""a\"b\c" 'd"' "#, vec![text(r#"a"b\c"#), text("d\"")]),
            (r#""\n\\d\d\u00e9\ud83d\ude00\ud83d" "#, vec![text("\n\\d\\dé😀\\ud83d")]),
            (r"[a b] [c\]\\]", vec![bracketed("a b"), bracketed(r"c]\")]),
            ("(x=1)", vec![Open, Name("x"), Equals, Number("1"), Close]),
            ("as |a|", vec![Name("as"), Bar, Name("a"), Bar]),
            ("== || ] !a", vec![Operator("=="), Operator("||"), Operator("]"), Operator("!"), Name("a")]),
            ("a~}}", vec![Name("a")]),
            ("\"}}\"}}", vec![text("}}")]),
        ] {
            assert_eq!(words(given), expected, "{given}");
        }
    }

    #[test]
    fn what_is_not_closed_is_a_mistake() {
        for (given, span, message) in [
            ("\"a\nb", 0..2, "`\"` is not closed"),
            ("'\\'", 0..3, "`'` is not closed"),
            ("[a", 0..2, "`[` is not closed"),
        ] {
            assert_eq!(word(given, 0), Err(Mistake::new(span, message)), "{given}");
        }
    }
}
