//! Whether a place is safe.

use std::collections::BTreeSet;

use super::{
    Format, Place, PlaceTemplate, Readers, Words, difference, excerpt, held, map_texts, read_by, with_names,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every name comes back whole.
    Safe,
    /// No name is delivered.
    Refused,
    /// Some names are refused. The others come back whole.
    ByValue,
}

/// What is wrong with the place otherwise.
pub fn judge(
    format: &Format,
    place: &Place,
    names: &[String],
    readers: &mut Readers<'_>,
) -> Result<Verdict, String> {
    let template = PlaceTemplate::new(&format.extension, &format.template(place), &[])
        .map_err(|refused| format!("this is not a template: {}", refused.0))?;
    let mut names = distinct(format, names);
    let holds = place.holds.as_ref().unwrap_or(&format.extension);
    let is_left_out = |name: &str| {
        let text = held(holds, name);
        text.is_empty() || format.leaves_blanks_out && text.trim() != text
    };
    names.retain(|name| name.len() <= format.longest && !is_left_out(name));
    let refused = match template.run(&names) {
        Ok(output) => {
            compare(format, place, &template, &names, &output, readers)?;
            return Ok(Verdict::Safe);
        }
        Err(refused) => refused.0,
    };
    if refused.contains("`n0`") || refused.contains("`'n0'`") {
        return Err(format!("it is refused because of the ID:\n{refused}"));
    }
    if !refused.contains("the value `") && !place.invalid {
        return Err(format!("it is refused, but not because of a value:\n{refused}"));
    }
    let accepted: Vec<String> =
        names.into_iter().filter(|name| template.render(std::slice::from_ref(name)).is_ok()).collect();
    // Nothing lands anywhere if the value is empty.
    if accepted.iter().all(String::is_empty) {
        return match place.only {
            None => Ok(Verdict::Refused),
            Some(_) => Err("no value can stand here".to_owned()),
        };
    }
    if place.only.is_none() {
        let some: Vec<&String> = accepted.iter().take(20).collect();
        return Err(format!("{} values can stand here: {some:?}\n{refused}", accepted.len()));
    }
    let accepted: Vec<String> = accepted.into_iter().filter(|name| !name.is_empty()).collect();
    let output = template.run(&accepted).map_err(|refused| format!("together: {}", refused.0))?;
    compare(format, place, &template, &accepted, &output, readers)?;
    Ok(Verdict::ByValue)
}

/// Those that differ in this format. Two that are equal could be one node.
fn distinct(format: &Format, names: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.iter().filter(|name| seen.insert(held(&format.extension, name))).cloned().collect()
}

fn compare(
    format: &Format,
    place: &Place,
    template: &PlaceTemplate,
    names: &[String],
    output: &str,
    readers: &mut Readers<'_>,
) -> Result<(), String> {
    let harmless = Words::ALL.into_iter().find_map(|words| {
        let all: Vec<String> = (0..names.len()).map(|number| words.word(number)).collect();
        Some((words, template.run(&all).ok()?))
    });
    let Some((words, harmless)) = harmless else { return Err("no harmless word can stand here".to_owned()) };
    let holds = place.holds.as_ref().unwrap_or(&format.extension);
    let held: Vec<String> = names.iter().map(|name| held(holds, name)).collect();
    for reader in format.readers(place) {
        let expected = with_names(&readers.read(reader, &harmless)?, &held, words);
        let expected = map_texts(&expected, &|text| read_by(reader, text));
        let found = map_texts(&readers.read(reader, output)?, &|text| read_by(reader, text));
        if let Some((expected, found)) = difference(&expected, &found) {
            let (expected, found) = (excerpt(expected, found), excerpt(found, expected));
            return Err(format!("{reader} reads\n    {found}\ninstead of\n    {expected}"));
        }
    }
    Ok(())
}
