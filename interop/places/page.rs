//! The page of the book.

use std::fmt::Write;

use super::verdict::Verdict;
use super::{Format, Place};

pub fn write(found: &[(&Format, &Place, Verdict)], names: usize) -> String {
    let mut page = include_str!("page.md").replace("NAMES", &names.to_string());
    for formats in found.chunk_by(|(left, ..), (right, ..)| left.extension == right.extension) {
        let format = formats[0].0;
        let _ =
            write!(page, "\n## `.{}.hbs`\n\n| place | for example | |\n|---|---|---|\n", format.extension);
        for (_, place, verdict) in formats {
            let verdict = match verdict {
                Verdict::Safe => "safe".to_owned(),
                Verdict::Refused => "refused".to_owned(),
                Verdict::ByValue => format!("refused, but {}", place.only.as_deref().unwrap_or_default()),
            };
            let _ = writeln!(page, "| {} | {} | {verdict} |", place.at, code(place.row.trim()));
        }
    }
    page
}

/// In backticks, more of them than the code has in a row. A cell ends at `|`, also in code.
fn code(text: &str) -> String {
    let text = text.replace('\n', " ⏎ ").replace('\t', " → ").replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
