//! The main job: profile, tokens, groups, template, output, in this order and never back.

use std::path::PathBuf;

use serde_json::Value;

use crate::Result;
use crate::auth::{Authorizer, Grantor, Login, OAuthClient, Terminal, Wanted};
use crate::globus::{Groups, Services, Transport};
use crate::output::{self, Destination};
use crate::profile::{LoginFlow, Profile};
use crate::sandbox::{self, Sandbox};
use crate::template::{self, Template};
use crate::tokens::TokenStore;

/// One execution of one profile.
#[derive(Debug, Clone)]
pub struct Run {
    /// The name or the path of the profile.
    pub profile: String,
    /// In the place of the profile's own output; `-` is the standard output.
    pub output: Option<PathBuf>,
    /// Whether a sandbox takes the place of Globus.
    pub sandbox: bool,
}

/// Whom a run asks, and what it keeps.
struct World<L> {
    services: Services,
    grantor: Grantor<L>,
    store: TokenStore,
}

impl Run {
    /// Does it. What can be wrong without asking anybody is found first.
    pub async fn execute(&self) -> Result<()> {
        let profile = Profile::load(&self.profile)?;
        let template = Template::of(&profile)?;
        let groups = if self.sandbox {
            self.fetch(&profile, sandboxed(&profile).await?).await?
        } else {
            self.fetch(&profile, globus(&profile)?).await?
        };
        let rendering = template.render(template::data(&profile, groups))?;
        output::deliver(&rendering, &self.destination(&profile))
    }

    async fn fetch<L: Login>(&self, profile: &Profile, world: World<L>) -> Result<Vec<Value>> {
        let transport = Transport::of(&profile.http, &variable)?;
        let client = OAuthClient::new(&profile.client_id, &world.services.auth, &transport)?;
        let wanted = Wanted {
            scopes: &profile.scopes,
            refresh_tokens: profile.auth.refresh_tokens,
            label: format!("runner {} on {}", profile.name, gethostname::gethostname().to_string_lossy()),
            login_command: format!("runner --profile {}", shell_word(&self.profile)),
        };
        let mut authorizer = Authorizer::new(client, world.store, wanted, world.grantor);
        Groups::new(&transport, &world.services.groups).mine(&mut authorizer).await
    }

    fn destination(&self, profile: &Profile) -> Destination {
        let path = match (&self.output, &profile.output.path) {
            (None, None) => return Destination::Stdout,
            (Some(path), _) if path.as_os_str() == "-" => return Destination::Stdout,
            (None, Some(path)) if self.sandbox => {
                tracing::info!("made-up groups go to stdout, not to `{}`", path.display());
                return Destination::Stdout;
            }
            (Some(path), _) | (None, Some(path)) => path.clone(),
        };
        Destination::File { path, mode: profile.output.mode }
    }
}

/// The real thing, as the profile and the environment name it.
fn globus(profile: &Profile) -> Result<World<Terminal>> {
    let grantor = match profile.auth.login {
        LoginFlow::Never => Grantor::Nobody("the profile says `login = \"never\"`"),
        LoginFlow::Auto | LoginFlow::Paste if Terminal::is_there() => Grantor::Ask(Terminal),
        LoginFlow::Auto | LoginFlow::Paste => Grantor::Nobody("there is no terminal to ask at"),
    };
    Ok(World {
        services: Services::resolve(&profile.environment, &variable)?,
        grantor,
        store: TokenStore::open(&profile.storage, &profile.auth.namespace),
    })
}

/// A sandbox in this process that knows the profile's client and approves its login.
async fn sandboxed(profile: &Profile) -> Result<World<Sandbox>> {
    let mut data = sandbox::Data::default();
    data.add_native_client(&profile.client_id);
    let sandbox = Sandbox::start(sandbox::Options { data, ..Default::default() }).await?;
    tracing::info!("this is the sandbox: made-up groups, and a login that approves itself");
    Ok(World {
        services: Services::all_at(sandbox.url()),
        grantor: Grantor::Ask(sandbox),
        store: TokenStore::in_memory(),
    })
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The text as a person would type it in a shell.
fn shell_word(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "._-/~".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
