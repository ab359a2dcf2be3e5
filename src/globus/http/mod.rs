//! Requests to the services, with their deadlines and retries.
//!
//! | file | what is in it |
//! |---|---|
//! | `client` | sending a request, with its tries and its deadline |
//! | `content_coding` | the body of a response, decompressed |
//! | `options` | how connections are made: headers, proxy, redirects, time-outs |
//! | `resolver` | the addresses of a host |
//! | `tls`, `system_roots`, `pem`, `unverified` | how they are encrypted, and which certificates are trusted |
//! | `request`, `response` | what is sent, and what comes back |
//! | `secrets` | what a request sends, kept out of messages about its response |
//! | `arrival` | deadlines that count what has arrived |
//! | `body` | the body of a response while it arrives, a long one read ahead |
//! | `ping` | telling a monitoring service how a run went |
//! | `retry`, `holds` | which failures are tried again, and when; hosts that asked for a pause |
//! | `limits` | how much of a response is read |
//! | `json_array`, `json_list` | a list, split into its elements while it arrives, and found in a document |

mod arrival;
mod body;
mod cause;
mod client;
mod content_coding;
mod holds;
mod json_array;
mod json_list;
pub mod limits;
mod options;
mod pem;
mod ping;
mod request;
mod resolver;
mod response;
mod retry;
mod secrets;
mod system_roots;
#[cfg(test)]
mod tests;
mod tls;
mod unverified;

pub use arrival::elapsed;
pub use client::HttpClient;
pub use content_coding::{Decoder, Undecoded};
pub use json_array::{ElementSink, JsonArraySplitter, SplitError};
pub use json_list::JsonListSplitter;
pub use options::HttpOptions;
pub use ping::ping;
pub use request::{Content, Request};
pub use response::{Cancelled, Response, Sink};
pub use tls::TlsVerification;
