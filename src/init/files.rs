//! The files of a new profile.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::answers::{Answers, SCHEMA_FILE};
use crate::catalog;
use crate::diagnostic::clean;
use crate::fs::{create_file, create_private_folder, folder_of, read_regular, replace_file};
use crate::profile::Profile;
use crate::terminal::shell::shell_word;
use crate::{Error, Result};

/// The paths of a new profile and its template.
#[derive(Debug)]
pub struct Files {
    /// The profile as an argument of commands: its name or path.
    pub argument: String,
    pub profile: PathBuf,
    templates: PathBuf,
    force: bool,
}

impl Files {
    /// Both files in one folder, or in the user's folders for each. Fails if the profile exists, unless `force` allows
    /// to replace it.
    pub fn of(name: &str, folder: Option<&Path>, force: bool) -> Result<Self> {
        catalog::check_profile_name(name)?;
        let own = || -> Result<PathBuf> { Ok(catalog::user_folder()?.join("profiles")) };
        let profiles = folder.map_or_else(own, |folder| Ok(folder.to_owned()))?;
        let templates = match folder {
            Some(folder) => folder.to_owned(),
            None => catalog::user_folder()?.join("templates"),
        };
        let profile = profiles.join(format!("{name}.toml"));
        let path = profile.to_string_lossy();
        // The comments show commands: a path that needs quotes would spoil them.
        let argument = if folder.is_some() && shell_word(&path) == path { path.as_ref() } else { name };
        let files = Self { argument: argument.to_owned(), profile, templates, force };
        files.check(&files.profile)?;
        Ok(files)
    }

    #[must_use]
    pub fn template(&self, answers: &Answers) -> PathBuf {
        self.templates.join(answers.template_name())
    }

    fn check(&self, file: &Path) -> Result<()> {
        match fs::symlink_metadata(file) {
            Ok(_) if !self.force => Err(there_already(file)),
            _ => Ok(()),
        }
    }

    /// Writes both files, or neither, and the JSON Schema that the profile names beside it.
    pub fn write(&self, answers: &Answers) -> Result<()> {
        let template = self.template(answers);
        self.check(&template)?;
        let profile = answers.profile()?;
        let before = read_regular(&template).ok();
        Self::put(&template, answers.template().as_bytes(), self.force)?;
        Self::put(&self.profile, profile.as_bytes(), self.force).inspect_err(|_| {
            // A template without its profile is of no use. If it can't be removed, it does no harm either.
            let _ = match &before {
                Some(before) => create_file(&template, before, true),
                None => fs::remove_file(&template),
            };
        })?;
        self.write_schema();
        Ok(())
    }

    /// Writes the schema, or updates an older one. A profile works without it.
    fn write_schema(&self) {
        let file = self.profile.with_file_name(SCHEMA_FILE);
        let schema = Profile::schema();
        let before = read_regular(&file).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
        let ours = before.is_some_and(|before| before["title"] == schema["title"]);
        let written = if ours || fs::symlink_metadata(&file).is_err() {
            // Another `init` may write the same at the same time: each replaces the whole file.
            let mode = (!ours).then_some(0o644);
            replace_file(&file, format!("{schema:#}\n").as_bytes(), mode)
                .map_err(|error| cannot_write(&file, error))
        } else {
            Err(there_already(&file))
        };
        if let Err(error) = written {
            log::warn!(
                "editors will not complete the profile: {}; `runner schema` prints the schema",
                error.summary()
            );
        }
    }

    fn put(file: &Path, text: &[u8], replace: bool) -> Result<()> {
        create_private_folder(folder_of(file)).map_err(|error| cannot_write(file, error))?;
        create_file(file, text, replace).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => there_already(file),
            _ => cannot_write(file, error),
        })
    }
}

fn cannot_write(file: &Path, error: io::Error) -> Error {
    Error::failed(format!("can't write {}", clean(&file.to_string_lossy()))).because(error)
}

fn there_already(file: &Path) -> Error {
    Error::usage(format!("{} already exists", clean(&file.to_string_lossy())))
        .help("choose another name, or replace it with --force")
}
