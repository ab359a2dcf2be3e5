//! A template of a place, rendered by the program.

use std::fs;
use std::process::Command;

use globus_runner::{Origin, Profile, SourceText, Template, TemplateContext};
use serde_json::json;
use tempfile::TempDir;

use crate::support::Outcome;
use crate::support::names::group;

/// Why nothing was delivered.
#[derive(Debug)]
pub struct Refused(pub String);

pub struct PlaceTemplate {
    folder: TempDir,
    profile: Profile,
    template: Template,
}

impl PlaceTemplate {
    /// Partials are files of these names and texts.
    pub fn new(extension: &str, text: &str, partials: &[(String, String)]) -> Result<Self, Refused> {
        let folder = TempDir::new().unwrap();
        let file = format!("t.{extension}.hbs");
        fs::write(folder.path().join(&file), text).unwrap();
        for (name, text) in partials {
            fs::write(folder.path().join(format!("{name}.{extension}.hbs")), text).unwrap();
        }
        let text = include_str!("../../profiles/groups.toml").replace("groups.csv.hbs", &file);
        fs::write(folder.path().join("t.toml"), &text).unwrap();
        let origin = Origin::File(folder.path().join("t.toml"));
        let source = SourceText { name: "t".to_owned(), origin, text: text.into() };
        let profile = Profile::parse(source, &|_| Some(folder.path().into())).unwrap();
        let template =
            Template::of(&profile, &profile.outputs[0]).map_err(|error| Refused(format!("{error:?}")))?;
        Ok(Self { folder, profile, template })
    }

    /// What the binary writes for groups with these names.
    pub fn run(&self, names: &[String]) -> Result<String, Refused> {
        let groups: Vec<_> = names.iter().enumerate().map(|(id, name)| group(id, name)).collect();
        fs::write(self.folder.path().join("names.json"), json!({ "groups": groups }).to_string()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
        command.args(["-q", "render", "./t.toml", "--data", "names.json"]).current_dir(self.folder.path());
        command.env_clear().env("HOME", self.folder.path());
        let outcome = Outcome::of(&mut command);
        match outcome.code {
            Some(0) => Ok(outcome.stdout),
            Some(2) if outcome.stdout.is_empty() => Err(Refused(outcome.stderr)),
            _ => panic!("{outcome:#?}"),
        }
    }

    /// The same without a process, which is faster.
    pub fn render(&self, names: &[String]) -> Result<String, Refused> {
        let groups = names.iter().enumerate().map(|(id, name)| group(id, name).into()).collect();
        let context = TemplateContext::now(&self.profile, "test").unwrap();
        self.template.render(context.with_rows(groups)).map_err(|error| Refused(format!("{error:?}")))
    }
}
