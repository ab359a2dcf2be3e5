//! The top of the file.

use schemars::JsonSchema;
use serde::Deserialize;

use super::auth::Auth;
use super::data::DataSources;
use super::environment::Environment;
use super::escaping::Escaping;
use super::groups::Groups;
use super::history::History;
use super::hooks::Hooks;
use super::http::Http;
use super::id_map::IdMap;
use super::notify::Notify;
use super::output::Outputs;
use super::run::RunLimits;
use super::values::{ClientId, Tag, Vars};
use crate::profile::schema::{required_unless_in, required_without};

/// A profile: which Globus application asks for what, where tokens are kept, and what becomes of the groups.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    title = "Profile of globus-runner",
    transform = required_without("extends"),
    transform = required_unless_in("output", "template")
)]
pub struct WrittenProfile {
    /// The profile that this one extends: a name or a path. Its keys hold here too, except those that this profile has. In a
    /// section each key counts alone; a list or an inline table replaces that of the base.
    #[serde(default)]
    #[schemars(extend("format" = "path"), example = &"base")]
    #[expect(dead_code, reason = "it is followed before the table is read")]
    pub extends: Option<String>,
    /// One line for people. `runner profiles` shows it, and templates see it as `profile.description`.
    #[serde(default)]
    pub description: String,
    /// Words that select the profile, as `runner run --tag nightly` does.
    #[serde(default)]
    #[schemars(extend("uniqueItems" = true, "examples" = [["nightly"]]))]
    pub tags: Vec<Tag>,
    /// The Globus application to log in with. Register your own at <https://app.globus.org/settings/developers>.
    #[schemars(required)]
    pub client_id: Option<ClientId>,
    /// What the tokens allow. By default what the profile needs; scopes that are written have to cover that.
    #[schemars(
        length(min = 1),
        extend("examples" = [["urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships"]])
    )]
    pub scopes: Option<Vec<String>>,
    /// Where tokens are kept: the path of a `.json` or `.db` (SQLite) file, `"app:NAME"` for the token file of the
    /// `GlobusApp` with that name, or `"memory"` to keep none after the run. Outside of production the name of the
    /// file has a prefix, such as `preview-`.
    #[schemars(required, extend("format" = "path"), example = "~/.my-tokens.json")]
    pub storage: Option<String>,
    /// The template to render: a name that `runner templates` lists, or a path. The ending before `.hbs` is the
    /// format of the output, for which values are escaped. It may be left out if every output has a `template` of its own.
    #[schemars(extend("format" = "path"), regex(pattern = r"[^/]\.[^./]+\.hbs$"), example = "groups.csv.hbs")]
    pub template: Option<String>,
    /// How to log in. By default a person does, once.
    #[serde(default)]
    pub auth: Auth,
    /// Which groups, in which order, and what about them. By default all groups of which you are an active member.
    #[serde(default)]
    pub groups: Option<Groups>,
    /// Lists of any service of Globus, such as `[data.tasks]`. A profile that has some fetches groups only if it has `[groups]`.
    #[serde(default)]
    pub data: DataSources,
    /// Your own keys, with values of any type. A template sees `title` as `{{vars.title}}`; a date or time is a string.
    #[serde(default)]
    pub vars: Vars,
    /// How values are written into the output.
    #[serde(default)]
    pub escaping: Escaping,
    /// Where the output goes. Several are written as `[[output]]`.
    #[serde(default)]
    pub output: Outputs,
    /// What is kept of the runs that were delivered.
    #[serde(default)]
    pub history: History,
    /// Where numbers of users and groups are kept that stay the same from run to run.
    #[serde(default)]
    pub id_map: IdMap,
    /// How requests are made.
    #[serde(default)]
    pub http: Http,
    /// How long a run may take, and what it does beside others.
    #[serde(default)]
    pub run: RunLimits,
    /// Programs that run before and after a run: each a list of words, the program first, without a shell.
    #[serde(default)]
    pub hooks: Hooks,
    /// What is told of a run to those who watch over it.
    #[serde(default)]
    pub notify: Notify,
    /// Which Globus to use. The `GLOBUS_SDK_*` environment variables take precedence.
    #[serde(default)]
    pub environment: Environment,
}
