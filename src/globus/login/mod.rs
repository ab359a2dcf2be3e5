//! A login by a person at this terminal.

mod browser;
mod callback_page;
mod callback_server;
mod desktop;
mod pasted;
mod terminal_login;

pub use terminal_login::{LoginMethod, TerminalLogin};
