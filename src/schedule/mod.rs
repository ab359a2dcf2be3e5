//! Schedules: when a profile runs by itself, and what starts it.

mod compact;
pub mod crontab;
mod expression;
mod frequency;
mod installed;
mod job;
mod kubernetes;
mod next;
mod on_calendar;
mod program;
pub mod systemd;
mod unattended;
mod writes;
mod zone;

pub use expression::Expression;
pub use frequency::{daily, every};
pub use installed::{Backend, Installed};
pub use job::Job;
pub use kubernetes::manifest;
pub use next::{ClockChanges, next_times, shortest_distance, skipped_time};
pub use on_calendar::on_calendar;
pub use unattended::{check_unattended, files_read};
pub use writes::folders_written;
pub use zone::{machine_zone, zone_name};
