//! The sandbox in place of Globus.

use std::rc::Rc;
use std::thread;

use globus_sandbox::{Error as SandboxError, Mistake, Options, Sandbox};

use super::sandbox_data::SandboxData;
use super::session::Session;
use crate::diagnostic::Diagnostic;
use crate::globus::auth::{Credentials, GrantFlow, LoggingIn, LoginAttempt, LoginFlow, TokenEndpointError};
use crate::globus::environment::Services;
use crate::profile::{Grant, PersonGrant, Profile};
use crate::runtime::on_thread;
use crate::{Error, Result};

/// A session with a sandbox in this process that has this data and knows the profile's client. It needs the sandbox to
/// its end.
pub(super) async fn session(profile: &Profile, data: SandboxData) -> Result<(Session<'_>, Rc<Sandbox>)> {
    // A named pipe may have no writer, and a signal has to end that wait.
    let loaded = on_thread(thread::Builder::new(), move || data.load()).await;
    let mut data = loaded.map_err(|error| Error::failed("can't read the sandbox data").because(error))??;
    let secret = match &profile.auth.grant {
        Grant::Person(PersonGrant { secret: None, .. }) => None,
        _ => Some(uuid::Uuid::new_v4().simple().to_string()),
    };
    data.register(&profile.client_id, secret.as_deref());
    let sandbox = Sandbox::start(Options { data, ..Options::default() }).await?;
    let credentials = secret.map_or_else(Credentials::native, |secret| Credentials::known(secret.into()));
    let services = Services::of_sandbox(sandbox.url().clone());
    let session = Session::at(services, credentials, profile, &[&profile.name])?;
    Ok((session, Rc::new(sandbox)))
}

/// How the sandbox grants the tokens of this profile.
pub(super) fn flow(profile: &Profile, sandbox: &Rc<Sandbox>) -> GrantFlow {
    match &profile.auth.grant {
        Grant::ServiceAccount(_) => GrantFlow::ClientCredentials,
        Grant::Person(person) => GrantFlow::Login {
            flow: Box::new(SelfApproval(Rc::clone(sandbox))),
            refresh_tokens: person.refresh_tokens,
        },
    }
}

/// The sandbox approves the login as its first user.
#[derive(Debug)]
struct SelfApproval(Rc<Sandbox>);

impl LoginFlow for SelfApproval {
    fn log_in<'f>(&'f self, attempt: &'f LoginAttempt<'f>) -> LoggingIn<'f> {
        Box::pin(async {
            let authorization = attempt.with_code_page()?;
            let code = self.0.approve(&authorization.url)?;
            attempt.exchange_code(&authorization, &code).await.map_err(|refusal| match refusal {
                TokenEndpointError::Other(error) => error,
                TokenEndpointError::InvalidGrant(why) => {
                    Error::failed("the sandbox refused its own code").because(why)
                }
            })
        })
    }

    fn is_interactive(&self) -> bool {
        false
    }
}

impl From<SandboxError> for Error {
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::Listen { port, source } => {
                Self::failed(format!("can't listen on 127.0.0.1, port {port}")).because(source)
            }
            SandboxError::Read { path, source } => {
                let is_missing = source.kind() == std::io::ErrorKind::NotFound;
                let error =
                    Self::usage(format!("can't read the sandbox data `{}`", path.display())).because(source);
                let help = "`sample` and `hostile` are built in; anything else is the path of a file";
                if is_missing { error.help(help) } else { error }
            }
            SandboxError::Data(mistake) => {
                let Mistake { path, text, span, reason, example, .. } = *mistake;
                let path = path.display().to_string();
                let diagnostic = Diagnostic::error(&path, text, span, reason);
                Self::usage(format!("`{path}` does not hold data for a sandbox"))
                    .help(format!("for example: {example}"))
                    .with(vec![diagnostic])
            }
            SandboxError::Refused(reason) => Self::failed("the sandbox refused the login").because(reason),
            other => Self::usage(other.to_string()),
        }
    }
}
