//! How connections are made.

use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, ClientBuilder, redirect};
use url::Url;

use super::cause::innermost;
use super::resolver::Resolver;
use super::tls::{self, TlsVerification};
use crate::{Error, Result};

/// A connection that takes longer will not be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
const CLIENT_INFO: &str = concat!("product=", env!("CARGO_PKG_NAME"), ",version=", env!("CARGO_PKG_VERSION"));

#[derive(Debug, Clone, PartialEq)]
pub struct HttpOptions {
    /// The longest silence; `None` is no limit.
    pub timeout: Option<Duration>,
    /// How often a failed request is sent again.
    pub retries: u32,
    /// How many requests may be on their way at once, and so how many connections a host gets.
    pub concurrency: usize,
    pub tls: TlsVerification,
    /// The proxy for all hosts but this machine, instead of those in the environment variables.
    pub proxy: Option<Url>,
}

impl HttpOptions {
    /// A client for plain HTTP on this machine. A proxy can't reach it, and there is nothing to verify without TLS.
    pub(super) fn plain_client(&self) -> Result<Client> {
        self.build(Client::builder().no_proxy().tls_backend_preconfigured(tls::unused()?))
    }

    /// A client for everything else; `loopback` is whether the first URL is on this machine.
    pub(super) fn client(&self, loopback: bool) -> Result<Client> {
        let mut builder = Client::builder();
        if loopback {
            builder = builder.no_proxy();
        } else if let Some(proxy) = &self.proxy {
            let proxy = reqwest::Proxy::all(proxy.clone()).map_err(|error| {
                Error::usage("the profile's `http.proxy` is not usable").because(innermost(&error))
            })?;
            builder = builder.proxy(proxy);
        }
        self.build(builder.tls_backend_preconfigured(self.tls.config()?))
    }

    fn build(&self, builder: ClientBuilder) -> Result<Client> {
        let headers = HeaderMap::from_iter([
            (ACCEPT, HeaderValue::from_static("application/json")),
            (ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
            (HeaderName::from_static("x-globus-client-info"), HeaderValue::from_static(CLIENT_INFO)),
        ]);
        builder
            .user_agent(USER_AGENT)
            .default_headers(headers)
            // No service redirects, and a redirect could send a token elsewhere.
            .redirect(redirect::Policy::none())
            .dns_resolver(Resolver)
            .pool_max_idle_per_host(self.concurrency)
            .connect_timeout(self.timeout.map_or(CONNECT_TIMEOUT, |limit| limit.min(CONNECT_TIMEOUT)))
            .build()
            .map_err(|error| Error::failed("can't set up the HTTP client").because(innermost(&error)))
    }
}
