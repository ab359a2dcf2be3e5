//! systemd: a service and a timer for each profile, of the user or of the system.

mod account;
mod folder;
mod manager;
mod names;
mod quote;
mod state;
mod unit;

pub use account::SystemService;
pub use folder::{Scope, runtime_folder, user_manager_is_there};
pub use manager::{Systemd, lingers};
pub use unit::{InSystem, Units};
