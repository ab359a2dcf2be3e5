//! From a path as written to a path as meant: `~`, `${VAR}`, and the folder where relative paths start.

use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::files::Files;

/// Looks up an environment variable: [`process_env`], or the variables of a test.
pub type Env<'e> = dyn Fn(&str) -> Option<OsString> + 'e;

/// The environment of this process, with `HOME` taken from the user database where the variable is missing.
#[must_use]
pub fn process_env(name: &str) -> Option<OsString> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty());
    if value.is_none() && name == "HOME" {
        return directories::UserDirs::new().map(|dirs| dirs.home_dir().as_os_str().to_owned());
    }
    value
}

/// Why a path cannot be used, and which bytes of it are wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPath {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<&'static str>,
}

impl BadPath {
    fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None }
    }
}

/// What turns the paths of a profile, and of those that it extends, into paths as meant.
pub(super) struct Paths<'p> {
    pub(super) files: &'p Files,
    /// The environment variables for `~` and `${VAR}`.
    pub(super) env: &'p Env<'p>,
}

impl Paths<'_> {
    /// For the paths in the file with the byte at this place.
    pub(super) fn at(&self, place: usize) -> PathResolver<'_> {
        PathResolver { folder: self.files.at(place).source.folder(), env: self.env }
    }
}

/// What turns the paths of one file into paths as meant.
pub(super) struct PathResolver<'p> {
    /// The folder of the profile, where relative paths start; none for an embedded profile.
    pub(super) folder: Option<&'p Path>,
    /// The environment variables for `~` and `${VAR}`.
    pub(super) env: &'p Env<'p>,
}

impl PathResolver<'_> {
    /// Expands a path, and puts a relative one under the folder of the profile.
    pub(super) fn resolve(&self, text: &str) -> Result<PathBuf, BadPath> {
        let path = PathBuf::from(self.expand(text)?);
        if path.is_absolute() {
            return Ok(path.components().collect());
        }
        let folder = self.folder.ok_or_else(|| {
            BadPath::new(0..text.len(), "a profile built into the program cannot hold a relative path")
        })?;
        Ok(folder.join(path).components().collect())
    }

    /// Replaces a leading `~` and every `${VAR}`. The value of a variable is not expanded again.
    pub(super) fn expand(&self, text: &str) -> Result<OsString, BadPath> {
        expand(text, self.env)
    }
}

fn expand(text: &str, env: &Env<'_>) -> Result<OsString, BadPath> {
    if text.is_empty() {
        return Err(BadPath::new(0..0, "a path cannot be empty"));
    }
    if let Some(at) = text.find('\0') {
        return Err(BadPath::new(at..at + 1, "a path cannot hold a NUL character"));
    }
    if text.strip_prefix('$').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())) {
        let end = text.find('/').unwrap_or(text.len());
        return Err(BadPath {
            help: Some("write it as `${NAME}`"),
            ..BadPath::new(0..end, "a variable without braces is not replaced")
        });
    }
    let mut expanded = OsString::new();
    let mut rest = text;
    if let Some(after) = text.strip_prefix('~') {
        if !after.is_empty() && !after.starts_with('/') {
            let end = text.find('/').unwrap_or(text.len());
            let message = "`~` stands only for your own home directory";
            return Err(BadPath {
                help: Some("write the path out, or start it with `~/`"),
                ..BadPath::new(0..end, message)
            });
        }
        expanded.push(home(env)?);
        rest = after;
    }
    while let Some(dollar) = rest.find("${") {
        expanded.push(&rest[..dollar]);
        let at = text.len() - rest.len() + dollar;
        let inner = &rest[dollar + 2..];
        let Some(close) = inner.find('}') else {
            return Err(BadPath::new(at..text.len(), "`${` without a `}` after it"));
        };
        let span = at..at + close + 3;
        expanded.push(variable(&inner[..close], span, env)?);
        rest = &inner[close + 1..];
    }
    expanded.push(OsStr::new(rest));
    Ok(expanded)
}

fn home(env: &Env<'_>) -> Result<OsString, BadPath> {
    let why = match env("HOME") {
        Some(home) if Path::new(&home).is_absolute() => return Ok(home),
        Some(_) => "is not an absolute path",
        None => "is not set",
    };
    Err(BadPath {
        help: Some("set HOME to an absolute path, or write the path out"),
        ..BadPath::new(0..1, format!("`~` has no meaning here: the environment variable HOME {why}"))
    })
}

fn variable(name: &str, span: Range<usize>, env: &Env<'_>) -> Result<OsString, BadPath> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(good) || name.as_bytes()[0].is_ascii_digit() {
        return Err(BadPath::new(span, format!("`{name}` is not the name of an environment variable")));
    }
    // An empty value would silently turn `${DIR}/tokens.json` into a file of the root directory.
    env(name)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| BadPath::new(span, format!("the environment variable {name} is not set")))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    use std::path::{Path, PathBuf};

    use super::{BadPath, Env, PathResolver};

    fn env(name: &str) -> Option<OsString> {
        match name {
            "HOME" => Some("/home/me".into()),
            "STATE" => Some("/var/state".into()),
            "ODD" => Some(OsString::from_vec(b"/odd\xff".to_vec())),
            "TRICK" => Some("${STATE}".into()),
            "EMPTY" => Some(OsString::new()),
            _ => None,
        }
    }

    fn resolve(text: &str, folder: Option<&Path>, env: &Env<'_>) -> Result<PathBuf, BadPath> {
        PathResolver { folder, env }.resolve(text)
    }

    fn good(text: &str) -> PathBuf {
        resolve(text, Some(Path::new("/base")), &env).unwrap()
    }

    #[test]
    fn expands() {
        assert_eq!(good("~"), Path::new("/home/me"));
        assert_eq!(good("~/a.json"), Path::new("/home/me/a.json"));
        assert_eq!(good("${STATE}/x/${STATE}"), Path::new("/var/state/x/var/state"));
        assert_eq!(good("./a"), Path::new("/base/a"));
        assert_eq!(good("../a"), Path::new("/base/../a"));
        assert_eq!(good("a~$b"), Path::new("/base/a~$b"));
        assert_eq!(good("${TRICK}"), Path::new("/base/${STATE}"));
        assert_eq!(good("${ODD}/a"), PathBuf::from(OsString::from_vec(b"/odd\xff/a".to_vec())));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for (text, at, word) in [
            ("", 0..0, "empty"),
            ("a\0", 1..2, "NUL"),
            ("~you/a", 0..4, "your own"),
            ("é/${NO}", 3..8, "NO is not set"),
            ("${EMPTY}/a", 0..8, "EMPTY is not set"),
            ("a${NO", 1..5, "without"),
            ("$HOME/a", 0..5, "without braces"),
            ("${}", 0..3, "not the name"),
            ("${1A}", 0..5, "not the name"),
        ] {
            let bad = resolve(text, Some(Path::new("/base")), &env).unwrap_err();
            assert_eq!(bad.at, at, "{text}");
            assert!(bad.message.contains(word), "{text}: {}", bad.message);
        }
        assert!(resolve("~/a", None, &|_| None).unwrap_err().message.contains("HOME is not set"));
        assert!(resolve("a", None, &env).unwrap_err().message.contains("relative"));
    }
}
