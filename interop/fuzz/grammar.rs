//! Random templates of a format.

use std::fmt::{self, Write};

use fastrand::Rng;

use crate::places::Format;

/// Their parsers are too slow, or nothing is refused.
const LEFT_OUT: [&str; 3] = ["js", "tex", "txt"];

/// The parsers for a format, of those that are quick.
pub fn readers(format: &Format) -> &'static [&'static str] {
    match format.extension.as_str() {
        "csv" => &["csv"],
        "md" => &["gfm", "commonmark"],
        "dot" => &["dot"],
        "html" => &["html"],
        "json" => &["json"],
        "sh" => &["bash", "dash"],
        "sql" => &["sqlite", "postgresql"],
        "env" => &["python-dotenv", "dash environment"],
        "ini" => &["configparser"],
        "jsonl" => &["json lines"],
        "ldif" => &["ldif3 with names"],
        "group" => &["glibc group"],
        "htgroup" => &["shlex"],
        "passwd" => &["glibc passwd"],
        "conf" | "lines" => &["lines"],
        "toml" => &["tomllib"],
        "yml" => &["pyyaml"],
        "tsv" => &["tsv lines"],
        "svg" | "xml" => &["xml"],
        "yaml" => &["pyyaml", "ruamel"],
        _ => &["text"],
    }
}

pub struct Grammar<'f> {
    format: &'f Format,
    /// The texts before, between and after the values of all places.
    pieces: Vec<&'f str>,
    names: &'f [String],
}

/// A part of a template.
#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Value(&'static str),
    /// `{{> p0}}`, and what it holds.
    Partial(Vec<Part>),
    Block(&'static str, Vec<Part>, &'static str),
}

#[derive(Clone)]
pub struct Case<'f> {
    pub format: &'f Format,
    parts: Vec<Part>,
    pub names: Vec<String>,
}

const VALUES: [&str; 8] = [
    "{{json name}}",
    "{{name}}",
    "{{name}}",
    "{{name}}",
    "{{~name}}",
    "{{quoted name}}",
    "{{concat \"a\" name}}",
    "{{default name \"none\"}}",
];

const BLOCKS: [(&str, &str); 5] = [
    ("{{#if name}}", "{{/if}}"),
    ("{{#if (gt @index 0)}}", "{{/if}}"),
    ("{{#unless roles}}", "{{else}}\"{{/unless}}"),
    ("{{#with this}}", "{{/with}}"),
    ("{{#*inline \"i\"}}", "{{/inline}}{{> i}}"),
];

impl<'f> Grammar<'f> {
    pub fn of(format: &'f Format, names: &'f [String]) -> Option<Self> {
        if LEFT_OUT.contains(&format.extension.as_str()) {
            return None;
        }
        // A shell runs what is made here: it must write no files but in its own folder.
        let rows = format.places.iter().map(|place| place.row.as_str());
        let rows = rows.filter(|row| format.extension != "sh" || !row.contains(['>', '/']));
        let pieces: Vec<&str> = rows.flat_map(|row| row.split("{{")).map(after_tag).collect();
        (!pieces.is_empty()).then_some(Self { format, pieces, names })
    }

    pub fn case(&self, random: &mut Rng) -> Case<'f> {
        let parts = self.parts(random, 2);
        let names = (0..random.usize(1..4)).map(|_| self.name(random)).collect();
        Case { format: self.format, parts, names }
    }

    fn parts(&self, random: &mut Rng, depth: usize) -> Vec<Part> {
        (0..random.usize(1..7)).map(|_| self.part(random, depth)).collect()
    }

    fn part(&self, random: &mut Rng, depth: usize) -> Part {
        match random.u8(0..20) {
            0..10 => Part::Text(self.text(random)),
            10..17 => Part::Value(self.value(random)),
            17 if depth > 0 => Part::Partial(self.parts(random, 0)),
            _ if depth > 0 => {
                let (open, close) = BLOCKS[random.usize(..BLOCKS.len())];
                Part::Block(open, self.parts(random, depth - 1), close)
            }
            _ => Part::Text(self.text(random)),
        }
    }

    /// Elsewhere `json` gives text with escapes of JSON, which readers do not decode.
    fn value(&self, random: &mut Rng) -> &'static str {
        let has_json = matches!(self.format.extension.as_str(), "json" | "yaml");
        let values = if has_json { &VALUES[..] } else { &VALUES[1..] };
        values[random.usize(..values.len())]
    }

    /// A piece, or some of its characters.
    fn text(&self, random: &mut Rng) -> String {
        let piece = self.pieces[random.usize(..self.pieces.len())];
        if random.u8(0..3) > 0 {
            return piece.to_owned();
        }
        let length = piece.chars().count();
        let from = random.usize(0..=length);
        piece.chars().skip(from).take(random.usize(0..=length - from)).collect()
    }

    fn name(&self, random: &mut Rng) -> String {
        let known = |random: &mut Rng| self.names[random.usize(..self.names.len())].clone();
        let name = match random.u8(0..10) {
            0..6 => known(random),
            6 | 7 => known(random) + &known(random),
            _ => (0..random.usize(1..9)).map(|_| random.char(..)).collect(),
        };
        // An empty value has nothing that could be misplaced, and a long one shows no more than a short one.
        if name.is_empty() { "a".to_owned() } else { name.chars().take(300).collect() }
    }
}

/// What follows the tag that this begins with, if it begins with one.
fn after_tag(text: &str) -> &str {
    text.rsplit("}}").next().unwrap_or_default()
}

impl Case<'_> {
    pub fn template(&self) -> String {
        let mut partials = Vec::new();
        let row = written(&self.parts, &mut partials);
        self.format.template_of(&row)
    }

    /// The names of the partials, and their texts.
    pub fn partials(&self) -> Vec<(String, String)> {
        let mut partials = Vec::new();
        written(&self.parts, &mut partials);
        partials.into_iter().enumerate().map(|(at, text)| (format!("p{at}"), text)).collect()
    }

    /// Those with one part or one name less, or with a part of a name.
    pub fn smaller(&self) -> Vec<Self> {
        let mut cases = Vec::new();
        let mut add =
            |parts: Vec<Part>, names: Vec<String>| cases.push(Self { parts, names, ..self.clone() });
        for at in 0..self.names.len() {
            let mut names = self.names.clone();
            if names.len() > 1 {
                names.remove(at);
                add(self.parts.clone(), names.clone());
            }
            let name = &self.names[at];
            let half = name.chars().count() / 2;
            for shorter in [name.chars().take(half).collect(), name.chars().skip(half).collect::<String>()] {
                if !shorter.is_empty() && shorter != *name {
                    let mut names = self.names.clone();
                    names[at] = shorter;
                    add(self.parts.clone(), names);
                }
            }
        }
        for at in 0..self.parts.len() {
            let mut parts = self.parts.clone();
            let removed = parts.remove(at);
            add(parts.clone(), self.names.clone());
            if let Part::Partial(inner) | Part::Block(_, inner, _) = removed {
                parts.splice(at..at, inner);
                add(parts, self.names.clone());
            }
        }
        cases
    }
}

fn written(parts: &[Part], partials: &mut Vec<String>) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(literal) => text.push_str(literal),
            Part::Value(value) => text.push_str(value),
            Part::Partial(inner) => {
                let inner = written(inner, partials);
                let _ = write!(text, "{{{{> p{}}}}}", partials.len());
                partials.push(inner);
            }
            Part::Block(open, inner, close) => {
                text.push_str(open);
                text.push_str(&written(inner, partials));
                text.push_str(close);
            }
        }
    }
    text
}

impl fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ".{}\n{}\n{:?}, {:?}", self.format.extension, self.template(), self.partials(), self.names)
    }
}
