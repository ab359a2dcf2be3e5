//! The sandbox over HTTP is as strict as Globus.

// This is one program, so nothing is public outside of it, and a panic is how a test fails.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod globus;

mod control;
mod groups;
mod instances;
mod lists;
mod login;
mod pages;
mod readme;
mod requirements;
mod robustness;
mod service_account;
mod tokens;
