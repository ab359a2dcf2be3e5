//! Fetching what a template reads.
//!
//! | file | what is in it |
//! |---|---|
//! | `plan`, `node` | which sources a template needs, and what of their rows |
//! | `declared` | a list that the profile declares, as a source |
//! | `run` | a fetch: the lists that are needed whole, then the rows of the main source |
//! | `live` | a source while it is fetched: page by page, or as its only response arrives |
//! | `seen` | whether a list changes while its pages are read |
//! | `children`, `ordered` | further requests for each row: many at once, in order |
//! | `request`, `fetching` | what is sent, and with what |
//! | `incoming`, `tally`, `notes` | the rows of a response, what becomes of them, and what a person is told of it |

mod children;
mod declared;
mod fetching;
mod incoming;
mod live;
mod node;
mod notes;
mod ordered;
mod plan;
mod request;
mod run;
mod seen;
mod tally;

pub(super) use fetching::Fetching;
pub use plan::Plan;
pub(super) use request::ListRequest;
pub(super) use tally::Tally;
