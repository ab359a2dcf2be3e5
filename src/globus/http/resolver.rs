//! The addresses of a host, as the operating system knows them.

use std::net::ToSocketAddrs;
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::runtime::on_thread;

/// Looks each name up on a thread of its own. That of reqwest panics where no thread can be started.
#[derive(Debug)]
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // reqwest replaces the port.
            let look_up = move || (name.as_str(), 0).to_socket_addrs();
            let addresses: Addrs = Box::new(on_thread(thread::Builder::new(), look_up).await??);
            Ok(addresses)
        })
    }
}
