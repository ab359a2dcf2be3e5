//! A template. The first line of the input is the extension of its format.

use globus_runner::fuzzing::{check_with_samples, home, rendered_whole, source_text, summary, template};
use globus_runner::{
    Error, Lists, Outcome, Outcomes, Profile, Rendering, RowReceiver, SourceName, Template, TemplateContext,
};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// Loops in loops and partials in partials take as long as their author wants.
const MOST_LOOPS: usize = 4;
const MOST_PARTIALS: usize = 3;

pub fn check(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let (extension, text) = text.split_once('\n').unwrap_or(("txt", text));
    let count = |part: &str| text.matches(part).count();
    if count("each") > MOST_LOOPS || count(">") > MOST_PARTIALS {
        return;
    }
    if let Some(summary) = summary(text) {
        assert!(text.contains(summary) && !summary.contains('\n'));
    }
    let profile = profile();
    let Some(template) = template(&profile, extension, text) else { return };
    let template = match template {
        Ok(template) => template,
        Err(error) => return mistakes_have_places(&error),
    };
    let _ = template.warnings();
    let context = TemplateContext::now(&profile, "production").unwrap();
    let rows = rows();
    let outcomes =
        Outcomes::from([(SourceName::Groups, Outcome { rows: rows.len() as u64, ..Outcome::default() })]);
    for count in [0, 1, rows.len()] {
        let rows = &rows[..count];
        let streamed = streamed(&template, &context, rows, &outcomes);
        let whole = rendered_whole(&template, &context, rows, &outcomes);
        match (&streamed, &whole) {
            (Ok(streamed), Ok(whole)) => {
                assert_eq!(streamed, whole, "row by row");
                is_of_its_format(extension, whole);
            }
            (Err(streamed), Err(whole)) => {
                assert_eq!(streamed.kind, whole.kind);
                mistakes_have_places(streamed);
                mistakes_have_places(whole);
            }
            _ => panic!("row by row {streamed:?}, but at once {whole:?}"),
        }
    }
    if let Err(error) = check_with_samples(&template, &profile) {
        mistakes_have_places(&error);
    }
}

fn profile() -> Profile {
    let text = include_str!("../../profiles/groups.toml").to_owned()
        + "\n[vars]\ntitle = \"T\"\nlist = [1, \"b\"]\n";
    Profile::parse(source_text("fuzz", &text), &home).unwrap()
}

fn rows() -> Vec<Value> {
    vec![
        json!({
            "id": "6133ab24-54d5-408f-a10d-66c06b59f6d2", "name": "=Cmd(\"a\"), <b> & 'c'\n\\{{x}} -->",
            "roles": ["admin", "member"], "parent_id": null, "policies": { "group_visibility": "private" },
            "my_memberships": [{ "role": "admin", "username": "ada@example.org" }], "description": "https://example.org",
        }),
        json!({ "id": "7", "name": "", "roles": [], "n": 2.5, "parent_id": "6133ab24-54d5-408f-a10d-66c06b59f6d2" }),
        json!({ "id": "8", "name": "é\u{202e}\0\u{1f600}", "roles": ["member"], "description": null, "my_memberships": [] }),
    ]
}

fn streamed(
    template: &Template,
    context: &TemplateContext<'_>,
    rows: &[Value],
    outcomes: &Outcomes,
) -> Result<String, Error> {
    let mut rendering = Rendering::new(template, context.clone(), Vec::new);
    rendering.start(None, &Lists::default())?;
    rows.iter().try_for_each(|row| rendering.row(row.clone().into()))?;
    rendering.end(outcomes)?;
    Ok(String::from_utf8(rendering.finish()?).expect("an output is text"))
}

fn mistakes_have_places(error: &Error) {
    assert!(!error.to_string().is_empty());
    for mistake in &error.diagnostics {
        let (span, source) = (&mistake.span, &mistake.source);
        assert!(span.start <= span.end && span.end <= source.len(), "{span:?} of {}", source.len());
        assert!(
            source.is_char_boundary(span.start) && source.is_char_boundary(span.end),
            "{span:?} of {source:?}"
        );
        assert!(!mistake.render(false).is_empty());
    }
}

/// A parser that others wrote reads what is delivered.
fn is_of_its_format(extension: &str, output: &str) {
    match extension {
        "json" => drop(
            serde_json::from_str::<IgnoredAny>(output).unwrap_or_else(|error| panic!("{error}: {output}")),
        ),
        "jsonl" => {
            for line in output.lines().filter(|line| !line.trim().is_empty()) {
                serde_json::from_str::<IgnoredAny>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            }
        }
        "csv" => {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(output.as_bytes());
            reader
                .records()
                .for_each(|record| drop(record.unwrap_or_else(|error| panic!("{error}: {output}"))));
        }
        "toml" => drop(output.parse::<toml::Table>().unwrap_or_else(|error| panic!("{error}: {output}"))),
        _ => {}
    }
}
