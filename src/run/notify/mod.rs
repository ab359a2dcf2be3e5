//! Telling those who watch over runs: pings of a monitoring service, and metrics for Prometheus. None of it changes what becomes
//! of a run.

mod metrics;
mod ping;
mod textfile;

pub(super) use metrics::Metrics;
pub(super) use ping::Pings;
pub(super) use textfile::write_textfile;
