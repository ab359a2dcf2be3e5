//! The syntax of a Globus scope: `root`, or `root[dependency *optional[deeper]]`.

use std::ops::Range;

/// Deeper than any real scope, and shallow enough to check by recursion.
const DEPTH_MAX: usize = 32;

/// What is wrong with a scope, and which bytes of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadScope {
    pub(super) at: Range<usize>,
    pub(super) message: &'static str,
}

/// Checks one scope as it stands in a profile.
pub(super) fn check(text: &str) -> Result<(), BadScope> {
    let mut parser = Parser { text, at: 0 };
    if text.is_empty() {
        return Err(parser.bad("a scope cannot be empty"));
    }
    if text.starts_with('*') {
        return Err(parser.bad("only a dependency, inside brackets, can be optional"));
    }
    parser.scope(0)?;
    match parser.peek() {
        None => Ok(()),
        Some(b' ' | b'\t') => Err(parser.bad("a space stands only between dependencies, inside brackets")),
        Some(b']') => Err(parser.bad("`]` without a `[` before it")),
        Some(_) => Err(parser.bad("nothing can follow the closing bracket")),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Blames the character at hand.
    fn bad(&self, message: &'static str) -> BadScope {
        let len = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        BadScope { at: self.at..self.at + len, message }
    }

    fn scope(&mut self, depth: usize) -> Result<(), BadScope> {
        if depth > DEPTH_MAX {
            return Err(self.bad("the brackets are nested too deeply"));
        }
        self.name()?;
        if self.peek() != Some(b'[') {
            return Ok(());
        }
        let open = self.at;
        self.at += 1;
        self.spaces();
        if self.peek() == Some(b']') {
            return Err(self.bad("the brackets hold no dependency"));
        }
        loop {
            match self.peek() {
                None => return Err(BadScope { at: open..open + 1, message: "`[` without a `]` after it" }),
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'*') => {
                    self.at += 1;
                    self.scope(depth + 1)?;
                }
                Some(_) => self.scope(depth + 1)?,
            }
            if !self.spaces() && !matches!(self.peek(), None | Some(b']')) {
                return Err(self.bad("dependencies are separated by spaces"));
            }
        }
    }

    fn name(&mut self) -> Result<(), BadScope> {
        let start = self.at;
        // The characters of RFC 6749, section 3.3, less those that Globus gives a meaning.
        while matches!(self.peek(), Some(0x21 | 0x23..=0x7e))
            && !matches!(self.peek(), Some(b'[' | b']' | b'*' | b'\\'))
        {
            self.at += 1;
        }
        match self.peek() {
            _ if self.at == start => Err(self.bad("the name of a scope is missing here")),
            None | Some(b' ' | b'\t' | b'[' | b']') => Ok(()),
            Some(_) => Err(self.bad("this character cannot be part of a scope")),
        }
    }

    fn spaces(&mut self) -> bool {
        let start = self.at;
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
        self.at > start
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn takes_what_globus_takes() {
        for scope in [
            "openid",
            "urn:globus:auth:scope:groups.api.globus.org:all",
            "https://auth.globus.org/scopes/3a1b/https",
            "root[dep]",
            "root[dep *opt]",
            "root[ dep  *opt[deeper *deepest] ]",
        ] {
            assert_eq!(check(scope), Ok(()), "{scope}");
        }
    }

    #[test]
    fn points_at_what_is_wrong() {
        for (scope, at) in [
            ("", 0..0),
            ("openid email", 6..7),
            (" openid", 0..1),
            ("*openid", 0..1),
            ("root[", 4..5),
            ("root[dep", 4..5),
            ("root[]", 5..6),
            ("root]", 4..5),
            ("root[a]b", 7..8),
            ("root[a[b]c]", 9..10),
            ("root[* a]", 6..7),
            ("ro\"ot", 2..3),
            ("roöt", 2..4),
            ("a*b", 1..2),
        ] {
            assert_eq!(check(scope).unwrap_err().at, at, "{scope}");
        }
        assert!(check(&"a[".repeat(100_000)).is_err());
    }
}
