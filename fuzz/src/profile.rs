//! A profile: mistakes have a place in it and no secret, and what `runner show` prints means the same.

use globus_runner::fuzzing::{home, shown_profile, source_text};
use globus_runner::{Error, Kind, Profile};

/// What stands for `"SECRET"` of the input.
const SECRET: &str = "Ag0wx4Y1kK9bJmVvZ2D7nEr3oQpLxYzabcdefgh12XyZ";
/// So much of it in a row is too much.
const TOO_MUCH: usize = 12;

pub fn check(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let text = text.replace("\"SECRET\"", &format!("\"{SECRET}\""));
    match Profile::parse(source_text("fuzz", &text), &home) {
        Ok(_) => means_the_same_as_shown(&text),
        Err(error) => mistakes_have_places(&error, &text),
    }
}

fn mistakes_have_places(error: &Error, text: &str) {
    assert_eq!(error.kind, Kind::Usage);
    without_secret(&error.to_string());
    assert!(!error.diagnostics.is_empty() || error.to_string().contains("extend"), "{error}");
    for mistake in &error.diagnostics {
        let span = &mistake.span;
        assert!(
            span.start <= span.end && span.end <= mistake.source.len(),
            "{span:?} of {}",
            mistake.source.len()
        );
        if mistake.path == "built-in fuzz" {
            assert_eq!(mistake.source.len(), text.len(), "what is masked keeps its length");
            assert!(
                text.is_char_boundary(span.start) && text.is_char_boundary(span.end),
                "{span:?}: {}",
                mistake.message
            );
            let (line, column) = mistake.position();
            assert!(line <= text.split('\n').count() && column > 0);
        }
        without_secret(&mistake.headline());
        for color in [false, true] {
            without_secret(&mistake.render(color));
        }
    }
}

fn means_the_same_as_shown(text: &str) {
    let (shown, is_hidden) = shown_profile(text).expect("it has no mistake");
    without_secret(&shown);
    if !is_hidden {
        let (again, _) =
            shown_profile(&shown).unwrap_or_else(|error| panic!("{error} {:?}\n{shown}", error.diagnostics));
        assert_eq!(again, shown);
    }
}

fn without_secret(text: &str) {
    let parts = (0..=SECRET.len() - TOO_MUCH).map(|at| &SECRET[at..at + TOO_MUCH]);
    parts.for_each(|part| assert!(!text.contains(part), "a secret is shown: {text}"));
}
