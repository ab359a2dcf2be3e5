//! The services, called with access tokens.
//!
//! | file | what is in it |
//! |---|---|
//! | `client` | the requests of a run: lists that are read while they arrive, and whole documents |
//! | `access`, `owner` | the access token of each service, cured once for all requests of a session, and whose it is |
//! | `one_identity` | whose data a fetch has received |
//! | `request` | what is requested, and that it stays below the base URL of its service |
//! | `rows` | the rows of a response |
//! | `envelope`, `refused` | what comes back beside them, or instead |

mod access;
mod client;
mod envelope;
mod known_list;
mod one_identity;
mod owner;
mod paging;
mod refused;
mod request;
mod rows;

pub use access::Access;
pub use client::Api;
pub use envelope::Envelope;
pub use known_list::{KNOWN_LISTS, KnownList, ListMethod};
pub use paging::{CursorPaging, Next, OffsetPaging, PageParameter, Pager, Paginator, Place};
pub use refused::Refused;
pub use request::{ApiRequest, Method};
pub use rows::RowSink;
