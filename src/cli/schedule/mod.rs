//! `runner schedule`.

mod command;
mod listed;
mod plan;
mod times;

pub(super) use command::Schedule;
