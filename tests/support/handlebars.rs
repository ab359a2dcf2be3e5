//! Templates that handlebars.js renders too: what it makes of them, and what the binary does.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::value::RawValue;
use tempfile::TempDir;

use super::Outcome;

pub const PATHS: &str = include_str!("../handlebars_js/paths.toml");
pub const BLOCKS: &str = include_str!("../handlebars_js/blocks.toml");
pub const WHITE_SPACE: &str = include_str!("../handlebars_js/whitespace.toml");
pub const PARTIALS: &str = include_str!("../handlebars_js/partials.toml");
pub const LEXING: &str = include_str!("../handlebars_js/lexing.toml");

/// Renders the template `case` with the `data` of a case.
pub const MAIN: &str = "{{> case groups.[0].info}}";

/// A template with its partials by name, and the data of a run.
#[derive(Debug, Clone)]
pub struct Rendered {
    pub template: String,
    pub partials: BTreeMap<String, String>,
    /// JSON, with the numbers as they are written.
    pub data: String,
}

/// A case of `tests/handlebars_js`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub template: String,
    #[serde(default)]
    pub partials: BTreeMap<String, String>,
    /// JSON; `data.json` if there is none.
    pub data: Option<String>,
    /// What handlebars.js prints.
    pub output: Option<String>,
    /// Whether handlebars.js refuses it.
    #[serde(default)]
    pub error: bool,
    /// What the runner prints, if that is something else on purpose.
    pub ours: Option<String>,
    /// Whether the runner refuses what handlebars.js renders.
    #[serde(default)]
    pub refused: bool,
    /// Why the runner differs.
    pub why: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    partials: BTreeMap<String, String>,
    case: Vec<Case>,
}

impl Case {
    pub fn rendered(&self) -> Rendered {
        let data = self.data.as_deref().unwrap_or(include_str!("../handlebars_js/data.json"));
        let data: &RawValue = serde_json::from_str(data).unwrap();
        let mut partials = self.partials.clone();
        partials.insert("case".to_owned(), self.template.clone());
        Rendered { template: MAIN.to_owned(), partials, data: snapshot(&[("Group", data.get())]) }
    }

    /// What the runner has to print; nothing if it has to refuse the template.
    pub fn expected(&self) -> Option<&str> {
        if self.refused { None } else { self.ours.as_deref().or(self.output.as_deref()) }
    }
}

/// A snapshot of groups with these names, and with this JSON in their `data`.
pub fn snapshot(groups: &[(&str, &str)]) -> String {
    let one = |(index, (name, data)): (usize, &(&str, &str))| {
        format!(
            r#"{{"id":"{index:08}-0000-4000-8000-000000000000","name":"{name}","my_memberships":[],"info":{data}}}"#
        )
    };
    let groups: Vec<String> = groups.iter().enumerate().map(one).collect();
    format!(r#"{{"groups":[{}]}}"#, groups.join(",")).replace('\n', " ")
}

/// The cases of a file, with the partials that they share.
pub fn cases(text: &str) -> Vec<Case> {
    let file: File = toml::from_str(text).unwrap();
    let shared = |mut case: Case| {
        for (name, text) in &file.partials {
            case.partials.entry(name.clone()).or_insert_with(|| text.clone());
        }
        case
    };
    file.case.into_iter().map(shared).collect()
}

/// A folder in which the binary renders one template after the other.
pub struct Bench {
    folder: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// What the binary makes of a template for plain text, which has no escapes.
    pub fn render(&self, rendered: &Rendered) -> Outcome {
        let folder = self.folder.path().join("now");
        let _ = fs::remove_dir_all(&folder);
        let write = |name: &str, text: &str| {
            let path: PathBuf = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let profile = include_str!("../../profiles/groups.toml").replace("groups.csv.hbs", "main.txt.hbs");
        write("profile.toml", &profile);
        write("data.json", &rendered.data);
        write("main.txt.hbs", &rendered.template);
        for (name, text) in &rendered.partials {
            write(&format!("{name}.txt.hbs"), text);
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
        command.args(["render", "./profile.toml", "--data", "data.json", "-q"]);
        command.env_clear().env("HOME", &folder).current_dir(&folder).stdin(Stdio::null());
        Outcome::of(&mut command)
    }
}
