//! Globus as seen from here: where its services live, how they are asked, and the groups they answer with.

mod elements;
mod environment;
mod groups;
mod retry;
mod transport;

pub use environment::{Services, Trust};
pub use groups::{GROUPS_RESOURCE_SERVER, Groups, Receiver, parse_groups, with_roles};
pub use transport::{Answer, Ask, Sink, Stopped, Transport, TransportOptions};
