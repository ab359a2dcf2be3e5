//! Rendering alone: each group as it arrives, or all at once. `cargo bench`
//!
//! `benches/runs.py` measures whole runs.

// A bench has no readers of its documentation, and fails by a panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::io::{self, Write};

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use globus_runner::{
    EMBEDDED_TEMPLATES, Lists, Origin, Profile, Rendering, RowReceiver, SourceText, Template, TemplateContext,
};
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const SIZES: [usize; 3] = [1000, 10_000, 100_000];

fn main() {
    divan::main();
}

/// Discards what is written.
struct Nowhere;

impl Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(divan::black_box(bytes).len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn profile() -> Profile {
    profile_with("groups.csv.hbs")
}

fn profile_with(template: &str) -> Profile {
    let text = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", template);
    let source = SourceText { name: "groups".into(), origin: Origin::Embedded, text: text.into() };
    Profile::parse(source, &|name| (name == "HOME").then(|| "/home/me".into())).unwrap()
}

fn group(index: usize) -> Value {
    json!({
        "id": format!("{index:08x}-0d4e-4a6e-9a53-1d5d0c8f2b11"),
        "name": format!("Group number {index}, \"quoted\" & others"),
        "description": "People who publish climate data",
        "parent_id": null,
        "group_type": "regular",
        "my_memberships": [{ "username": "you@example.org", "role": "member", "status": "active" }],
        "policies": { "group_visibility": "private" },
        "roles": ["member"],
    })
}

/// Finding, parsing and planning the built-in template: what every run pays.
#[divan::bench]
fn template() -> Template {
    let profile = profile();
    Template::of(divan::black_box(&profile), &profile.outputs[0]).unwrap()
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn as_they_arrive(bencher: Bencher<'_, '_>, groups: usize) {
    let profile = profile();
    let template = Template::of(&profile, &profile.outputs[0]).unwrap();
    let context = TemplateContext::now(&profile, "production").unwrap();
    bencher.counter(ItemsCount::new(groups)).bench(|| {
        let mut rendering = Rendering::new(&template, context.clone(), || Nowhere);
        rendering.start(None, &Lists::default()).unwrap();
        (0..groups).for_each(|index| rendering.row(group(index).into()).unwrap());
        rendering.finish().unwrap();
    });
}

/// The ready templates, each of which escapes for its format.
#[divan::bench(args = ready_templates(), sample_count = 20)]
fn formats(bencher: Bencher<'_, '_>, name: &str) {
    render_format(bencher, &template_named(name), name);
}

/// The same without following values to where they land: the difference is what that costs.
#[divan::bench(args = ready_templates(), sample_count = 20)]
fn formats_without_following(bencher: Bencher<'_, '_>, name: &str) {
    render_format(bencher, &template_named(name).without_following(), name);
}

fn template_named(name: &str) -> Template {
    let profile = profile_with(name);
    Template::of(&profile, &profile.outputs[0]).unwrap()
}

fn ready_templates() -> impl Iterator<Item = &'static str> {
    EMBEDDED_TEMPLATES.iter().map(|&(name, _)| name)
}

fn render_format(bencher: Bencher<'_, '_>, template: &Template, name: &str) {
    const GROUPS: usize = 1000;
    let profile = profile_with(name);
    let context = TemplateContext::now(&profile, "production").unwrap();
    bencher.counter(ItemsCount::new(GROUPS)).bench(|| {
        let mut rendering = Rendering::new(template, context.clone(), || Nowhere);
        rendering.start(None, &Lists::default()).unwrap();
        (0..GROUPS).for_each(|index| rendering.row(group(index).into()).unwrap());
        rendering.finish().unwrap();
    });
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn all_at_once(bencher: Bencher<'_, '_>, groups: usize) {
    let profile = profile();
    let template = Template::of(&profile, &profile.outputs[0]).unwrap();
    let context = TemplateContext::now(&profile, "production").unwrap();
    bencher.counter(ItemsCount::new(groups)).bench(|| {
        let data = context.with_rows((0..groups).map(|index| group(index).into()).collect());
        divan::black_box(template.render(data)).unwrap();
    });
}
