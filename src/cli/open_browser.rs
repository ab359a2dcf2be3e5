//! `runner open-browser ADDRESS`, which a login starts.

use std::process::ExitCode;

use clap::Args;
use url::Url;

use crate::globus::login::open_here;
use crate::{Result, output};

/// Open an address in a browser, or print why that can't be done
#[derive(Debug, Args)]
#[command(hide = true)]
pub(super) struct OpenBrowser {
    address: Url,
}

impl OpenBrowser {
    pub(super) fn execute(&self) -> Result<ExitCode> {
        match open_here(&self.address) {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(why) => output::print(why).map(|()| ExitCode::FAILURE),
        }
    }
}
