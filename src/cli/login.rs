//! `runner login PROFILE...`.

use clap::Args;

use super::examples::examples;
use super::interruptible;
use super::login_several::Several;
use crate::globus::auth::AuthorizationParameters;
use crate::globus::login::LoginMethod;
use crate::profile::{Grant, PersonGrant, Profile};
use crate::run::needed_services::{keys_of, needed_services};
use crate::run::session::{Session, flow_of_login};
use crate::{Error, Result};

/// Log in for a profile, whatever is stored, and store the new tokens
///
/// Of several profiles those that share a login log in once, if what is stored is not enough for them.
///
/// On a desktop a browser opens, and you log in there. Elsewhere, or with --paste, you open the address on any device
/// and paste the code. A service account gets its token without a person. The scopes that are stored for other
/// profiles are requested too.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "For all profiles, once for those that share a login:" => "runner login --all",
    "On a server, with a code to paste:" => "runner login groups --paste",
})]
pub(super) struct Login {
    /// Names that `runner profiles` lists, or paths of TOML files; with --all a folder of profiles
    #[arg(required_unless_present = "all", value_name = "NAME")]
    profiles: Vec<String>,
    /// Log in once for all profiles that share a login: those of a folder, or all that `runner profiles` lists. A stored
    /// login that is enough stays
    #[arg(long, conflicts_with = "requirements")]
    all: bool,
    #[command(flatten)]
    method: Method,
    /// Replace the stored login and revoke its tokens, whichever identity logs in; requests no stored scopes
    #[arg(long)]
    force: bool,
    /// What a service requires of the login, as in the message of a run, such as
    /// `{"session_required_mfa":true}`
    #[arg(long, value_name = "JSON", value_parser = AuthorizationParameters::parse)]
    requirements: Option<AuthorizationParameters>,
}

#[derive(Debug, Args)]
struct Method {
    /// Open a browser on this machine, even over SSH or in a container; it needs a display, or $BROWSER
    #[arg(long, conflicts_with = "paste")]
    browser: bool,
    /// Show the address, and wait for the code to be pasted
    #[arg(long)]
    paste: bool,
}

impl Method {
    fn chosen(&self) -> Option<LoginMethod> {
        match (self.browser, self.paste) {
            (true, _) => Some(LoginMethod::Browser),
            (_, true) => Some(LoginMethod::Paste),
            _ => None,
        }
    }
}

impl Login {
    pub(super) fn execute(self) -> Result<()> {
        interruptible::block_on(Box::pin(self.log_in()))
    }

    async fn log_in(self) -> Result<()> {
        let method = self.method.chosen();
        let requirements = self.requirements.clone().unwrap_or_default();
        let several = Several { method, force: self.force, requirements };
        match self.profiles.as_slice() {
            [name] if !self.all => self.log_in_for(name, method).await,
            names if !self.all => several.log_in_for(names).await,
            [] => several.log_in_for_all(None).await,
            [folder] => several.log_in_for_all(Some(folder)).await,
            _ => Err(Error::usage("--all takes one folder")),
        }
    }

    async fn log_in_for(&self, name: &str, method: Option<LoginMethod>) -> Result<()> {
        let profile = Profile::load(name)?;
        self.check(&profile, method)?;
        let session = Session::of(&profile, &[name])?;
        let store = session.store()?;
        let Some(file) = store.file().map(|path| path.display().to_string()) else {
            let why = match profile.auth.grant {
                Grant::Person(_) => {
                    "the profile keeps its tokens in memory, and each run needs its own login"
                }
                Grant::ServiceAccount(_) => {
                    "the profile keeps no tokens, and each run gets one with the client's secret"
                }
            };
            return Err(Error::usage("the login would be lost at once")
                .because(why)
                .help("name a file in `storage` to log in once"));
        };
        let keys = keys_of(&needed_services([&profile], &session.services)?);
        let mut authorizer = session.authorizer(store, flow_of_login(&profile, method))?;
        let parameters = self.requirements.clone().unwrap_or_default();
        let identity = authorizer.log_in_on_request(&keys, parameters, self.force).await?;
        if let (Grant::ServiceAccount(_), Some(identity)) = (&profile.auth.grant, identity) {
            log::info!("got a token for {identity}; it is in `{file}`");
        }
        Ok(())
    }

    fn check(&self, profile: &Profile, method: Option<LoginMethod>) -> Result<()> {
        match &profile.auth.grant {
            Grant::ServiceAccount(_) if method.is_some() || self.force => {
                Err(Error::usage("--browser, --paste and --force are for people")
                    .because("this profile is for a service account, which has no person to log in"))
            }
            Grant::Person(PersonGrant { secret: Some(_), .. }) if method == Some(LoginMethod::Browser) => {
                Err(Error::usage("a confidential client can't use a callback on this machine")
                    .help("use --paste"))
            }
            _ => Ok(()),
        }
    }
}
