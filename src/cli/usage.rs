//! Mistakes on the command line that clap can't explain: it knows no profiles.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::Error;
use crate::catalog::{find_profile, is_profile_path, list_profiles};
use crate::diagnostic::nearest;
use crate::terminal::shell::shell_word;

/// A better message for this mistake, if there is one.
pub(super) fn explain(error: &clap::Error) -> Option<Error> {
    profile_as_command(error)
        .or_else(|| option_as_command(error))
        .or_else(|| profile_as_option(error))
        .or_else(|| data_as_argument(error))
}

/// The error for the name or path of a profile, or for nearly one, where a command stands.
fn profile_as_command(error: &clap::Error) -> Option<Error> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    // Behind another command, it is not a command that is missing.
    let is_profile = || is_profile_path(word) || find_profile(word).is_ok();
    match command_before(word) {
        None => {}
        Some(command) if command == "help" && is_profile() => {
            return Some(
                Error::usage(format!("`{word}` is a profile, not a command"))
                    .help("`runner help run` explains how to run it"),
            );
        }
        Some(_) => return None,
    }
    if is_profile() {
        return Some(did_you_mean(format!("`{word}` is a profile, not a command"), word));
    }
    if error.get(ContextKind::SuggestedSubcommand).is_some() {
        return None;
    }
    let profiles = list_profiles();
    let near = nearest(word, profiles.iter().map(|found| found.source.name.as_str()))?;
    Some(did_you_mean(format!("`{word}` is neither a command nor a profile"), near))
}

/// The command in front of this argument.
fn command_before(word: &str) -> Option<OsString> {
    let mut before = std::env::args_os().skip(1).take_while(|argument| argument != word);
    before.find(|argument| !argument.as_encoded_bytes().starts_with(b"-"))
}

/// The error for `version`, which other programs have as a command.
fn option_as_command(error: &clap::Error) -> Option<Error> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    (word == "version" && command_before(word).is_none())
        .then(|| Error::usage("`version` is not a command").help("`runner --version` shows it"))
}

fn did_you_mean(what: String, profile: &str) -> Error {
    Error::usage(what).help(format!("did you mean `runner --profile {}`?", shell_word(profile)))
}

/// The error for `-p` behind a command, which takes the profile without it.
fn profile_as_option(error: &clap::Error) -> Option<Error> {
    let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg) else { return None };
    let is_profile =
        error.kind() == ErrorKind::UnknownArgument && ["-p", "--profile"].contains(&option.as_str());
    is_profile.then(|| {
        Error::usage(format!("a command takes the profile without `{option}`"))
            .help("write `runner COMMAND PROFILE`, such as `runner check groups`")
    })
}

/// The error for the data of `--sandbox` behind a space.
fn data_as_argument(error: &clap::Error) -> Option<Error> {
    let word =
        [ContextKind::InvalidSubcommand, ContextKind::InvalidArg].into_iter().find_map(|kind| match error
            .get(kind)
        {
            Some(ContextValue::String(word)) => Some(word),
            _ => None,
        })?;
    data_as_word(word)
}

/// The same for a word that could be the name of a profile.
pub(super) fn data_as_word(word: &str) -> Option<Error> {
    let before = std::env::args_os().take_while(|argument| argument != word).last()?;
    (before == "--sandbox").then(|| {
        Error::usage(format!("`--sandbox` and its data `{word}` are written together"))
            .help(format!("write `--sandbox={}`", shell_word(word)))
    })
}
