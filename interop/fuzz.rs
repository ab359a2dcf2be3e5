//! Random templates over random data, in each format: either the run is refused, or a parser gives every value back
//! whole, as in `places`.
//!
//! A template is made of pieces of all places of its format, cut and put together again at random, with values,
//! blocks and partials between them. A seed makes the same cases again; `interop/fuzz-templates` tries more.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

mod grammar;

use crate::places::{
    Format, PlaceTemplate, Readers, Words, difference, excerpt, held, hostile_names, map_texts, read_by,
    with_names,
};
use grammar::{Case, Grammar};

/// How many cases there are without `--seconds`.
const CASES: u64 = 1500;

const WORKERS: u64 = 2;

/// How often a reading is tried again that differs: a command such as `w` prints the time.
const AGAIN: usize = 5;

#[test]
fn random_templates_give_values_back_whole() {
    let seed = variable("FUZZ_SEED").unwrap_or(1);
    let until = variable("FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let only = std::env::var("FUZZ_FORMAT").ok();
    let formats = Format::all();
    let names = hostile_names();
    let grammars: Vec<Grammar<'_>> = formats
        .iter()
        .filter(|format| only.as_ref().is_none_or(|only| *only == format.extension))
        .filter_map(|format| Grammar::of(format, &names))
        .collect();
    let (next, delivered, stopped) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let faults = Mutex::new(Vec::new());
    let chromium = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let mut readers = Readers::start(&chromium);
                while !stopped.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let is_over = until.map_or(number >= CASES, |until| Instant::now() > until);
                    if is_over {
                        break;
                    }
                    let grammar = &grammars[usize::try_from(number).unwrap() % grammars.len()];
                    let mut random =
                        fastrand::Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(number));
                    let case = grammar.case(&mut random);
                    if let Ok(was_delivered) = check(&case, &mut readers) {
                        delivered.fetch_add(u64::from(was_delivered), Ordering::Relaxed);
                        continue;
                    }
                    // A script that starts others in the background prints in any order.
                    let Some((case, fault)) = smallest(case, &mut readers) else { continue };
                    let mut faults = faults.lock().unwrap();
                    faults.push(format!("seed {seed}, case {number}: {case}\n{fault}"));
                    stopped.store(until.is_none() && faults.len() > 9, Ordering::Relaxed);
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    let (cases, delivered) = (next.into_inner() - WORKERS, delivered.into_inner());
    assert!(faults.is_empty(), "{} cases:\n\n{}", faults.len(), faults.join("\n\n"));
    assert!(delivered * 50 > cases, "only {delivered} of {cases} templates were delivered");
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

/// Whether it was delivered, and all values with it.
fn check(case: &Case<'_>, readers: &mut Readers<'_>) -> Result<bool, String> {
    let format = case.format;
    let held: Vec<String> = case.names.iter().map(|name| held(&format.extension, name)).collect();
    if format.extension == "dot" && could_be_one_node(&held) {
        return Ok(false);
    }
    let Ok(template) = PlaceTemplate::new(&format.extension, &case.template(), &case.partials()) else {
        return Ok(false);
    };
    let Ok(output) = template.render(&case.names) else { return Ok(false) };
    // The binary says the same.
    let run =
        template.run(&case.names).map_err(|refused| format!("only the binary refuses it: {}", refused.0))?;
    if run != output {
        return Err("the binary writes something else".to_owned());
    }
    let harmless = Words::ALL.into_iter().find_map(|words| {
        let all: Vec<String> = (0..case.names.len()).map(|number| words.word(number)).collect();
        Some((words, template.render(&all).ok()?))
    });
    // A number can stand where a text can't.
    let Some((words, harmless)) = harmless else { return Ok(false) };
    for reader in grammar::readers(format) {
        // The pieces may be none of the format, together.
        let Ok(expected) = readers.read(reader, &harmless) else { continue };
        let read_again = readers.read(reader, &harmless)?;
        // A script may print the number of its process.
        if read_again != expected {
            continue;
        }
        let read_first = expected;
        let expected = map_texts(&with_names(&read_first, &held, words), &|text| read_by(reader, text));
        let found = map_texts(&readers.read(reader, &output)?, &|text| read_by(reader, text));
        if let Some((expected, found)) = difference(&expected, &found) {
            // Or the time.
            let is_always =
                (0..AGAIN).all(|_| readers.read(reader, &harmless).is_ok_and(|read| read == read_first));
            if !is_always {
                continue;
            }
            let (expected, found) = (excerpt(expected, found), excerpt(found, expected));
            return Err(format!("{reader} reads\n    {found}\ninstead of\n    {expected}"));
        }
    }
    Ok(true)
}

/// Whether two nodes of Graphviz could be one: with equal names, or with the name of one that the template writes itself,
/// such as `a`. All words that stand for names differ.
fn could_be_one_node(names: &[String]) -> bool {
    let distinct: BTreeSet<&String> = names.iter().collect();
    distinct.len() < names.len() || names.iter().any(|name| name.chars().count() < 3)
}

/// The same fault with less, if it is one each time.
fn smallest<'f>(mut case: Case<'f>, readers: &mut Readers<'_>) -> Option<(Case<'f>, String)> {
    let mut fault = check(&case, readers).err()?;
    'smaller: loop {
        for smaller in case.smaller() {
            if let Err(same) = check(&smaller, readers) {
                (case, fault) = (smaller, same);
                continue 'smaller;
            }
        }
        return Some((case, fault));
    }
}
