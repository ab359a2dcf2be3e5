//! A login during which the clock of a run stands, and its progress is not shown.

use std::rc::Rc;

use crate::globus::auth::{GrantFlow, LoggingIn, LoginAttempt, LoginFlow};
use crate::terminal::Activity;
use crate::terminal::about::{is_of_several, naming};
use crate::terminal::prompt::turn;

/// The same flow, for these profiles. Nothing else is shown while a person logs in.
pub(in crate::run) fn pausing(flow: GrantFlow, activity: &Rc<Activity>, profiles: &[&str]) -> GrantFlow {
    match flow {
        GrantFlow::Login { flow, refresh_tokens } => {
            let profiles = (profiles.len() > 1 || is_of_several()).then(|| profiles.join(", "));
            let flow = Box::new(PausingLogin { flow, activity: Rc::clone(activity), profiles });
            GrantFlow::Login { flow, refresh_tokens }
        }
        other => other,
    }
}

#[derive(Debug)]
struct PausingLogin {
    flow: Box<dyn LoginFlow>,
    activity: Rc<Activity>,
    /// Those that it serves, unless there is only one in all.
    profiles: Option<String>,
}

impl LoginFlow for PausingLogin {
    fn log_in<'f>(&'f self, attempt: &'f LoginAttempt<'f>) -> LoggingIn<'f> {
        Box::pin(async {
            let _pause = self.activity.pause();
            // A person logs in for one after the other.
            let _turn = turn().await;
            if let Some(profiles) = &self.profiles {
                naming(|| log::info!("this login is for {profiles}"));
            }
            self.flow.log_in(attempt).await
        })
    }

    fn is_interactive(&self) -> bool {
        self.flow.is_interactive()
    }
}
