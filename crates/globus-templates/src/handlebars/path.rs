//! Paths: `name`, `../a.b`, `@root.[a b]`.

use super::cursor::Cursor;
use super::foreign;
use super::mistake::Mistake;
use super::tree::{Path, Start};
use super::words::WordKind;

/// The most names of a path. Data is nested less deep, and a hint tries each beginning of a path.
const MAX_NAMES: usize = 100;

/// The path that the next word begins.
pub(super) fn path(words: &mut Cursor<'_, '_>) -> Result<Path, Mistake> {
    let start = words.peek().map_or(words.end(), |word| word.span.start);
    let is_local = words.take(&WordKind::At).is_some();
    let (mut up, mut is_scoped, mut names) = (0, is_local, Vec::new());
    let mut next = if is_local { words.touching() } else { words.peek() };
    loop {
        let Some(word) = next else {
            let message = "a name is missing at the end of this path";
            return Err(Mistake::new(start..words.end(), message));
        };
        match &word.kind {
            WordKind::Dots | WordKind::Dot | WordKind::Name("this") if !names.is_empty() => {
                let message = "`this`, `.` and `..` can only be at the start of a path";
                return Err(Mistake::new(start..word.span.end, message)
                    .help("write `[this]` if it is the name of a key"));
            }
            WordKind::Dots => (up, is_scoped) = (up + 1, true),
            WordKind::Dot | WordKind::Name("this") => is_scoped = true,
            WordKind::Name(name) => names.push((*name).to_owned()),
            // `list.0.1`
            WordKind::Number(number) => names.extend(number.split('.').map(str::to_owned)),
            WordKind::Bracketed(name) => names.push(name.clone()),
            _ => return Err(foreign::unexpected(word)),
        }
        words.next();
        if up + names.len() > MAX_NAMES {
            return Err(Mistake::new(start..words.end(), format!("more than {MAX_NAMES} names in a path")));
        }
        if !words.touching().is_some_and(|word| word.kind.separates()) {
            break;
        }
        words.next();
        next = words.touching();
    }
    words.gap(start)?;
    let is_root = is_local && names.first().is_some_and(|name| name == "root");
    let start_of_path = if is_root {
        names.remove(0);
        Start::Root
    } else if is_local {
        Start::Local { up }
    } else {
        Start::Context { up }
    };
    Ok(Path { start: start_of_path, names, is_scoped, span: start..words.end() })
}
