//! Globus scopes: `root`, or `root[dependency *optional[deeper]]`.
//!
//! <https://docs.globus.org/guides/overviews/clients-scopes-and-consents/>

use std::fmt;
use std::ops::Range;

/// Deeper than any real scope, and shallow enough for recursion.
const DEPTH_MAX: usize = 32;

/// A permission, with the permissions that the service needs of other services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Such as `openid` or `urn:globus:auth:scope:groups.api.globus.org:all`.
    pub name: String,
    /// Whether the person may decline it; a root scope never is optional.
    pub optional: bool,
    /// The scopes of other services that it depends on.
    pub dependencies: Vec<Scope>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct BadScope {
    /// The wrong bytes.
    pub at: Range<usize>,
    /// Why, as a sentence without a full stop.
    pub message: &'static str,
}

impl Scope {
    /// One scope, as it stands in a profile.
    pub fn parse(text: &str) -> Result<Self, BadScope> {
        let mut parser = Parser { text, at: 0 };
        let scope = parser.root()?;
        match parser.peek() {
            None => Ok(scope),
            Some(b' ' | b'\t') => {
                Err(parser.bad("a space stands only between dependencies, inside brackets"))
            }
            Some(_) => Err(parser.stray()),
        }
    }

    /// Scopes with spaces between them, as services write them.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, BadScope> {
        let mut parser = Parser { text, at: 0 };
        let mut scopes = Vec::new();
        parser.spaces();
        while parser.peek().is_some() {
            scopes.push(parser.root()?);
            if !parser.spaces() && parser.peek().is_some() {
                return Err(parser.stray());
            }
        }
        Ok(scopes)
    }

    #[must_use]
    pub fn has_dependencies(&self) -> bool {
        !self.dependencies.is_empty()
    }
}

/// Adds scopes. An existing name gets the new dependencies beside its own.
pub fn merge(scopes: &mut Vec<Scope>, more: &[Scope]) {
    for new in more {
        match scopes.iter_mut().find(|known| known.name == new.name) {
            Some(known) => {
                known.optional &= new.optional;
                merge(&mut known.dependencies, &new.dependencies);
            }
            None => scopes.push(new.clone()),
        }
    }
}

/// With spaces between, as in a request.
pub fn join(scopes: &[Scope]) -> String {
    scopes.iter().map(Scope::to_string).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.optional { "*" } else { "" };
        write!(f, "{mark}{}", self.name)?;
        if self.has_dependencies() {
            write!(f, "[{}]", join(&self.dependencies))?;
        }
        Ok(())
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

    /// A mistake at the current character.
    fn bad(&self, message: &'static str) -> BadScope {
        let len = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        BadScope { at: self.at..self.at + len, message }
    }

    fn stray(&self) -> BadScope {
        self.bad(match self.peek() {
            Some(b']') => "`]` without a `[` before it",
            _ => "nothing can follow the closing bracket",
        })
    }

    fn root(&mut self) -> Result<Scope, BadScope> {
        match self.peek() {
            None => Err(self.bad("a scope cannot be empty")),
            Some(b'*') => Err(self.bad("only a dependency, inside brackets, can be optional")),
            Some(_) => self.scope(0, false),
        }
    }

    fn scope(&mut self, depth: usize, optional: bool) -> Result<Scope, BadScope> {
        if depth > DEPTH_MAX {
            return Err(self.bad("the brackets are nested too deeply"));
        }
        let name = self.name()?;
        let mut dependencies = Vec::new();
        if self.peek() == Some(b'[') {
            let open = self.at;
            self.at += 1;
            self.spaces();
            if self.peek() == Some(b']') {
                return Err(self.bad("the brackets hold no dependency"));
            }
            loop {
                match self.peek() {
                    None => {
                        return Err(BadScope { at: open..open + 1, message: "`[` without a `]` after it" });
                    }
                    Some(b']') => {
                        self.at += 1;
                        break;
                    }
                    Some(b'*') => {
                        self.at += 1;
                        dependencies.push(self.scope(depth + 1, true)?);
                    }
                    Some(_) => dependencies.push(self.scope(depth + 1, false)?),
                }
                if !self.spaces() && !matches!(self.peek(), None | Some(b']')) {
                    return Err(self.bad("dependencies are separated by spaces"));
                }
            }
        }
        Ok(Scope { name, optional, dependencies })
    }

    fn name(&mut self) -> Result<String, BadScope> {
        let start = self.at;
        // The characters of RFC 6749, section 3.3, except the ones that have a meaning in Globus.
        while matches!(self.peek(), Some(0x21 | 0x23..=0x7e))
            && !matches!(self.peek(), Some(b'[' | b']' | b'*' | b'\\'))
        {
            self.at += 1;
        }
        match self.peek() {
            _ if self.at == start => Err(self.bad("the name of a scope is missing here")),
            None | Some(b' ' | b'\t' | b'[' | b']') => Ok(self.text[start..self.at].to_owned()),
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
    use super::{Scope, join, merge};

    #[test]
    fn accepts_what_globus_accepts() {
        for scope in [
            "openid",
            "urn:globus:auth:scope:groups.api.globus.org:all",
            "https://auth.globus.org/scopes/3a1b/https",
            "root[dep]",
            "root[dep *opt]",
            "root[dep *opt[deeper *deepest]]",
        ] {
            assert_eq!(Scope::parse(scope).map(|scope| scope.to_string()).as_deref(), Ok(scope));
        }
        assert_eq!(Scope::parse("root[ a  *b ]").unwrap().to_string(), "root[a *b]");
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
            assert_eq!(Scope::parse(scope).unwrap_err().at, at, "{scope}");
        }
        assert!(Scope::parse(&"a[".repeat(100_000)).is_err());
    }

    #[test]
    fn lists_are_read() {
        let scopes = Scope::parse_list(" openid  all[a *b] email ").unwrap();
        assert_eq!(join(&scopes), "openid all[a *b] email");
        assert_eq!(Scope::parse_list("").unwrap(), []);
        for wrong in ["openid]", "a[b]c", "*a", "a\tb"] {
            assert!(Scope::parse_list(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn merging_keeps_each_name_once_with_every_dependency() {
        let mut scopes = Scope::parse_list("openid all[a *b]").unwrap();
        merge(&mut scopes, &Scope::parse_list("all[b[c] d] email openid").unwrap());
        assert_eq!(join(&scopes), "openid all[a b[c] d] email");
    }
}
