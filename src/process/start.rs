//! Starting a program.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;

use tokio::process::{Child, Command};

use super::group::ProcessGroup;

/// Starts the program of a command, in a process group of its own if it is to be ended with its children. The error is why
/// it can't be started.
pub fn start(mut command: Command, in_own_group: bool) -> Result<(Child, ProcessGroup), String> {
    command.kill_on_drop(true);
    if in_own_group {
        command.process_group(0);
    }
    let child = command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound if is_name(command.as_std().get_program()) => {
            "there is no such program in the folders of PATH, of which cron has few".to_owned()
        }
        // The program may be there, and the interpreter of a script not.
        ErrorKind::NotFound if Path::new(command.as_std().get_program()).exists() => {
            "the interpreter that its first line names does not exist".to_owned()
        }
        ErrorKind::NotFound => "it does not exist".to_owned(),
        ErrorKind::PermissionDenied => format!("{error}; is it executable?"),
        ErrorKind::WouldBlock => format!("{error}; `ulimit -u` or `TasksMax=` may forbid another process"),
        _ => error.to_string(),
    })?;
    let group = if in_own_group { ProcessGroup::of(&child) } else { ProcessGroup::none(&child) };
    Ok((child, group))
}

fn is_name(program: &OsStr) -> bool {
    Path::new(program).components().count() == 1
}
