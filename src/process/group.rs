//! A program with all processes that it has started.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};
use tokio::process::Child;

/// What still runs, of all groups of this process: see [`kill_all`].
static RUNNING: Mutex<Vec<Running>> = Mutex::new(Vec::new());

/// Nothing panics while it is locked.
fn running() -> MutexGuard<'static, Vec<Running>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Running {
    Group(Pid),
    /// A program in the group of this process.
    Program(Pid),
}

impl Running {
    /// Whether its program is still a child of this process, which keeps its number from being given to another program.
    fn is_child(self) -> bool {
        let (Self::Group(id) | Self::Program(id)) = self;
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(id), look).is_ok()
    }

    fn kill(self) {
        // It may have ended already.
        let _ = match self {
            Self::Group(group) => kill_process_group(group, Signal::KILL),
            Self::Program(program) => kill_process(program, Signal::KILL),
        };
    }
}

/// A process group that is killed when this is dropped, also when the run is stopped.
#[derive(Debug)]
pub struct ProcessGroup(Option<Running>);

impl ProcessGroup {
    /// The group that this program leads.
    pub(super) fn of(leader: &Child) -> Self {
        Self::new(leader, Running::Group)
    }

    /// No group: the program is in that of this process, and is killed when its [`Child`] is dropped.
    pub(super) fn none(program: &Child) -> Self {
        Self::new(program, Running::Program)
    }

    fn new(child: &Child, kind: fn(Pid) -> Running) -> Self {
        let started = child.id().and_then(|id| Pid::from_raw(id.cast_signed())).map(kind);
        running().extend(started);
        Self(started)
    }

    /// Asks its processes to end.
    pub fn terminate(&self) {
        if let Some(Running::Group(group)) = self.0 {
            // It may have ended already.
            let _ = kill_process_group(group, Signal::TERM);
        }
    }

    /// Lets go of what is left of it: a child that a program left behind on purpose, such as an agent, may go on.
    pub fn release(&mut self) {
        self.forget();
    }

    fn forget(&mut self) -> Option<Running> {
        let started = self.0.take()?;
        let mut running = running();
        if let Some(place) = running.iter().position(|other| *other == started) {
            running.swap_remove(place);
        }
        Some(started)
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(group @ Running::Group(_)) = self.forget() {
            group.kill();
        }
    }
}

/// Kills all that still runs, before this process ends without a drop. A program that has ended by itself may have left others
/// behind; these go on.
pub fn kill_all() {
    running().iter().filter(|started| started.is_child()).for_each(|started| started.kill());
}

#[cfg(test)]
mod tests {
    use super::Running;
    use crate::process::{command, start};

    #[tokio::test]
    async fn a_program_that_has_been_waited_for_is_no_child() {
        for in_own_group in [true, false] {
            let mut sleep = command("sleep");
            sleep.arg("600");
            let (mut child, group) = start(sleep, in_own_group).unwrap();
            let started = group.0.unwrap();
            assert!(started.is_child());
            match started {
                Running::Group(_) => group.terminate(),
                Running::Program(_) => child.start_kill().unwrap(),
            }
            child.wait().await.unwrap();
            assert!(!started.is_child());
        }
    }
}
