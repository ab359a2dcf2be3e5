//! LaTeX: running text, also as an argument.

use std::fmt::Write;

use super::replace::replace;

/// Text without commands and ligatures (`--`, `''`, `` ?` ``).
///
/// Line ends and tabs become spaces. A control character becomes `<U+0000>`, in characters that every font has. Letters
/// beyond ASCII stay: XeLaTeX and LuaLaTeX typeset them all.
pub fn text(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let last = text.chars().count().saturating_sub(1);
    let (mut at, mut after_space) = (0, true);
    replace(&text, |character, safe| {
        let space = matches!(character, ' ' | '\t' | '\n' | '\r');
        let lonely = !after_space && at != last;
        (at, after_space) = (at + 1, space);
        safe.push_str(match character {
            // TeX reads two spaces as one, and drops spaces at the start of a line.
            _ if space && !lonely => r"\ ",
            '\t' | '\n' | '\r' => " ",
            '\\' => r"\textbackslash{}",
            '{' => r"\{",
            '}' => r"\}",
            // At the start of an item or of a table row they would be arguments.
            '[' => "{[}",
            ']' => "{]}",
            '*' => "{*}",
            '$' => r"\$",
            '&' => r"\&",
            '#' => r"\#",
            '%' => r"\%",
            '_' => r"\_",
            '^' => r"\textasciicircum{}",
            '~' => r"\textasciitilde{}",
            '<' => r"\textless{}",
            '>' => r"\textgreater{}",
            '|' => r"\textbar{}",
            // A shorthand in some languages of babel.
            '"' => r"\char34{}",
            '-' => "-{}",
            '\'' => "'{}",
            ',' => ",{}",
            '`' => "{}`{}",
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {
                let _ = write!(safe, r"\textless{{}}U+{:04X}\textgreater{{}}", u32::from(character));
                return true;
            }
            _ => return false,
        });
        true
    })
}

#[cfg(test)]
mod tests {
    use super::text;

    /// Reads escaped text as TeX does; none if there is anything left that TeX would take for more than text.
    fn read(mut tex: &str) -> Option<String> {
        const COMMANDS: [(&str, &str); 18] = [
            ("{[}", "["),
            ("{]}", "]"),
            ("{*}", "*"),
            (r"\textbackslash{}", "\\"),
            (r"\textasciicircum{}", "^"),
            (r"\textasciitilde{}", "~"),
            (r"\textless{}", "<"),
            (r"\textgreater{}", ">"),
            (r"\textbar{}", "|"),
            (r"\char34{}", "\""),
            (r"\{", "{"),
            (r"\}", "}"),
            (r"\$", "$"),
            (r"\&", "&"),
            (r"\#", "#"),
            (r"\%", "%"),
            (r"\_", "_"),
            (r"\ ", " "),
        ];
        let mut read = String::new();
        while let Some(character) = tex.chars().next() {
            if let Some((command, meaning)) = COMMANDS.iter().find(|(command, _)| tex.starts_with(command)) {
                read.push_str(meaning);
                tex = &tex[command.len()..];
            } else if let Some(rest) = tex.strip_prefix("{}") {
                tex = rest;
            } else if "\\{}[]*$&#%_^~<>|\"".contains(character)
                || character.is_control()
                || ["--", "''", "``", "?`", "!`", ",,", "  "].iter().any(|pair| tex.starts_with(pair))
            {
                return None;
            } else {
                read.push(character);
                tex = &tex[character.len_utf8()..];
            }
        }
        Some(read)
    }

    #[test]
    fn text_reads_back() {
        for (written, expected) in [
            ("Plain name", "Plain name"),
            ("\\input{/etc/passwd}", "\\input{/etc/passwd}"),
            ("100% & #1_$x^2$ ~", "100% & #1_$x^2$ ~"),
            ("a--b ''c'' ``d`` ?` !` ,,e\" <f> |g|", "a--b ''c'' ``d`` ?` !` ,,e\" <f> |g|"),
            ("  two  spaces  ", "  two  spaces  "),
            ("two\r\nlines\n\nand\ttab\r", "two lines  and tab "),
            ("^^M ^^5c\0\u{1b}", "^^M ^^5c<U+0000><U+001B>"),
            ("é \u{202e}😀\u{feff}", "é \u{202e}😀\u{feff}"),
            ("[1in]a*", "[1in]a*"),
            ("\\", "\\"),
            ("", ""),
        ] {
            let tex = text(written);
            assert_eq!(read(&tex).as_deref(), Some(expected), "{tex}");
        }
    }

    #[test]
    fn no_text_is_a_command() {
        let mut random = fastrand::Rng::with_seed(11);
        for _ in 0..2000 {
            let name: String = (0..random.usize(..12))
                .map(|_| {
                    *random
                        .choice(&[
                            '\\', '{', '}', '$', '&', '#', '%', '_', '^', '~', '-', '`', '\'', ' ', '\n',
                            'a', '\0',
                        ])
                        .unwrap()
                })
                .collect();
            let tex = text(&name);
            let expected = name.replace(['\n', '\t'], " ").replace('\0', "<U+0000>");
            assert_eq!(read(&tex), Some(expected), "{name:?}: {tex}");
        }
    }
}
