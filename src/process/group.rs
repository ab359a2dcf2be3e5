//! A program with all processes that it has started.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// A process group that is killed when this is dropped, also when the run is stopped.
#[derive(Debug)]
pub struct ProcessGroup(Option<Pid>);

impl ProcessGroup {
    /// The group that this program leads.
    pub(super) fn of(leader: &Child) -> Self {
        Self(leader.id().and_then(|id| Pid::from_raw(id.cast_signed())))
    }

    /// No group: the program is in that of this process.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// Asks its processes to end.
    pub fn terminate(&self) {
        self.send(Signal::TERM);
    }

    /// Lets go of what is left of it: a child that a program left behind on purpose, such as an agent, may go on.
    pub fn release(&mut self) {
        self.0 = None;
    }

    fn send(&self, signal: Signal) {
        if let Some(group) = self.0 {
            // It may have ended already.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.send(Signal::KILL);
    }
}
