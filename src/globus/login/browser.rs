//! Opening the browser of this desktop.

use std::env;
use std::process::Stdio;
use std::time::Duration;

use tokio::time::timeout;
use url::Url;

use super::desktop;
use crate::process::command;

/// The command of this program that [opens](open_here) the address that is its argument.
pub const OPEN_COMMAND: &str = "open-browser";
/// A browser that has not failed within this time counts as opened.
const OPEN_TIMEOUT: Duration = Duration::from_secs(2);

/// Opens the address, or says why not. A process of its own does it: what it starts gets its environment, in which there are no
/// secrets, and a text browser blocks until it ends.
pub(super) async fn open(address: &Url) -> Result<(), String> {
    if let Some(why) = desktop::why_never() {
        return Err(why.to_owned());
    }
    let own = env::current_exe().map_err(|error| error.to_string())?;
    let mut opener = command(own);
    opener.args([OPEN_COMMAND, address.as_str()]);
    opener.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let opener = opener.spawn().map_err(|error| error.to_string())?;
    match timeout(OPEN_TIMEOUT, opener.wait_with_output()).await {
        Ok(Ok(ended)) if !ended.status.success() => {
            Err(String::from_utf8_lossy(&ended.stdout).trim_end().to_owned())
        }
        _ => Ok(()),
    }
}

/// Opens the address with the environment of this process, or says why not.
pub fn open_here(address: &Url) -> Result<(), String> {
    webbrowser::open(address.as_str()).map_err(|error| error.to_string())
}
