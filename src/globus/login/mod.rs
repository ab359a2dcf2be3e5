//! A login by a person at this terminal.
//!
//! | file | what is in it |
//! |---|---|
//! | `terminal_login` | the login of a person at the terminal: prompt, tries, deadline |
//! | `pasted` | what a pasted line means |
//! | `desktop`, `browser` | whether a browser can be opened here, and opening it |
//! | `callback_server`, `callback_page` | the server that the browser comes back to, and the page that it shows |

mod browser;
mod callback_page;
mod callback_server;
mod desktop;
mod pasted;
mod terminal_login;

pub use browser::{OPEN_COMMAND, open_here};
pub use terminal_login::{LoginMethod, TerminalLogin};
