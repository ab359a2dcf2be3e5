//! A small HTTP/1 server, for other programs of this machine: the callback of a login in a browser, and the sandbox of
//! `globus-sandbox`. Nothing here is generic, so a program with both contains the server once.

mod body;
mod read;
mod server;

pub use body::Body;
pub use hyper::body::{Bytes, Incoming};
pub use hyper::http;
pub use read::{TooLarge, read};
pub use server::{Handler, Request, Response, handler, serve};
