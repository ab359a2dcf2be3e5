//! Opening the browser of this desktop.

use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use url::Url;

use super::desktop;

/// A browser that has not failed within this time counts as opened.
const OPEN_TIMEOUT: Duration = Duration::from_secs(2);

/// Opens the address, or says why not; on its own thread, because a text browser blocks until it ends.
pub(super) async fn open(address: &Url) -> Result<(), String> {
    if let Some(why) = desktop::why_never() {
        return Err(why.to_owned());
    }
    let (sender, receiver) = oneshot::channel();
    let address = address.to_string();
    thread::spawn(move || {
        // The receiver is gone once the browser counts as opened.
        let _ = sender.send(webbrowser::open(&address));
    });
    match tokio::time::timeout(OPEN_TIMEOUT, receiver).await {
        Ok(Ok(Err(error))) => Err(error.to_string()),
        _ => Ok(()),
    }
}
