//! Templates render as handlebars.js renders them. What it makes of a case was recorded from npm's handlebars; `interop/handlebars_js`
//! compares the records with it again, and random templates too.

use crate::support::handlebars::{BLOCKS, Bench, Case, LEXING, PARTIALS, PATHS, WHITE_SPACE, cases};

/// What the binary does with a case, if that is not what it has to do.
fn difference(bench: &Bench, case: &Case) -> Option<String> {
    assert_eq!(
        case.why.is_some(),
        case.refused || case.ours.is_some(),
        "`why` is for a difference: {case:#?}"
    );
    assert_ne!(case.output.is_some(), case.error, "handlebars.js renders or refuses: {case:#?}");
    let outcome = bench.render(&case.rendered());
    let right = match case.expected() {
        Some(output) => outcome.code == Some(0) && outcome.stdout == output,
        None => outcome.code == Some(2) && outcome.stdout.is_empty(),
    };
    (!right).then(|| format!("{:?}\nexpected {:?}\ngot {outcome:#?}\n", case.template, case.expected()))
}

fn assert_all(text: &str) {
    let bench = Bench::new();
    let cases = cases(text);
    let different: Vec<String> = cases.iter().filter_map(|case| difference(&bench, case)).collect();
    assert!(different.is_empty(), "{} of {}:\n{}", different.len(), cases.len(), different.join("\n"));
}

#[test]
fn paths_and_values() {
    assert_all(PATHS);
}

#[test]
fn blocks_and_block_parameters() {
    assert_all(BLOCKS);
}

#[test]
fn white_space_comments_and_raw_blocks() {
    assert_all(WHITE_SPACE);
}

#[test]
fn partials_and_subexpressions() {
    assert_all(PARTIALS);
}

#[test]
fn names_numbers_and_texts() {
    assert_all(LEXING);
}
