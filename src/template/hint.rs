//! The help for a variable that does not exist: what does exist there.

use handlebars::{Context, RenderContext, RenderError, RenderErrorReason};
use serde_json::Value;

use crate::data::type_name;
use crate::diagnostic::nearest;

/// How many names are listed.
const MAX_NAMES: usize = 40;
/// How many levels up a name is looked for.
const MAX_LEVELS: usize = 6;

/// What to say about a variable that does not exist.
#[derive(Debug, Clone, Default)]
pub(super) struct Hint {
    /// Replaces "there is no such variable".
    pub(super) message: Option<String>,
    pub(super) help: Option<String>,
    /// Whether other data could have the variable.
    pub(super) depends_on_data: bool,
    /// A key that the section `[vars]` of the profile lacks.
    pub(super) unset_var: Option<String>,
}

impl Hint {
    /// Says where the profile in this file would set a missing variable.
    pub(super) fn for_profile(self, profile: &str) -> Self {
        let Some(name) = &self.unset_var else { return self };
        let add = format!("add `{name} = \"...\"` under `[vars]` in {profile}");
        let help = self.help.map_or(add.clone(), |help| format!("{help}; {add}"));
        Self { help: Some(help), ..self }
    }

    /// The hint for an error, from the variables in scope where it occurred.
    pub(super) fn of(error: &RenderError, context: &Context, rendering: &RenderContext<'_, '_>) -> Self {
        match error.reason() {
            RenderErrorReason::MissingVariable(Some(path)) => {
                Variables { context, rendering }.missing(path.trim())
            }
            RenderErrorReason::InvalidJsonIndex(key) => Self {
                message: Some(format!("this is a list, which has no `{key}`")),
                help: Some("`{{#each list}}` shows each of its elements, `{{list.0}}` the first".to_owned()),
                ..Self::default()
            },
            _ => Self::default(),
        }
    }
}

struct Variables<'s, 'reg, 'rc> {
    context: &'s Context,
    rendering: &'s RenderContext<'reg, 'rc>,
}

impl Variables<'_, '_, '_> {
    fn missing(&self, path: &str) -> Hint {
        if let Some(value) = self.value(path) {
            // It exists, and is nothing that a block can loop over or enter.
            let message = format!("`{path}` is {}, and there is no `{{{{else}}}}`", type_name(&value));
            return Hint { message: Some(message), depends_on_data: value.is_null(), ..Hint::default() };
        }
        let ups = path.len() - path.trim_start_matches("../").len();
        let (up, rest) = path.split_at(ups);
        let rest = rest.strip_prefix("./").unwrap_or(rest);
        let rest = rest.strip_prefix("this.").or_else(|| rest.strip_prefix("this/")).unwrap_or(rest);
        if let Some(local) = rest.strip_prefix('@').filter(|local| !local.starts_with("root")) {
            return self.local(local);
        }
        // The longest part of the path that exists shows what could follow it.
        let from_root = rest.strip_prefix("@root.").or_else(|| rest.strip_prefix("@root/"));
        let (mut there, mut value, rest) = match from_root {
            Some(inner) => ("@root.".to_owned(), Some(shallow(self.context.data())), inner),
            None => (up.to_owned(), self.value(&format!("{up}this")), rest),
        };
        let is_fixed = self.is_fixed(value.as_ref(), rest);
        for part in rest.split(['.', '/']) {
            let longer = format!("{there}{part}");
            let Some(inside) = self.value(&longer) else {
                let hint = self.not_inside(&there, part, value.as_ref(), path);
                return Hint { depends_on_data: hint.depends_on_data && !is_fixed, ..hint };
            };
            value = Some(inside);
            there = longer + ".";
        }
        Hint::default()
    }

    /// `@index` and the like.
    fn local(&self, name: &str) -> Hint {
        let known = ["index", "first", "last", "key"];
        let block = self.rendering.block();
        let here = known
            .iter()
            .copied()
            .filter(|name| block.is_some_and(|block| block.get_local_var(name).is_some()));
        let here: Vec<String> = here.map(|name| format!("@{name}")).collect();
        let help = match nearest(name, known) {
            _ if here.is_empty() => "it exists only inside `{{#each}}`".to_owned(),
            Some(near) if near != name => format!("did you mean `@{near}`?"),
            _ => format!("here are {}", listed(&here)),
        };
        Hint { help: Some(help), ..Hint::default() }
    }

    /// Whether no data could add the value at this path from here, because this is the top.
    fn is_fixed(&self, here: Option<&Value>, path: &str) -> bool {
        let top = self.context.data().as_object();
        let is_top = here
            .and_then(Value::as_object)
            .is_some_and(|here| top.is_some_and(|top| top.keys().all(|key| here.contains_key(key))));
        is_top && is_not_data(path)
    }

    fn not_inside(&self, there: &str, part: &str, value: Option<&Value>, path: &str) -> Hint {
        // Inside a block, a variable from outside needs `../`, which is easily forgotten.
        let outside = (1..MAX_LEVELS).map(|level| "../".repeat(level) + path);
        if !path.starts_with("../")
            && let Some(outside) = outside.into_iter().find(|outside| self.value(outside).is_some())
        {
            return help(format!("did you mean `{outside}`?"));
        }
        // The same where only the last part of the path does not exist.
        if there.is_empty()
            && let Some(up) = (1..MAX_LEVELS)
                .map(|level| "../".repeat(level))
                .find(|up| path.contains('.') && self.value(&format!("{up}{part}")).is_some())
        {
            let hint = self.missing(&format!("{up}{path}"));
            let help = hint.help.or_else(|| Some(format!("write it as `{up}{path}`")));
            return Hint { help, depends_on_data: true, ..hint };
        }
        let names = match value {
            Some(Value::Object(object)) => object.keys().cloned().collect(),
            Some(other) => {
                let whole = there.trim_end_matches('.');
                let whole = if whole.is_empty() || whole.ends_with('/') { "this" } else { whole };
                let hint = help(format!("`{whole}` is {}, which has nothing inside", type_name(other)));
                return Hint { depends_on_data: other.is_null(), ..hint };
            }
            None => Vec::new(),
        };
        let in_vars = there.trim_start_matches("../").trim_start_matches("@root.") == "vars.";
        if in_vars && nearest(part, names.iter().map(String::as_str)).is_none() {
            return Hint { unset_var: Some(part.to_owned()), ..Hint::default() };
        }
        let help = match nearest(part, names.iter().map(String::as_str)) {
            Some(near) => {
                format!("did you mean `{there}{near}`? Here are {}", listed(&nearest_first(near, &names)))
            }
            None if names.is_empty() => "there is nothing here".to_owned(),
            None => format!("here are {}", listed(&names)),
        };
        Hint { help: Some(help), depends_on_data: true, ..Hint::default() }
    }

    fn value(&self, path: &str) -> Option<Value> {
        let found = self.rendering.evaluate(self.context, path).ok()?;
        (!found.is_missing()).then(|| shallow(found.as_json()))
    }
}

/// Whether a path from the top leads to what is the same in each run: the profile gives all but rows, totals and the
/// identity.
fn is_not_data(path: &str) -> bool {
    path.split(['.', '/']).next().is_some_and(|first| !["groups", "totals", "identity"].contains(&first))
}

/// A value with its keys only: the list of all groups is large.
fn shallow(value: &Value) -> Value {
    match value {
        Value::Object(object) => object.keys().map(|key| (key.clone(), Value::Null)).collect(),
        Value::Array(_) => Value::Array(Vec::new()),
        other => other.clone(),
    }
}

fn help(help: String) -> Hint {
    Hint { help: Some(help), ..Hint::default() }
}

fn nearest_first(near: &str, names: &[String]) -> Vec<String> {
    let others = names.iter().filter(|name| *name != near).cloned();
    std::iter::once(near.to_owned()).chain(others).collect()
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(MAX_NAMES).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(MAX_NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &more
}
