//! Runs that share a login, from their session to their outputs.

use std::rc::Rc;
use std::time::Instant;

use tokio::sync::Mutex;

use super::alike::alike;
use super::at_once::at_once;
use super::deadline::Deadline;
use super::login_group::LoginGroup;
use super::needed_services::needed_services;
use super::prepared::Prepared;
use super::session::settings::connect_alike;
use super::shared_fetch::fetch;
use super::stored_login::has_login;
use super::with_session::with_session;
use crate::globus::api::Access;
use crate::globus::auth::SecretSource;
use crate::globus::service::Service;
use crate::profile::{Grant, LoginSetting, PersonGrant, Profile};
use crate::terminal::about::about;
use crate::terminal::progress::Progress;
use crate::{Error, Kind, Result};

type Runs<'r> = Vec<&'r Prepared<'r>>;

impl<'r> LoginGroup<&'r Prepared<'r>> {
    /// The logins of these runs. A run whose login can't be found out has failed.
    pub(super) fn all_of(runs: Runs<'r>) -> Vec<Self> {
        // A run that must not ask for a login is not among those that may.
        let (silent, others): (Runs<'_>, Runs<'_>) =
            runs.into_iter().partition(|run| never_asks(&run.profile));
        [silent, others].into_iter().flat_map(Self::shared_by).collect()
    }

    fn shared_by(runs: Runs<'r>) -> Vec<Self> {
        // Whose tokens it could share need not be found out.
        if let [run] = &*runs {
            return vec![Self::alone(run, &run.profile)];
        }
        let mut groups = Vec::new();
        for run in runs {
            match run.run.sandbox {
                // A sandbox has its own tokens.
                Some(_) => groups.push(Self::alone(run, &run.profile)),
                None => match Self::of(run, &run.profile) {
                    Ok(group) => group.add_to(&mut groups),
                    Err(error) => run.fail(error),
                },
            }
        }
        groups
    }

    /// Executes them, in one session for all that connect alike.
    pub(super) async fn execute(&self, progress: &Progress) {
        let sessions =
            alike(self.members.iter().copied(), |one, other| share_session(&one.profile, &other.profile));
        let turn = Turn::default();
        at_once(sessions, async |runs: Runs<'_>| {
            about(names_of(&runs), Box::pin(self.execute_in_session(&runs, &turn, progress))).await;
        })
        .await;
    }

    async fn execute_in_session(&self, runs: &[&'r Prepared<'r>], turn: &Turn, progress: &Progress) {
        let Some(first) = runs.first() else { return };
        let profile = self.profile_for(runs, &first.profile);
        let names: Vec<&str> = self.members.iter().map(|run| run.run.profile.as_str()).collect();
        let mut not_authorized = None;
        let worked = with_session(
            &profile,
            &names,
            first.run.sandbox.as_ref(),
            &|| check_any(runs),
            async |session, authorizer| {
                progress.add(&label(runs), &session.activity);
                for run in runs {
                    run.attendance.note_session(&session.activity);
                }
                let began = runs.iter().map(|run| run.attendance.began_at).min();
                let began = began.unwrap_or_else(Instant::now);
                let deadline = Deadline::new(profile.run.deadline, began, vec![Rc::clone(&session.activity)]);
                let services = needed_services(runs.iter().map(|run| &*run.profile), &session.services)?;
                let access = Access::new(authorizer);
                not_authorized =
                    deadline.within(Box::pin(turn.authorize(&profile, &access, &services))).await.err();
                if not_authorized.is_none() {
                    let fetches = alike(runs.iter().copied(), |one, other| one.fetches_like(other));
                    at_once(fetches, async |runs| {
                        // What is wrong with one list stops no other.
                        let fetch = fetch(session, &access, &runs, &deadline);
                        if let Err(error) = about(names_of(&runs), Box::pin(fetch)).await {
                            fail(&runs, &error);
                        }
                    })
                    .await;
                }
                Ok(())
            },
        )
        .await;
        if let Some(error) = not_authorized {
            Box::pin(go_on_without(runs, &error, progress)).await;
        }
        if let Err(error) = worked {
            fail(runs, &error);
        }
    }

    /// A profile with these connections, whose login is enough for every member.
    fn profile_for(&self, runs: &[&Prepared<'_>], one: &Profile) -> Profile {
        let name = match runs.len() {
            1 => one.name.clone(),
            several => format!("{} and {} more", one.name, several - 1),
        };
        let Profile { scopes, mut auth, .. } = self.profile.clone();
        // Each session has the secret of its own profiles.
        match (&mut auth.grant, &one.auth.grant) {
            (Grant::Person(person), Grant::Person(own)) => person.secret.clone_from(&own.secret),
            (grant, own) => grant.clone_from(own),
        }
        Profile { name, scopes, auth, ..one.clone() }
    }
}

/// The runs that need what could not be had fail. Those for which the stored tokens are enough are executed without it.
async fn go_on_without(runs: &[&Prepared<'_>], error: &Error, progress: &Progress) {
    let (able, unable): (Runs<'_>, Runs<'_>) = runs.iter().partition(|run| has_login(&run.profile));
    if able.is_empty() || unable.is_empty() || error.kind == Kind::Unreachable {
        return fail(runs, error);
    }
    fail(&unable, error);
    at_once(LoginGroup::all_of(able), async |group| group.execute(progress).await).await;
}

fn fail(runs: &[&Prepared<'_>], error: &Error) {
    for run in runs {
        run.fail(error.clone());
    }
}

/// Whether one session can serve both, within one deadline.
fn share_session(one: &Profile, other: &Profile) -> bool {
    connect_alike(one, other)
        && one.run.deadline == other.run.deadline
        && secret(&one.auth.grant) == secret(&other.auth.grant)
}

fn secret(grant: &Grant) -> Option<&SecretSource> {
    match grant {
        Grant::Person(person) => person.secret.as_ref(),
        Grant::ServiceAccount(secret) => Some(secret),
    }
}

/// As the user knows them.
fn names_of(runs: &[&Prepared<'_>]) -> Vec<String> {
    runs.iter().map(|run| run.run.profile.clone()).collect()
}

fn label(runs: &[&Prepared<'_>]) -> String {
    let names: Vec<&str> = runs.iter().map(|run| run.profile.name.as_str()).collect();
    names.join(", ")
}

fn never_asks(profile: &Profile) -> bool {
    matches!(profile.auth.grant, Grant::Person(PersonGrant { login: LoginSetting::Never, .. }))
}

/// Fails if each of the runs has a mistake: then no login is of use.
fn check_any(runs: &[&Prepared<'_>]) -> Result<()> {
    let mut failed = None;
    for run in runs {
        match run.check() {
            Ok(()) => return Ok(()),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Whether other sessions over the same tokens would fail like this one, and would ask a person again. Those of a service
/// account ask none, and each has its own secret and its own connections.
fn concerns_all(profile: &Profile, error: &Error) -> bool {
    matches!(profile.auth.grant, Grant::Person(_)) && !matches!(error.kind, Kind::Usage | Kind::Unreachable)
}

/// Sessions over one token file get their tokens one after the other: the first logs in, or refreshes, for all.
#[derive(Debug, Default)]
struct Turn {
    /// Why one could not, so that no person is asked twice.
    failed: Mutex<Option<Error>>,
}

impl Turn {
    async fn authorize(&self, profile: &Profile, access: &Access<'_>, services: &[Service]) -> Result<()> {
        let mut failed = self.failed.lock().await;
        if let Some(error) = &*failed {
            return Err(error.clone());
        }
        for service in services {
            if let Err(error) = access.authorize(service).await {
                if concerns_all(profile, &error) {
                    *failed = Some(error.clone());
                }
                return Err(error);
            }
        }
        Ok(())
    }
}
