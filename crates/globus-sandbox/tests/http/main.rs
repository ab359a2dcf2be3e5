//! The sandbox is as strict over HTTP as what it stands for.

// Nobody else sees what is public here, and a panic is how a test fails.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod globus;

mod answers;
mod control;
mod groups;
mod instances;
mod login;
mod pages;
mod readme;
mod requirements;
mod robustness;
mod service_account;
mod tokens;
