//! Rendering the groups that have the names.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use globus_runner::fuzzing::{home, source_text, template};
use globus_runner::{Profile, Template, TemplateContext};
use serde_json::{Value, json};

thread_local! {
    static PROFILE: Profile =
        Profile::parse(source_text("t", include_str!("../../../profiles/groups.toml")), &home).unwrap();
    /// By their texts: a fuzz target renders the same ones over and over.
    static TEMPLATES: RefCell<HashMap<(String, String), Rc<Template>>> = RefCell::default();
}

/// The output of a template in this format.
pub fn render(extension: &str, text: &str, names: &[String]) -> String {
    PROFILE.with(|profile| {
        let groups = names.iter().enumerate().map(|(id, name)| group(id, name).into()).collect();
        let context = TemplateContext::now(profile, "test").unwrap();
        let output = parsed(profile, extension, text).render(context.with_rows(groups));
        output.unwrap_or_else(|error| panic!("{error} {:?}", error.diagnostics))
    })
}

fn parsed(profile: &Profile, extension: &str, text: &str) -> Rc<Template> {
    TEMPLATES.with_borrow_mut(|templates| {
        let new = || Rc::new(template(profile, extension, text).expect("a known format").unwrap());
        Rc::clone(templates.entry((extension.to_owned(), text.to_owned())).or_insert_with(new))
    })
}

pub fn group(id: usize, name: &str) -> Value {
    json!({ "id": format!("n{id}"), "name": name, "roles": [] })
}

pub fn groups(names: &[String]) -> Value {
    names.iter().enumerate().map(|(id, name)| group(id, name)).collect()
}
