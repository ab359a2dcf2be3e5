//! Templates against npm's handlebars: the recorded cases of `tests/handlebars_js`, and random ones.
//!
//! `interop/handlebars_js/compare --count 100000 --seed 7` compares more random templates.

mod generator;
mod peer;
mod scope;
mod shape;
mod shrink;

use std::thread;

use crate::support::Outcome;
use crate::support::handlebars::{BLOCKS, Bench, LEXING, PARTIALS, PATHS, Rendered, WHITE_SPACE, cases};
use generator::{damage, generate};
use peer::Peer;
use shrink::shrink;

/// Each has a node and a runner at work in turn.
const WORKERS: usize = 3;

type Answer = Result<String, String>;

#[test]
fn handlebars_js_does_with_the_cases_what_is_recorded() {
    let mut peer = Peer::start();
    let mut different = Vec::new();
    for case in [PATHS, BLOCKS, WHITE_SPACE, PARTIALS, LEXING].iter().flat_map(|text| cases(text)) {
        let answer = peer.render(&case.rendered());
        if answer.as_ref().ok() != case.output.as_ref() {
            different
                .push(format!("{:?}\nrecorded {:?}\nhandlebars.js {answer:?}", case.template, case.output));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n\n"));
}

#[test]
fn random_templates_render_as_in_handlebars_js() {
    compare(count(3700), generate, |theirs, ours| {
        theirs.as_ref().is_ok_and(|output| is_rendered(ours, output))
    });
}

#[test]
fn damaged_templates_render_as_in_handlebars_js_or_are_refused() {
    let damaged = |seed: u64| {
        let mut rendered = generate(seed);
        // What is an accident in handlebars.js must not come about.
        if !has_accidents(&rendered) {
            damage(&mut rendered, seed);
        }
        rendered
    };
    // The runner refuses what is missing, and accepts a few tags that handlebars.js does not.
    compare(count(1300), damaged, |theirs, ours| match (theirs, ours.code) {
        (_, Some(2)) | (Err(_), Some(0)) => true,
        (Ok(output), _) => is_rendered(ours, output),
        (Err(_), _) => false,
    });
}

/// Whether damage can make the programs count contexts, or cut at the branches of a block, differently.
fn has_accidents(rendered: &Rendered) -> bool {
    let text = rendered.partials.get("case").unwrap_or(&rendered.template);
    ["..", "else if", "else each", "{{^", "{{~^"].iter().any(|part| text.contains(part))
}

fn is_rendered(outcome: &Outcome, output: &str) -> bool {
    outcome.code == Some(0) && outcome.stdout == output && outcome.stderr.is_empty()
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap())
}

fn count(usual: u64) -> u64 {
    variable("HANDLEBARS_JS_COUNT").unwrap_or(usual)
}

/// Renders random templates with both programs. Panics if `is_right` is false for one.
fn compare(
    count: u64,
    make: impl Fn(u64) -> Rendered + Sync,
    is_right: impl Fn(&Answer, &Outcome) -> bool + Sync,
) {
    let first = variable("HANDLEBARS_JS_SEED").unwrap_or(1);
    let work = |worker: usize| {
        let (mut peer, bench) = (Peer::start(), Bench::new());
        (first..first + count).skip(worker).step_by(WORKERS).find_map(|seed| {
            let difference = difference(&mut peer, &bench, &make(seed), &is_right)?;
            Some(format!("--count 1 --seed {seed}: {difference}"))
        })
    };
    let work = &work;
    let differences: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|worker| scope.spawn(move || work(worker))).collect();
        workers.into_iter().filter_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// A small template of which `is_right` is false, if it is false of this one.
fn difference(
    peer: &mut Peer,
    bench: &Bench,
    rendered: &Rendered,
    is_right: impl Fn(&Answer, &Outcome) -> bool,
) -> Option<String> {
    let (theirs, ours) = (peer.render(rendered), bench.render(rendered));
    if is_right(&theirs, &ours) {
        return None;
    }
    let message = kind_of_message(&ours);
    let small = shrink(rendered, &mut |smaller| {
        let (theirs_now, ours_now) = (peer.render(smaller), bench.render(smaller));
        theirs_now.is_ok() == theirs.is_ok()
            && kind_of_message(&ours_now) == message
            && !is_right(&theirs_now, &ours_now)
    });
    let (theirs, ours) = (peer.render(&small), bench.render(&small));
    Some(format!("{small:#?}\nhandlebars.js: {theirs:?}\nrunner: {ours:#?}"))
}

/// The first line of stderr without what it quotes.
fn kind_of_message(outcome: &Outcome) -> String {
    outcome.stderr.lines().next().unwrap_or_default().split('`').step_by(2).collect()
}
