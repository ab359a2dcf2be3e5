//! What the manager knows of a timer and its service.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::folder::Scope;
use crate::Result;
use crate::schedule::program::run;

/// The answer of `systemctl show`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Whether the timer waits for its next time.
    pub active: bool,
    /// When the service ended last, in seconds since 1970.
    pub ended_at: Option<i64>,
    pub exit_code: Option<u8>,
}

/// Asks for the units of this name. Fails if no manager answers.
pub(super) async fn of(scope: Scope, name: &str) -> Result<State> {
    let (timer, service) = (format!("{name}.timer"), format!("{name}.service"));
    let arguments = [
        scope.option(),
        "show",
        "--property=Id,ActiveState,ExecMainExitTimestamp,ExecMainStatus",
        &timer,
        &service,
    ];
    let ended = run("systemctl", &arguments).await?;
    if !ended.succeeded {
        return Err(crate::Error::failed("systemd does not answer").because(ended.why()));
    }
    Ok(parse(&String::from_utf8_lossy(&ended.stdout), &timer))
}

fn parse(shown: &str, timer: &str) -> State {
    let mut state = State::default();
    for unit in shown.split("\n\n") {
        let value = |key: &str| unit.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        if value("Id") == Some(timer) {
            state.active = value("ActiveState") == Some("active");
        } else {
            state.ended_at = value("ExecMainExitTimestamp").and_then(seconds);
            let code = value("ExecMainStatus").and_then(|code| code.parse().ok());
            state.exit_code = state.ended_at.and(code);
        }
    }
    state
}

/// The seconds since 1970 of a time such as `Thu 2026-11-26 08:10:01 UTC`. Versions before 247 have no other format.
fn seconds(shown: &str) -> Option<i64> {
    let time = DateTime::strptime("%a %Y-%m-%d %H:%M:%S UTC", shown).ok()?;
    Some(TimeZone::UTC.to_timestamp(time).ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use super::{State, parse};

    #[test]
    fn the_answer_of_systemctl() {
        let shown = "Id=a.timer\nActiveState=active\n\nExecMainExitTimestamp=Mon 2026-09-21 14:13:20 UTC\nExecMainStatus=3\n\
                     Id=a.service\nActiveState=failed\n";
        let state = State { active: true, ended_at: Some(1_790_000_000), exit_code: Some(3) };
        assert_eq!(parse(shown, "a.timer"), state);
        let never =
            "Id=a.timer\nActiveState=inactive\n\nExecMainExitTimestamp=\nExecMainStatus=0\nId=a.service\n";
        assert_eq!(parse(never, "a.timer"), State::default());
    }
}
