//! A smaller template with the same difference.

use crate::support::handlebars::Rendered;

/// Pairs of only so many parts are tried.
const MOST_PAIRED: usize = 40;

/// Removes as many tags and pieces of text as it can while `differs`.
pub fn shrink(rendered: &Rendered, differs: &mut dyn FnMut(&Rendered) -> bool) -> Rendered {
    let mut best = rendered.clone();
    let names: Vec<String> = best.partials.keys().cloned().collect();
    for _ in 0..2 {
        for name in &names {
            shrink_text(&mut best, &|rendered| rendered.partials.get_mut(name), differs);
            let mut without = best.clone();
            if without.partials.remove(name).is_some() && differs(&without) {
                best = without;
            }
        }
        shrink_text(&mut best, &|rendered| Some(&mut rendered.template), differs);
    }
    best
}

fn shrink_text(
    best: &mut Rendered,
    text_of: &dyn Fn(&mut Rendered) -> Option<&mut String>,
    differs: &mut dyn FnMut(&Rendered) -> bool,
) {
    let Some(text) = text_of(best) else { return };
    let mut parts: Vec<String> = parts(text);
    let mut try_without = |parts: &mut Vec<String>, removed: &dyn Fn(usize) -> bool| {
        let left = |(at, part): (usize, &String)| (!removed(at)).then(|| part.clone());
        let rest: Vec<String> = parts.iter().enumerate().filter_map(left).collect();
        let mut smaller = best.clone();
        if let Some(text) = text_of(&mut smaller) {
            *text = rest.concat();
        }
        let is_better = rest.len() < parts.len() && differs(&smaller);
        if is_better {
            (*best, *parts) = (smaller, rest);
        }
        is_better
    };
    let mut size = parts.len().div_ceil(2);
    while size > 0 {
        let mut start = 0;
        while start < parts.len() {
            if !try_without(&mut parts, &|at| (start..start + size).contains(&at)) {
                start += size;
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    // The tags of a block go together.
    let mut first = 0;
    while first < parts.len().min(MOST_PAIRED) {
        let others = first + 1..parts.len().min(MOST_PAIRED);
        if !others.into_iter().any(|second| try_without(&mut parts, &|at| at == first || at == second)) {
            first += 1;
        }
    }
}

/// Tags, and the characters between them.
fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match (rest.starts_with("{{"), rest.find("}}")) {
            (true, Some(end)) => end + rest[end..].bytes().take_while(|byte| *byte == b'}').count(),
            _ => first.len_utf8(),
        };
        let (part, after) = rest.split_at(length);
        parts.push(part.to_owned());
        rest = after;
    }
    parts
}
