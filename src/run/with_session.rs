//! A session from its start to its end.

#[cfg(feature = "sandbox")]
use super::sandbox;
use super::sandbox_data::SandboxData;
use super::session::{Session, flow_of_run, pausing};
use crate::Result;
use crate::globus::auth::Authorizer;
#[cfg(feature = "sandbox")]
use crate::globus::tokens::TokenStore;
use crate::profile::Profile;

/// Does some work in a session for a profile, with Globus or with a sandbox. `names` are those that
/// the user gave. `before_login` is checked before a person has to log in.
pub(super) async fn with_session<T>(
    profile: &Profile,
    names: &[&str],
    sandbox: Option<&SandboxData>,
    before_login: &dyn Fn() -> Result<()>,
    work: impl AsyncFnOnce(&Session<'_>, &mut Authorizer<'_>) -> Result<T>,
) -> Result<T> {
    #[cfg(feature = "sandbox")]
    if let Some(data) = sandbox {
        let (session, sandbox) = sandbox::session(profile, data.clone()).await?;
        log::info!("this is the sandbox: made-up groups, and a login that approves itself");
        let flow = sandbox::flow(profile, &sandbox);
        let authorizer = session.authorizer(TokenStore::in_memory(), flow)?;
        return finish(&session, authorizer, work).await;
    }
    #[cfg(not(feature = "sandbox"))]
    if sandbox.is_some() {
        return Err(crate::Error::usage("this build has no sandbox"));
    }
    let session = Session::of(profile, names)?;
    let store = session.store()?;
    if let Some(file) = store.file() {
        log::debug!("the tokens are in `{}`", file.display());
    }
    let flow = pausing(flow_of_run(profile), &session.activity, names);
    let authorizer = session.authorizer(store, flow)?.checking_first(before_login);
    finish(&session, authorizer, work).await
}

/// Stores what is pending once the work has ended.
pub(super) async fn finish<T>(
    session: &Session<'_>,
    mut authorizer: Authorizer<'_>,
    work: impl AsyncFnOnce(&Session<'_>, &mut Authorizer<'_>) -> Result<T>,
) -> Result<T> {
    let done = work(session, &mut authorizer).await;
    // Tokens that could not be stored are reported whether the work succeeded or failed.
    match (done, authorizer.finish().await) {
        (Err(error), Err(lost)) => Err(error.and(lost)),
        (done, kept) => done.and_then(|done| kept.map(|()| done)),
    }
}
