//! Kubernetes: a CronJob with what it needs, to be applied with `kubectl`.

mod manifest;
mod objects;
mod paths;
mod yaml;

pub use manifest::manifest;
