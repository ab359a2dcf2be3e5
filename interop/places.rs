//! Hostile names in every place that a template could give them. Either the run is refused, or a parser that others
//! wrote gives every name back as it is, and nothing else came with it: no field, key, node, argument or command.
//!
//! A place is rendered twice: with the hostile names, and with words such as `vq17qv`. What a parser finds in the second
//! rendering, with the names put in for the words, must be what it finds in the first one.
//!
//! `docs/src/places.md` is made by this test.

mod chromium;
mod definition;
mod held;
mod names;
mod page;
mod readers;
mod structure;
mod template;
mod verdict;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

pub use definition::{Format, Place};
pub use held::{held, read_by};
pub use names::hostile_names;
pub use readers::Readers;
pub use structure::{Words, difference, excerpt, map_texts, with_names};
pub use template::PlaceTemplate;
use verdict::{Verdict, judge};

/// The variable that makes this test write the page instead of comparing it.
const UPDATE: &str = "UPDATE_PLACES";
const PAGE: &str = "docs/src/places.md";

/// Readers are processes, so that more of them than processors are of little use.
const WORKERS: usize = 3;

#[test]
fn every_name_is_whole_or_refused_in_every_place() {
    let formats = Format::all();
    let places: Vec<(&Format, &Place)> = formats
        .iter()
        .flat_map(|format| format.places.iter().map(move |place| (format, place)))
        .filter(|(format, place)| is_wanted(format, place))
        .collect();
    let names = hostile_names();
    let verdicts = Mutex::new(vec![None; places.len()]);
    let faults = Mutex::new(Vec::new());
    let chromium = Mutex::new(None);
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let mut readers = Readers::start(&chromium);
                while let Some((format, place)) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match judge(format, place, &names, &mut readers) {
                        Ok(verdict) => {
                            let at =
                                places.iter().position(|(_, other)| std::ptr::eq(*other, *place)).unwrap();
                            verdicts.lock().unwrap()[at] = Some(verdict);
                        }
                        Err(fault) => {
                            let fault =
                                format!("{}, {}: `{}`\n{fault}", format.extension, place.at, place.row);
                            faults.lock().unwrap().push(fault);
                        }
                    }
                }
            });
        }
    });
    let mut faults = faults.into_inner().unwrap();
    faults.sort();
    assert!(faults.is_empty(), "{} places:\n\n{}", faults.len(), faults.join("\n\n"));
    if std::env::var_os("PLACES").is_some() {
        return;
    }
    let verdicts: Vec<Verdict> = verdicts.into_inner().unwrap().into_iter().flatten().collect();
    let found: Vec<(&Format, &Place, Verdict)> =
        places.into_iter().zip(verdicts).map(|((format, place), verdict)| (format, place, verdict)).collect();
    assert_page_holds(&page::write(&found, names.len()));
}

/// `PLACES=sh` tries the places of one format, `PLACES='sh, for `eval`'` one place.
fn is_wanted(format: &Format, place: &Place) -> bool {
    let Ok(wanted) = std::env::var("PLACES") else { return true };
    let name = format!("{}, {}", format.extension, place.at);
    format.extension == wanted || name == wanted
}

fn assert_page_holds(page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os(UPDATE).is_some() {
        fs::write(path, page).unwrap();
        return;
    }
    let held = fs::read_to_string(path).unwrap_or_default();
    let lines = held.lines().zip(page.lines()).find(|(held, page)| held != page);
    assert!(
        held == page,
        "{PAGE} is not what is found now, from {lines:?}. If that is right: {UPDATE}=1 interop/run places"
    );
}
