//! The sandbox, as the runner uses it.

use globus_sandbox::Error as SandboxError;

use crate::Error;

impl From<SandboxError> for Error {
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::Listen { port, source } => {
                Self::failed(format!("can't listen on 127.0.0.1, port {port}")).because(source)
            }
            SandboxError::Read { path, source } => {
                Self::usage(format!("can't read the sandbox data `{}`", path.display())).because(source)
            }
            SandboxError::Data { path, reason } => Self::usage(format!(
                "`{}` does not hold data for a sandbox",
                path.display()
            ))
            .because(reason)
            .help("it is TOML, or JSON if its name ends in `.json`, with `users`, `clients` and `groups`"),
            SandboxError::Refused(reason) => Self::failed("the sandbox refused the login").because(reason),
            other => Self::usage(other.to_string()),
        }
    }
}
