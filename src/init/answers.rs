//! The content of a new profile.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::stored_logins::StoredLogin;
use super::{comments, starter};
use crate::Result;
use crate::catalog::{Origin, SourceText};
use crate::profile::{Profile, process_env};
use crate::run::has_login;
use crate::template::{Format, Template};

/// The application of the Globus tutorials. Everyone may use it.
const TUTORIAL_CLIENT: &str = "61338d24-54d5-408f-a10d-66c06b59f6d2";

/// The name of the JSON Schema beside the profile, for editors.
pub(super) const SCHEMA_FILE: &str = "globus-runner.schema.json";

const PROFILE: &str = include_str!("profile.toml.hbs");

/// The content of a new profile. Every string is as written in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// The name by which it is found.
    pub name: String,
    /// The profile as an argument of commands: its name or path.
    pub argument: String,
    /// One line for people.
    pub description: String,
    /// The application to log in with; empty for a service account that has none yet.
    pub client_id: String,
    /// Where the secret of a service account is; none for a person.
    pub secret: Option<Secret>,
    /// Where tokens are kept.
    pub storage: String,
    /// The extension of the output, which names its format.
    pub extension: &'static str,
    /// The file to write; none is stdout.
    pub output: Option<String>,
}

/// Where the secret of a service account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// In this environment variable. Written `env:NAME`.
    Env(String),
    /// On the first line of this file. Written `file:PATH`.
    File(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Description,
    /// Whether a person logs in, or a service account.
    Account,
    ClientId,
    Secret,
    Storage,
    Format,
    Output,
}

impl Answers {
    /// The answers before any question.
    #[must_use]
    pub fn defaults(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            argument: name.to_owned(),
            description: "The Globus groups I belong to".to_owned(),
            client_id: TUTORIAL_CLIENT.to_owned(),
            secret: None,
            storage: format!("~/.local/state/globus-runner/{name}.json"),
            extension: "csv",
            output: None,
        }
    }

    /// The same with this answer, or the reason why it is not valid. `path` is where the profile will be.
    pub fn with(&self, field: Field, text: &str, path: &Path) -> Result<Self, String> {
        let mut answers = self.clone();
        let text = text.trim();
        match field {
            Field::Description => text.clone_into(&mut answers.description),
            Field::Account => match text.to_lowercase().as_str() {
                "person" | "p" => answers.secret = None,
                "service account" | "service" | "s" => {
                    answers.secret =
                        Some(Secret::File(format!("~/.config/globus-runner/{}.secret", self.name)));
                    // The shared application of the tutorials is not a service account.
                    answers.client_id = String::new();
                }
                _ => return Err("answer `person` or `service account`".to_owned()),
            },
            Field::ClientId => text.clone_into(&mut answers.client_id),
            Field::Secret => answers.secret = Some(Secret::parse(text)?),
            Field::Storage => text.clone_into(&mut answers.storage),
            Field::Format => {
                let known = Format::extensions().find(|known| *known == text);
                answers.extension = known.ok_or_else(|| {
                    let known: Vec<_> = Format::extensions().collect();
                    format!("known are {}", known.join(", "))
                })?;
            }
            Field::Output => answers.output = Some(text.to_owned()).filter(|text| text != "-"),
        }
        answers.check(field, path)?;
        Ok(answers)
    }

    /// Parses the profile as a run does. The error is the first mistake.
    fn check(&self, field: Field, path: &Path) -> Result<(), String> {
        let mut answers = self.clone();
        if field != Field::ClientId && answers.client_id.is_empty() {
            TUTORIAL_CLIENT.clone_into(&mut answers.client_id);
        }
        let text = answers.profile().map_err(|error| error.summary())?;
        let source =
            SourceText { name: self.name.clone(), origin: Origin::File(path.to_owned()), text: text.into() };
        let Err(error) = Profile::parse(source, &process_env) else { return Ok(()) };
        let reason = error.diagnostics.into_iter().next().map(|first| match first.help {
            Some(help) => format!("{}; {help}", first.message),
            None => first.message,
        });
        Err(reason.unwrap_or_else(|| error.what.into()))
    }

    /// Whether a profile with this client and storage would find a login there. `path` is where the profile will be.
    pub(super) fn have_login(&self, login: &StoredLogin, path: &Path) -> bool {
        let StoredLogin { client_id, storage, .. } = login.clone();
        let answers = Self { client_id, storage, secret: None, ..self.clone() };
        let Ok(text) = answers.profile() else { return false };
        let source =
            SourceText { name: self.name.clone(), origin: Origin::File(path.to_owned()), text: text.into() };
        Profile::parse(source, &process_env).is_ok_and(|profile| has_login(&profile))
    }

    pub fn profile(&self) -> Result<String> {
        let (key, secret) = match &self.secret {
            Some(Secret::Env(name)) => (Some("env"), name.as_str()),
            Some(Secret::File(path)) => (Some("file"), path.as_str()),
            None => (None, ""),
        };
        let data = json!({
            "name": self.name,
            "argument": self.argument,
            "schema_file": SCHEMA_FILE,
            "description": self.description,
            "client_id": self.client_id,
            "tutorial_client": self.client_id == TUTORIAL_CLIENT,
            "secret_key": key,
            "secret": secret,
            "storage": self.storage,
            "template": self.template_name(),
            "to_file": self.output.is_some(),
            "output": self.output,
            "extension": self.extension,
        });
        Template::render_own(PROFILE, Format::Toml, data).map(|text| comments::fill_in(&text))
    }

    #[must_use]
    pub fn template_name(&self) -> String {
        format!("{}.{}.hbs", self.name, self.extension)
    }

    #[must_use]
    pub fn template(&self) -> Arc<str> {
        let format = Format::with_extension(self.extension).unwrap_or(Format::Text);
        starter::text(format, &self.argument).into()
    }
}

impl Secret {
    /// Reads `env:NAME` or `file:PATH`.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("env", name)) => Ok(Self::Env(name.to_owned())),
            Some(("file", path)) => Ok(Self::File(path.to_owned())),
            _ => Err("write `env:NAME` or `file:PATH`: the secret itself is never written into a profile"
                .to_owned()),
        }
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn parsed(answers: &Answers) -> toml::Table {
        answers.profile().unwrap().parse().unwrap()
    }

    proptest! {
        #[test]
        fn no_answer_breaks_out_of_its_string(text in any::<String>(), more in "[\"'\\\\\n\r#\\[\\]={}]*") {
            let text = format!("{more}{text}");
            let path = format!("x{text}");
            let answers = Answers {
                description: text.clone(),
                storage: text.clone(),
                secret: Some(Secret::File(text.clone())),
                output: Some(path.clone()),
                ..Answers::defaults("n")
            };
            let table = parsed(&answers);
            prop_assert_eq!(table["description"].as_str(), Some(text.as_str()));
            prop_assert_eq!(table["storage"].as_str(), Some(text.as_str()));
            prop_assert_eq!(table["auth"]["client_secret"]["file"].as_str(), Some(text.as_str()));
            prop_assert_eq!(table["output"]["path"].as_str(), Some(path.as_str()));
            prop_assert_eq!(table.len(), 7);
        }
    }

    #[test]
    fn a_wrong_answer_has_the_reason_that_a_profile_would_have() {
        let answers = Answers::defaults("n");
        let path = Path::new("/x/n.toml");
        for (field, text, reason) in [
            (Field::ClientId, "me", "must be a UUID"),
            (Field::Storage, "tokens.yaml", "`tokens.yaml` is not a storage"),
            (Field::Secret, "hunter2", "never written into a profile"),
            (Field::Secret, "file:", "cannot be empty"),
            (Field::Format, "pdf", "known are conf, csv, dot"),
            (Field::Account, "robot", "`service account`"),
            (Field::Output, "", "cannot be empty"),
            (Field::Output, "~you/x", "your own"),
        ] {
            let why = answers.with(field, text, path).unwrap_err();
            assert!(why.contains(reason), "{field:?} {text}: {why}");
        }
        assert_eq!(answers.with(Field::Output, "-", path).unwrap().output, None);
    }
}
