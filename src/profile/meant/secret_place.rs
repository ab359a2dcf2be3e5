//! Where a secret is.

use super::conversion::Conversion;
use super::program;
use crate::diagnostic::words_like_secrets;
use crate::profile::model::SecretSource;
use crate::profile::written::SecretKeys;

/// The place that the table of this key names; `help` is how to write one.
pub(super) fn convert(
    written: SecretKeys,
    key: &str,
    help: &str,
    conversion: &mut Conversion<'_, '_>,
) -> Option<SecretSource> {
    let keys = ["env", "file", "command"].map(|place| format!("{key}.{place}"));
    let mut given = keys.iter().filter(|key| conversion.is_written(key));
    match (given.next(), given.next()) {
        (None, _) => {
            conversion.refuse(key, format!("`{key}` names no place"), help);
            return None;
        }
        (Some(_), Some(second)) => {
            conversion.refuse_key(second, format!("`{key}` must name one place, not several"), help);
            return None;
        }
        (Some(_), None) => {}
    }
    let file = written
        .file
        .as_ref()
        .and_then(|file| file.file_name())
        .map(|name| name.to_string_lossy().into_owned());
    let first_word = written.command.as_ref().and_then(|words| words.first().cloned());
    let names = [written.env.as_ref().map(|name| name.0.clone()), file, first_word];
    if let Some((key, _)) =
        keys.iter().zip(names).find(|(_, name)| name.as_deref().is_some_and(is_like_secret))
    {
        conversion.refuse(key, format!("`{key}` looks like the secret itself, which no profile holds"), help);
        return None;
    }
    match (written.env, written.file, written.command) {
        (Some(name), ..) => Some(SecretSource::Env(name.0)),
        (_, Some(file), _) => Some(SecretSource::File(file.to_path_buf())),
        (.., Some(words)) => {
            let (program, arguments) = program::convert(words, &keys[2], conversion)?;
            Some(SecretSource::Command { program, arguments })
        }
        _ => None,
    }
}

/// Run with a secret for its name, a program or a file that is not found would be shown with it.
fn is_like_secret(name: &str) -> bool {
    !words_like_secrets(name).is_empty()
}
