//! The errors of a sandbox.

use std::io;
use std::path::PathBuf;

use crate::data::Mistake;

/// What [`Sandbox`](crate::Sandbox) and [`Data`](crate::Data) can fail with. Error responses to clients are
/// not among these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The port can't be listened on, for example because it is in use.
    #[error("can't listen on 127.0.0.1, port {port}")]
    Listen {
        /// The port of [`Options`](crate::Options).
        port: u16,
        /// The error of the system.
        source: io::Error,
    },
    /// The thread of the sandbox can't be started.
    #[error("can't start the thread of the sandbox")]
    Thread(#[source] io::Error),
    /// The data file can't be read.
    #[error("can't read the sandbox data `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The data file is malformed or inconsistent.
    #[error("{0}")]
    Data(Box<Mistake>),
    /// The data has no users, so no login is possible.
    #[error("a sandbox needs at least one user")]
    NoUser,
    /// The login was refused. The text is that of the page that a browser would show.
    #[error("the sandbox refused the login: {0}")]
    Refused(String),
    /// No list is served at this path, or a page of it would have no row.
    #[error("no list can be set at `{0}`")]
    List(String),
    /// The authorization parameters are malformed or require nothing. The text says what is wrong.
    #[error("wrong authorization parameters: {0}")]
    Requirements(String),
}

/// The result of an operation on a sandbox.
pub type Result<T, E = Error> = std::result::Result<T, E>;
