//! Whether the programs of hooks are there, before any of them has to run.

use std::env;
use std::path::{Component, Path};

use rustix::fs::{Access, access};

use crate::diagnostic::Diagnostic;
use crate::profile::Profile;
use crate::{Error, Result};

/// Fails if a hook names the path of a program that is not there, or can't be run. A name that PATH does not find is a warning: the job can
/// have another PATH. Exit code 2.
pub fn check_own_programs(profile: &Profile) -> Result<Vec<Diagnostic>> {
    let (mut mistakes, mut warnings) = (Vec::new(), Vec::new());
    for hook in profile.hook_commands() {
        let program = &hook.program;
        let is_name = is_name(program);
        if !is_name && let Some((why, help)) = obstacle(program) {
            mistakes.push(hook.place.error(why).help(help));
        } else if is_name && !is_in_path(program) {
            let why = format!("there is no program `{}` in the folders of PATH", program.display());
            warnings.push(hook.place.warning(why).help("the job needs it; a path is clearer than a name"));
        }
    }
    if mistakes.is_empty() {
        return Ok(warnings);
    }
    let what = if mistakes.len() == 1 { "a hook can't run" } else { "hooks can't run" };
    Err(Error::usage(what).with(mistakes))
}

/// Whether it is looked for in `PATH`. `.` and `..` are folders wherever they are looked for.
fn is_name(program: &Path) -> bool {
    program.components().count() == 1 && matches!(program.components().next(), Some(Component::Normal(_)))
}

/// Why this program can't be run, and what to do.
fn obstacle(program: &Path) -> Option<(String, String)> {
    let shown = program.display();
    let relative = "a relative path starts at the folder of the profile";
    if program.is_dir() {
        return Some((format!("`{shown}` is a folder, not a program"), relative.to_owned()));
    }
    if !program.exists() {
        return Some((format!("there is no program `{shown}`"), relative.to_owned()));
    }
    (!is_executable(program)).then(|| (format!("`{shown}` is not executable"), format!("chmod +x '{shown}'")))
}

fn is_executable(program: &Path) -> bool {
    program.is_file() && access(program, Access::EXEC_OK).is_ok()
}

fn is_in_path(name: &Path) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| is_executable(&folder.join(name)))
}
