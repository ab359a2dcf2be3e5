//! What a format holds of a text, as `docs/src/escaping.md` says.

use crate::pictured::pictured;

/// The text that comes back from a place of this format.
pub fn held(extension: &str, text: &str) -> String {
    match extension {
        // The line end that begins the text of these elements is dropped.
        "start of an element" => {
            let text = text.replace('\0', "\u{2400}");
            text.strip_prefix('\n').map(str::to_owned).unwrap_or(text)
        }
        "svg" => held("xml", text),
        "html" | "md" | "sh" | "sql" => text.replace('\0', "\u{2400}"),
        "xml" => no_noncharacters(&pictured(text, "\t\n\r\u{7f}")),
        "dot" => no_noncharacters(&pictured(text, "\n")),
        "tex" => {
            let text = text.replace("\r\n", "\n").replace(['\t', '\n', '\r'], " ");
            text.chars().fold(String::new(), |held, character| match character {
                '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => format!("{held}<U+{:04X}>", u32::from(character)),
                _ => held + character.encode_utf8(&mut [0; 4]),
            })
        }
        _ => text.to_owned(),
    }
}

/// What some readers do not tell apart.
pub fn read_by(reader: &str, text: &str) -> String {
    match reader {
        // It drops the CR of a line end in a script.
        "sqlite3" => text.replace("\r\n", "\n"),
        // An apostrophe is drawn as a quotation mark.
        "plastex" => text.replace('\'', "\u{2019}").replace('`', "\u{2018}"),
        // They encode addresses.
        "gfm" | "commonmark" => decoded(text),
        _ if LOOK_ALIKES.contains(&reader) => text.chars().map(without_look_alike).collect(),
        // It draws no line for an empty one, and writes a space beside a space as a no-break space.
        "dot" => {
            let lines = text.split('\n').filter(|line| !line.is_empty());
            lines.collect::<Vec<_>>().join("\n").replace('\u{a0}', " ")
        }
        _ => text.to_owned(),
    }
}

/// The text with the bytes that `%XX` stand for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| first == b'%');
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Their formats replace what they cannot hold by something that looks alike.
const LOOK_ALIKES: [&str; 11] = [
    "python-dotenv",
    "bash environment",
    "dash environment",
    "zsh environment",
    "busybox environment",
    "configparser",
    "configparser raw",
    "lines",
    "glibc passwd",
    "glibc group",
    "shlex",
];

fn without_look_alike(character: char) -> char {
    match character {
        '␣' | '␉' | '␊' | '␋' | '␌' | '␍' | '␤' => ' ',
        character if character.is_whitespace() => ' ',
        '：' => ':',
        '，' => ',',
        '＆' => '&',
        '＂' => '"',
        '＼' => '\\',
        '；' => ';',
        '＃' => '#',
        '％' => '%',
        '＄' => '$',
        '’' => '\'',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap(),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => '\u{fffd}',
        character if u32::from(character) & 0xfffe == 0xfffe => '\u{fffd}',
        character => character,
    }
}

fn no_noncharacters(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
