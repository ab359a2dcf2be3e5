//! The help for a variable that does not exist: what does exist there.

use crate::helpers::member;
use crate::nearest::nearest;
use crate::program::{Path, Start};
use crate::value::Value;

use super::scope::Scope;

/// How many names are listed.
const MAX_NAMES: usize = 40;
/// How many levels up a name is looked for.
const MAX_LEVELS: usize = 6;

/// What to say about a variable that does not exist.
#[derive(Debug, Clone, Default)]
pub struct Hint {
    pub message: Option<String>,
    pub help: Option<String>,
    /// Whether other data could have the variable.
    pub depends_on_data: bool,
    /// A key that the section `[vars]` of the profile lacks.
    unset_var: Option<String>,
}

impl Hint {
    /// For what is computed.
    pub(super) fn for_other_data() -> Self {
        Self { depends_on_data: true, ..Self::default() }
    }

    /// The hint for a path that leads nowhere.
    pub(super) fn of(path: &Path, scope: &Scope<'_>, root: &Value) -> Self {
        Variables { scope, root }.missing(path)
    }

    /// Says where the profile in this file would set a missing variable.
    pub fn for_profile(self, profile: &str) -> Self {
        let Some(name) = &self.unset_var else { return self };
        let add = format!("add `{name} = \"...\"` under `[vars]` in {profile}");
        let help = self.help.map_or(add.clone(), |help| format!("{help}; {add}"));
        Self { help: Some(help), ..self }
    }
}

struct Variables<'v, 's> {
    scope: &'v Scope<'s>,
    root: &'v Value,
}

impl Variables<'_, '_> {
    fn missing(&self, path: &Path) -> Hint {
        match path.start {
            Start::Local(..) => self.local(path.keys.first().map_or("", String::as_str)),
            Start::Root => self.inside("@root.".to_owned(), Some(self.root), &path.keys, None),
            Start::Context(up) => {
                let here = self.scope.up(up).map(|scope| scope.context);
                self.inside("../".repeat(up), here, &path.keys, Some(up))
            }
            Start::Name(up, at) => {
                let (name, keys) =
                    path.keys.split_first().map_or(("", &[][..]), |(name, keys)| (name.as_str(), keys));
                let value = self.scope.name(up, at);
                self.inside(format!("{name}."), value.as_deref(), keys, None)
            }
        }
    }

    /// What is not there of these keys. `there` is how the template writes where they start: so many levels up, or elsewhere.
    fn inside(&self, mut there: String, start: Option<&Value>, keys: &[String], up: Option<usize>) -> Hint {
        let is_fixed = start.is_some_and(|start| std::ptr::eq(start, self.root)) && is_not_data(keys);
        let mut value = start;
        for key in keys {
            let Some(inside) = value.and_then(|value| member(value, key)) else {
                let hint = self.not_inside(&there, key, value, keys, up);
                return Hint { depends_on_data: hint.depends_on_data && !is_fixed, ..hint };
            };
            value = Some(inside);
            there = there + &written(key) + ".";
        }
        Hint::default()
    }

    /// `@index` and the like.
    fn local(&self, name: &str) -> Hint {
        let known = [("index", true), ("first", true), ("last", true), ("key", false)];
        let here: Vec<String> = match self.scope.locals {
            Some(locals) => {
                let here = known.iter().filter(|(_, in_list)| *in_list || locals.key.is_some());
                here.map(|(name, _)| format!("@{name}")).collect()
            }
            None => Vec::new(),
        };
        let help = match nearest(name, known.map(|(name, _)| name)) {
            _ if here.is_empty() => "it exists only inside `{{#each}}`".to_owned(),
            Some(near) if near != name => format!("did you mean `@{near}`?"),
            _ => format!("here are {}", listed(&here)),
        };
        Hint { help: Some(help), ..Hint::default() }
    }

    fn not_inside(
        &self,
        there: &str,
        key: &str,
        value: Option<&Value>,
        keys: &[String],
        up: Option<usize>,
    ) -> Hint {
        // Inside a block, a variable from outside needs `../`, which is easily forgotten.
        if up == Some(0) {
            let path = keys.iter().map(|key| written(key)).collect::<Vec<_>>().join(".");
            let levels = |keys: &[String]| (1..MAX_LEVELS).find(|level| self.exists(*level, keys));
            if let Some(level) = levels(keys) {
                return help(format!("did you mean `{}{path}`?", "../".repeat(level)));
            }
            // The same where only the last part of the path does not exist.
            if there.is_empty()
                && keys.len() > 1
                && let Some(level) = levels(&keys[..1])
            {
                let up = "../".repeat(level);
                let here = self.scope.up(level).map(|scope| scope.context);
                let hint = self.inside(up.clone(), here, keys, Some(level));
                let help = hint.help.or_else(|| Some(format!("write it as `{up}{path}`")));
                return Hint { help, depends_on_data: true, ..hint };
            }
        }
        let names: Vec<String> = match value {
            Some(Value::Object(object)) => object.known_keys().map(|key| (**key).to_owned()).collect(),
            Some(Value::List(_)) => {
                return Hint {
                    message: Some(format!("this is a list, which has no `{key}`")),
                    help: Some(
                        "`{{#each list}}` shows each of its elements, `{{list.0}}` the first".to_owned(),
                    ),
                    ..Hint::default()
                };
            }
            Some(other) => {
                let whole = there.trim_end_matches('.');
                let whole = if whole.is_empty() || whole.ends_with('/') { "this" } else { whole };
                let hint = help(format!("`{whole}` is {}, which has nothing inside", other.type_name()));
                return Hint { depends_on_data: other.is_null(), ..hint };
            }
            None => Vec::new(),
        };
        let in_vars = there.trim_start_matches("../").trim_start_matches("@root.") == "vars.";
        let near = nearest(key, names.iter().map(String::as_str));
        if in_vars && near.is_none() {
            return Hint { unset_var: Some(key.to_owned()), ..Hint::default() };
        }
        let help = match near {
            Some(near) => {
                format!("did you mean `{there}{near}`? Here are {}", listed(&nearest_first(near, &names)))
            }
            None if names.is_empty() => "there is nothing here".to_owned(),
            None => format!("here are {}", listed(&names)),
        };
        Hint { help: Some(help), depends_on_data: true, ..Hint::default() }
    }

    /// Whether these keys lead to a value from so many levels up.
    fn exists(&self, up: usize, keys: &[String]) -> bool {
        let start = self.scope.up(up).map(|scope| scope.context);
        start.is_some_and(|start| keys.iter().try_fold(start, |value, key| member(value, key)).is_some())
    }
}

/// Whether a path from the top leads to what is the same in each run: the profile gives all but rows, what is
/// known of them, and the identity.
fn is_not_data(keys: &[String]) -> bool {
    keys.first().is_some_and(|first| {
        !["groups", "data", "sources", "totals", "identity", "changes"].contains(&first.as_str())
    })
}

/// A key as a path writes it.
fn written(key: &str) -> String {
    let is_plain = !key.is_empty()
        && key.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | '$'));
    if is_plain { key.to_owned() } else { format!("[{key}]") }
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
