//! The files of other programs that a profile starts: whoever could replace one would have it run.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::globus::auth::SecretSource;
use crate::output::ProtectedFile;
use crate::profile::{Grant, PersonGrant, PingUrl, Profile};

/// Programs that start the first program among their arguments.
const WRAPPERS: &[&str] = &[
    "chronic", "doas", "env", "flock", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo", "time",
    "timeout",
];
const SHELLS: &[&str] = &["ash", "bash", "dash", "fish", "ksh", "mksh", "sh", "zsh"];
/// Other programs that run the file that is their first argument. Digits of a version may follow.
const INTERPRETERS: &[&str] =
    &["bun", "deno", "lua", "node", "perl", "php", "pypy", "python", "Rscript", "ruby", "tclsh"];

/// A program, and what its file and the file of its script are for.
#[derive(Debug, Clone, Copy)]
struct Started<'p> {
    program: &'p Path,
    arguments: &'p [String],
    role: &'static Role,
}

#[derive(Debug)]
struct Role {
    program: &'static str,
    script: &'static str,
    argument: &'static str,
}

const HOOK: Role = Role {
    program: "the program of a hook",
    script: "the script of a hook",
    argument: "an argument of a hook",
};
const SECRET: Role = Role {
    program: "the program of `client_secret`",
    script: "the script of `client_secret`",
    argument: "an argument of the program of `client_secret`",
};
const PING: Role = Role {
    program: "the program of `ping_url`",
    script: "the script of `ping_url`",
    argument: "an argument of the program of `ping_url`",
};

/// The programs, and the scripts that interpreters run.
pub(super) fn programs_and_scripts(profile: &Profile) -> Vec<ProtectedFile> {
    let mut files = Vec::new();
    for started in started(profile) {
        started.add_program(profile, &mut files);
    }
    files
}

/// What else their arguments name, such as a makefile. The profile itself may name an output there, as for `scp`; the name of
/// a group must not.
pub(super) fn named_by_arguments(profile: &Profile) -> Vec<ProtectedFile> {
    let words = started(profile).into_iter().flat_map(|started| {
        let values = |word: &'_ String| word.split_once('=').map(|(_, value)| value.to_owned());
        let words = started.arguments.iter().flat_map(move |word| [Some(word.clone()), values(word)]);
        words.flatten().map(|word| (word, started.role.argument))
    });
    let mut files = Vec::new();
    for (word, what) in words {
        let places = places_of(profile, &word);
        if word.contains(['.', '/']) || places.iter().any(|place| place.is_file()) {
            files.extend(places.into_iter().map(|place| (place, what)));
        }
    }
    files
}

fn started(profile: &Profile) -> Vec<Started<'_>> {
    let hooks = profile.hook_commands();
    let mut all: Vec<Started<'_>> = hooks
        .map(|hook| Started { program: &hook.program, arguments: &hook.arguments, role: &HOOK })
        .collect();
    let secret = match &profile.auth.grant {
        Grant::ServiceAccount(secret) => Some(secret),
        Grant::Person(PersonGrant { secret, .. }) => secret.as_ref(),
    };
    let url = match &profile.notify.ping_url {
        Some(PingUrl::In(source)) => Some(source),
        Some(PingUrl::Written { .. }) | None => None,
    };
    for (source, role) in [(secret, &SECRET), (url, &PING)] {
        if let Some(SecretSource::Command { program, arguments }) = source {
            all.push(Started { program, arguments, role });
        }
    }
    all
}

impl Started<'_> {
    fn add_program(self, profile: &Profile, files: &mut Vec<ProtectedFile>) {
        let add = |place: PathBuf| (place, self.role.program);
        files.extend(program_files(self.program).into_iter().map(add));
        let kind = self.program.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if WRAPPERS.contains(&kind) {
            self.add_wrapped(profile, files);
        } else if let Some(is_code) = code_option_of(kind) {
            self.add_script(profile, is_code, files);
        }
    }

    /// The program that a wrapper starts.
    fn add_wrapped(self, profile: &Profile, files: &mut Vec<ProtectedFile>) {
        let is_program = |word: &String| {
            let is_name = !word.contains('/');
            let found = || program_files(Path::new(word)).iter().any(|file| file.is_file());
            !word.starts_with('-') && !word.contains('=') && (!is_name || found())
        };
        let Some(at) = self.arguments.iter().position(is_program) else { return };
        let (Some(word), Some(arguments)) = (self.arguments.get(at), self.arguments.get(at + 1..)) else {
            return;
        };
        if word.contains('/') {
            let places = places_of(profile, word).into_iter();
            files.extend(places.map(|place| (place, self.role.program)));
        }
        Self { program: Path::new(word), arguments, role: self.role }.add_program(profile, files);
    }

    /// The file that an interpreter runs. A word before it may be the value of an option.
    fn add_script(self, profile: &Profile, is_code: fn(&str) -> bool, files: &mut Vec<ProtectedFile>) {
        for word in self.arguments {
            if is_code(word) {
                return;
            }
            if !word.starts_with('-') {
                let places = places_of(profile, word);
                let is_it = word.contains(['.', '/']) || places.iter().any(|place| place.is_file());
                files.extend(places.into_iter().map(|place| (place, self.role.script)));
                if is_it {
                    return;
                }
            }
        }
    }
}

/// Where a program is looked for: a name in each folder of `PATH`, also where another one would come first if it were made.
fn program_files(program: &Path) -> Vec<PathBuf> {
    if program.as_os_str().as_encoded_bytes().contains(&b'/') {
        return vec![program.to_owned()];
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).map(|folder| folder.join(program)).collect()
}

/// A program starts in the working directory, which for a job need not be that of a check.
fn places_of(profile: &Profile, word: &str) -> Vec<PathBuf> {
    let word = Path::new(word);
    let in_folder = profile.folder().map(|folder| folder.join(word));
    [Some(word.to_owned()), in_folder].into_iter().flatten().collect()
}

/// What tells an option with code in place of a script, if the program of this name is an interpreter.
fn code_option_of(name: &str) -> Option<fn(&str) -> bool> {
    if SHELLS.contains(&name) {
        return Some(|word| is_letters(word) && word.contains('c'));
    }
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    INTERPRETERS.contains(&bare).then_some(|word| {
        word.starts_with("--e") || is_letters(word) && word.ends_with(['c', 'e', 'E', 'm', 'r'])
    })
}

fn is_letters(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|letters| letters.chars().all(|c| c.is_ascii_alphabetic()))
}
