//! The token file of a `GlobusApp` of the SDK, so that a profile can use its login.

use std::path::{Path, PathBuf};

/// Names that are devices on Windows; the SDK accepts them on no system. `com1` to `lpt9` are the others.
const RESERVED_NAMES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Whether an app can have this name; the error says why the SDK refuses it.
pub fn check_app_name(app_name: &str) -> Result<(), &'static str> {
    refusal(&slug(app_name)).map_or(Ok(()), Err)
}

#[derive(Debug, Clone, Copy)]
pub struct GlobusApp<'a> {
    /// The home directory of its user.
    pub home: &'a Path,
    pub client_id: &'a str,
    /// Its name; see [`check_app_name`].
    pub name: &'a str,
    /// The Globus environment, such as `production`.
    pub environment: &'a str,
}

/// The token file of the app, by the SDK's rule for Linux and macOS:
/// `~/.globus/app/{client_id}/{slug}/tokens.json`, or `{environment}-tokens.json` outside `production`.
///
/// An app with `SQLite` storage has `tokens.db` there. That file is used if it is the only one; without either the
/// JSON file is used, the SDK's default.
pub(super) fn globus_app_file(app: &GlobusApp<'_>) -> PathBuf {
    let stem = match app.environment {
        "production" => "tokens".to_owned(),
        other => format!("{other}-tokens"),
    };
    let folder = app.home.join(".globus/app").join(app.client_id).join(slug(app.name));
    let [json, database] = ["json", "db"].map(|extension| folder.join(format!("{stem}.{extension}")));
    if database.exists() && !json.exists() { database } else { json }
}

/// The app's name as the name of a folder. It holds no `/` and no `.`, so it stays below `app`.
fn slug(app_name: &str) -> String {
    app_name
        .chars()
        .filter_map(|c| match c {
            '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => Some('+'),
            '.' | ' ' => Some('-'),
            c => is_printable(c).then_some(c),
        })
        .collect::<String>()
        .to_lowercase()
}

/// Python's `str.isprintable`, for all but the characters that are replaced anyway.
///
/// `escape_debug` escapes the same categories of Unicode (others and separators, but not the space). A
/// combining mark is escaped only at the start of a string, and `'` always.
fn is_printable(c: char) -> bool {
    c == '\'' || format!("a{c}").escape_debug().skip(1).eq([c])
}

fn refusal(slug: &str) -> Option<&'static str> {
    if slug.is_empty() {
        return Some("no character of it can be part of a file name");
    }
    let is_port = ["com", "lpt"]
        .iter()
        .filter_map(|port| slug.strip_prefix(port))
        .any(|number| number.len() == 1 && number.bytes().all(|digit| digit.is_ascii_digit()));
    (is_port || RESERVED_NAMES.contains(&slug)).then_some("the SDK keeps that name for Windows devices")
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{GlobusApp, check_app_name, globus_app_file, slug};

    /// Each slug is what `_slugify_app_name` of globus-sdk 4.9.0 makes of the name.
    #[test]
    fn slugs_are_those_of_the_sdk() {
        for (name, expected) in [
            ("My App", "my-app"),
            ("a. b", "a--b"),
            ("a?", "a+"),
            ("a\0b", "ab"),
            ("x<>:\"/\\|?*y", "x+++++++++y"),
            ("../../etc", "--+--+etc"),
            ("it's", "it's"),
            ("lpt", "lpt"),
            ("com10", "com10"),
            ("con.", "con-"),
            ("a\u{a0}b", "ab"),
            ("a\u{200b}b", "ab"),
            ("a\u{2028}b\u{3000}", "ab"),
            ("\u{ad}x\u{7f}\u{feff}", "x"),
            ("a\u{e000}b\u{378}", "ab"),
            ("Ünïcode ÀÉ", "ünïcode-àé"),
            ("\u{130}stanbul", "i\u{307}stanbul"),
            ("ΣΑΣ", "σας"),
            ("\u{301}a", "\u{301}a"),
            ("日本語 App 😀", "日本語-app-😀"),
        ] {
            assert_eq!(slug(name), expected, "{name:?}");
        }
    }

    fn file_of(home: &Path, environment: &str) -> PathBuf {
        globus_app_file(&GlobusApp { home, client_id: "61338d24", name: "My App", environment })
    }

    #[test]
    fn the_environment_is_part_of_the_file_name() {
        let file = |environment| file_of(Path::new("/home/me"), environment);
        assert_eq!(file("production"), Path::new("/home/me/.globus/app/61338d24/my-app/tokens.json"));
        assert_eq!(file("preview"), Path::new("/home/me/.globus/app/61338d24/my-app/preview-tokens.json"));
    }

    #[test]
    fn a_database_is_taken_if_it_is_alone() {
        let home = tempfile::tempdir().unwrap();
        let file = || file_of(home.path(), "production");
        let folder = home.path().join(".globus/app/61338d24/my-app");
        std::fs::create_dir_all(&folder).unwrap();
        assert_eq!(file(), folder.join("tokens.json"));
        std::fs::write(folder.join("tokens.db"), "").unwrap();
        assert_eq!(file(), folder.join("tokens.db"));
        std::fs::write(folder.join("tokens.json"), "").unwrap();
        assert_eq!(file(), folder.join("tokens.json"));
    }

    #[test]
    fn names_that_the_sdk_refuses_are_refused() {
        for name in ["", "\n\t", "con", "CON", "nul", "COM1", "lpt9", "con\n"] {
            assert!(check_app_name(name).is_err(), "{name:?}");
        }
    }
}
