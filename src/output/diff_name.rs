//! The name of a file in a diff, as `patch` and `git apply` read it.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::diagnostic::clean;
use crate::fs::resolve;

/// What stands for a file that is not there.
pub(super) const NOTHING: &str = "/dev/null";

/// The file that a path leads to, from the working directory; its absolute path if it is elsewhere. `patch` and `git apply`
/// take neither a link nor a path with `.` or `..`.
pub(super) fn name(path: &Path) -> String {
    let file = resolve(path);
    let here = std::env::current_dir().unwrap_or_default();
    escaped(file.strip_prefix(here).unwrap_or(&file).as_os_str().as_bytes())
}

/// Quoted as in C if it is not plain text, as GNU and git do.
fn escaped(name: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(name)
        && text.trim() == text
        && !text.contains(['"', '\\', '\t'])
        && clean(text) == text
    {
        return text.to_owned();
    }
    let mut quoted = "\"".to_owned();
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\\' => quoted.extend(['\\', c]),
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                _ => {
                    let mut bytes = [0; 4];
                    let text = &*c.encode_utf8(&mut bytes);
                    if clean(text) == text { quoted.push(c) } else { octal(text.as_bytes(), &mut quoted) }
                }
            }
        }
        octal(chunk.invalid(), &mut quoted);
    }
    quoted + "\""
}

fn octal(bytes: &[u8], quoted: &mut String) {
    for byte in bytes {
        // Writing to a text can't fail.
        let _ = write!(quoted, "\\{byte:03o}");
    }
}

/// The name after `---` or `+++`: a tab ends one with blanks, after which a time could follow.
pub(super) fn in_header(name: String) -> String {
    if name.contains(' ') && !name.starts_with('"') { name + "\t" } else { name }
}

#[cfg(test)]
mod tests {
    use super::{escaped, in_header};

    #[test]
    fn names_are_quoted_only_if_they_have_to_be() {
        for (name, shown) in [
            (b"x.csv".as_slice(), "x.csv"),
            ("Zürich 研究".as_bytes(), "Zürich 研究\t"),
            (b"a b", "a b\t"),
            (b" a", "\" a\""),
            (b"a\"b", r#""a\"b""#),
            (b"a\\b", r#""a\\b""#),
            (b"a\nb\tc\x1b", r#""a\nb\tc\033""#),
            (b"a\xffb\xc3", r#""a\377b\303""#),
            ("a\u{202e}b\u{200d}é".as_bytes(), r#""a\342\200\256b\342\200\215é""#),
            (b"\"", r#""\"""#),
        ] {
            assert_eq!(in_header(escaped(name)), shown);
        }
    }
}
