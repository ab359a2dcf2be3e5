//! The environment of other programs: that of this process, without its secrets.

use std::collections::BTreeSet;
use std::env;
use std::ffi::{OsStr, OsString};
use std::sync::{Mutex, PoisonError};

use tokio::process::Command;

/// Variables that hold secrets. The environment is that of the whole process, and so is this.
static HIDDEN: Mutex<BTreeSet<OsString>> = Mutex::new(BTreeSet::new());

/// Notes that this variable holds a secret. No program that is started from now on gets it.
pub fn hide_variable(name: &str) {
    HIDDEN.lock().unwrap_or_else(PoisonError::into_inner).insert(name.into());
}

/// A program to start, which gets no variable that holds a secret.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    #[expect(clippy::disallowed_methods, reason = "the only place that makes one")]
    let mut command = Command::new(program);
    let hidden = HIDDEN.lock().unwrap_or_else(PoisonError::into_inner);
    for (name, _) in env::vars_os().filter(|(name, _)| hidden.contains(name) || is_globus_secret(name)) {
        command.env_remove(name);
    }
    command
}

/// Whether Globus's own programs take a secret from this variable, such as `GLOBUS_CLI_CLIENT_SECRET`.
fn is_globus_secret(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("GLOBUS_") && ["_SECRET", "_TOKEN", "_TOKENS"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::is_globus_secret;

    #[test]
    fn secrets_of_globus_are_told_from_its_settings() {
        for (name, expected) in [
            ("GLOBUS_CLI_CLIENT_SECRET", true),
            ("GLOBUS_COMPUTE_CLIENT_SECRET", true),
            ("GLOBUS_ACCESS_TOKEN", true),
            ("GLOBUS_CLI_CLIENT_ID", false),
            ("GLOBUS_SDK_ENVIRONMENT", false),
            ("VAULT_TOKEN", false),
        ] {
            assert_eq!(is_globus_secret(name.as_ref()), expected, "{name}");
        }
    }
}
