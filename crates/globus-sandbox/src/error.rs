//! What can keep a sandbox from doing what its owner asks.

use std::io;
use std::path::PathBuf;

/// An error of the sandbox itself. What it answers to clients are responses, not errors.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The port is taken, or not ours to listen on.
    #[error("cannot listen on 127.0.0.1, port {port}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// The data file cannot be read.
    #[error("cannot read the sandbox data `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The data is not what a sandbox can serve.
    #[error("`{}` does not hold data for a sandbox: {reason}", path.display())]
    Data {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is nobody who could log in.
    #[error("a sandbox needs at least one user")]
    NoUser,
    /// The login was refused; with the reason that the browser would show.
    #[error("the sandbox refused the login: {0}")]
    Refused(String),
    /// These are no authorization parameters, or they demand nothing.
    #[error("these are no authorization parameters: {0}")]
    Requirements(String),
}

/// The result of what an owner asks of a sandbox.
pub type Result<T, E = Error> = std::result::Result<T, E>;
