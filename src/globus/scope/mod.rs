//! Scopes: how they are written (`syntax`), and which scope a service accepts in place of another (`covers`).

mod covers;
mod syntax;

pub use covers::covers;
pub use syntax::{Scope, join, merge};
