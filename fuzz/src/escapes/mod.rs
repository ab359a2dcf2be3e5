//! A value in each format: a parser that others wrote reads it as it is, and nothing else in the document changes.
//!
//! Each function has its own templates, and takes the names of some groups. `tests/escaping.rs` calls them with names that
//! do harm.

mod documents;
mod html;
mod lines;
mod markdown;
mod rendering;
mod tables;
mod xml;

pub use documents::{js, json, json_in_html, jsonl, toml, yaml};
pub use html::html;
pub use lines::{ldif, ldif_value, lines, sh, unescaped_name};
pub use markdown::markdown;
pub use tables::{csv, lone_csv_column, tsv};
pub use xml::xml;

/// The input is the name of a group between others.
pub fn check(input: &[u8]) {
    let Ok(name) = str::from_utf8(input) else { return };
    let names = [name.to_owned(), "next".to_owned(), name.to_owned()];
    let formats: [fn(&[String]); 15] = [
        csv,
        lone_csv_column,
        tsv,
        json,
        json_in_html,
        jsonl,
        toml,
        yaml,
        js,
        html,
        xml,
        markdown,
        ldif,
        lines,
        sh,
    ];
    for format in formats {
        format(&names);
    }
}

fn without_nul(name: &str) -> String {
    name.replace('\0', "\u{2400}")
}
