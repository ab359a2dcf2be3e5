//! Templates that nobody would write.

use crate::Kind;
use crate::profile::Profile;
use crate::search::{Origin, Source};

use super::format::Writer;
use super::{Format, Template};

fn profile() -> Profile {
    let text = include_str!("../../profiles/groups.toml");
    let source = Source { name: "t".into(), origin: Origin::Embedded, text: text.into() };
    Profile::parse(source, &|name| (name == "HOME").then(|| "/home/me".into())).unwrap()
}

fn template(text: &str, format: Format) -> crate::Result<Template> {
    let source = Source { name: "t".into(), origin: Origin::Embedded, text: text.into() };
    Template::new(source, Writer { format, formula_guard: false })
}

#[test]
fn no_template_makes_it_panic() {
    const PIECES: &[&str] = &[
        "{{",
        "}}",
        "{{{",
        "}}}",
        "{{{{",
        "}}}}",
        "{{#if name}}",
        "{{else}}",
        "{{else if id}}",
        "{{/if}}",
        "{{#each groups}}",
        "{{/each}}",
        "{{name}}",
        "{{../vars}}",
        "{{@index}}",
        "{{> x}}",
        "{{#> x}}",
        "{{/x}}",
        "{{#*inline \"x\"}}",
        "{{/inline}}",
        "{{!-- ",
        "--}}",
        "{{~",
        "~}}",
        "{{json groups}}",
        "{{table groups \"id\"}}",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "'",
        "\\",
        "as |a b|",
        "=",
        " ",
        "\n",
        "é",
        "{{sort (where groups \"id\" \"1\") \"name\"}}",
        "{{raw}}",
        "{{{{raw}}}}",
        "{{{{/raw}}}}",
        "{{^}}",
        "{{&name}}",
        "{{#with",
        "this",
        "lookup",
        ".",
        "/",
        "{{len ",
        "0",
        "-1",
        "null",
        "1e400",
    ];
    let profile = profile();
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..6000 {
        let text: String = (0..random.usize(..10)).map(|_| *random.choice(PIECES).unwrap()).collect();
        let format = *random.choice(&[Format::Csv, Format::Sh, Format::Html, Format::Text]).unwrap();
        let result = template(&text, format).and_then(|template| {
            template.warnings().iter().for_each(|warning| drop(warning.render(false)));
            template.render_sample(&profile)
        });
        if let Err(error) = result {
            assert_eq!(error.kind, Kind::Usage, "{text}: {error}");
            assert_eq!(error.diagnostics.len(), 1, "{text}: {error}");
        }
    }
}
