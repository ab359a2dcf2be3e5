//! What a path in a template refers to: `../groups.0`, `@root.vars`, `this`.

/// Where a path starts, and its first name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reach<'p> {
    /// `@index` and the like.
    Local,
    /// A value, a number of levels up from where the path is used.
    Value {
        /// `None` if it starts at the root.
        up: Option<usize>,
        /// The first name; `None` if the path is the whole value of its level.
        first: Option<&'p str>,
        /// Whether there is at most one name.
        only: bool,
    },
}

pub(super) fn reach(path: &str) -> Reach<'_> {
    let mut rest = path.trim();
    let mut up = Some(0);
    let mut names: Vec<&str> = Vec::new();
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("..") {
            up = up.map(|up| up + 1);
            rest = after;
        } else if first == '.' || first == '/' {
            rest = &rest[1..];
        } else if let Some(after) = rest.strip_prefix("@root") {
            up = None;
            rest = after;
        } else if first == '@' {
            return Reach::Local;
        } else if let Some(inner) = rest.strip_prefix('[') {
            let end = inner.find(']').unwrap_or(inner.len());
            names.push(&inner[..end]);
            rest = inner.get(end + 1..).unwrap_or_default();
        } else {
            let end = rest.find(['.', '/']).unwrap_or(rest.len());
            names.push(&rest[..end]);
            rest = &rest[end..];
        }
    }
    names.retain(|name| *name != "this");
    Reach::Value { up, first: names.first().copied(), only: names.len() < 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let value = |up, first, only| Reach::Value { up, first, only };
        for (path, expected) in [
            ("groups", value(Some(0), Some("groups"), true)),
            ("./groups", value(Some(0), Some("groups"), true)),
            ("this.groups", value(Some(0), Some("groups"), true)),
            ("this/[groups]", value(Some(0), Some("groups"), true)),
            ("groups.0.name", value(Some(0), Some("groups"), false)),
            ("../../vars.x", value(Some(2), Some("vars"), false)),
            ("../this", value(Some(1), None, true)),
            ("this", value(Some(0), None, true)),
            ("@root.groups", value(None, Some("groups"), true)),
            ("@root/this.groups", value(None, Some("groups"), true)),
            ("@index", Reach::Local),
            ("@../index", Reach::Local),
            ("", value(Some(0), None, true)),
        ] {
            assert_eq!(reach(path), expected, "{path}");
        }
    }
}
