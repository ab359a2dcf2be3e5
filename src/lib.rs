//! `runner` turns a TOML profile into a finished file: it logs in to Globus when no tokens are stored, refreshes them as
//! needed, fetches your groups and renders them through a Handlebars template.
//!
//! This page is the map of the source. The library exists for the binary; it publishes only what tests and benches use.
//!
//! # The way of the data
//!
//! ```text
//! profile  ->  session  ->  data     ->  template     ->  output
//! (TOML)       (tokens,     (rows,       (Handlebars,     (stdout or a file:
//!               login,       each as      values           whole or
//!               refresh)     it arrives)  escaped)         unchanged)
//! ```
//!
//! `run/pipeline.rs` is this line, for one profile or several. It loads the profile and the template first, so that a
//! mistake in them costs no request, and renders the sample before a person has to log in, so that no login is spent on
//! one. Profiles that share a login share a session, and a fetch if they ask for the same. The fetch takes the session's authorizer and the rendering as arguments: it asks for an access token, and for
//! another one after a 401, and hands each row to the rendering. A row is rendered as soon as it arrives, if the template
//! allows it; the output is delivered once it is complete.
//!
//! # The rooms
//!
//! A room imports only from rooms that come earlier in this table, and no two files import each other. `tests/architecture.rs`
//! checks both. A `mod.rs` only declares and re-exports. `pub` is for other rooms, `pub(super)` for the same room.
//!
//! | room | what is in it |
//! |---|---|
//! | `diagnostic/` | mistakes in a file, shown with their line; "did you mean"; text made safe for a terminal (`clean`), masked secrets (`mask`), spans of time in words (`duration`), times with their zone (`moment`) |
//! | `error` | errors: what failed, why, what to do, and the exit code |
//! | `problem` | errors, mistakes and warnings for `--json` |
//! | `runtime` | the async runtime, and the thread that drives it |
//! | `hash` | hashes that name files and tell whether they have changed |
//! | `fs` | files that are replaced whole or not at all |
//! | `state` | the folder where runs keep what later runs read |
//! | `terminal/` | prompts, stderr, which never blocks (`stderr`), messages for a person at the terminal alone (`tell`), signals, words quoted for a shell (`shell`) |
//! | `process/` | other programs: started without a shell and without secrets in their environment, and ended with their children |
//! | `globus/` | the services: environments, scopes, HTTP, token stores, OAuth, logins, API calls; it knows neither profiles nor templates |
//! | `catalog/` | where profiles and templates are found by name, and those that are built in |
//! | `profile/` | a profile with what it extends, as written, and as meant; every mistake in it; each value with its source (`settings`) |
//! | `data/` | rows from a source (live or a snapshot), which ones earlier runs delivered (`history`), and the context that a template sees |
//! | `id_map/` | numbers of users and groups that stay the same from run to run |
//! | `template/` | a template with its partials: what it reads, the sample, rendering row by row or at once |
//! | `output/` | holding a rendering until it is complete, asking the guard, and delivering it |
//! | `run/` | the pipeline, sessions, logins that profiles share, whether a run would work, and what goes along with a run: its log, locks, hooks and notices |
//! | `preview/` | rendering a snapshot or the sample, once or on each save |
//! | `init/` | writing a first profile and template |
//! | `schedule/` | when a profile runs by itself: cron expressions, and what systemd, cron and Kubernetes are told |
//! | `cli/` | the command line, one file for each command; only it and `output` write to stdout |
//!
//! # Rules that hold everywhere
//!
//! - **Whole or unchanged.** Nothing goes to stdout before the rendering is complete. The outputs of one run are all
//!   rendered, judged and on the disk before the first is replaced. A regular file, such as a JSON token
//!   file, is replaced by a rename or stays as it was. SQLite changes its file in place, in a transaction. Devices,
//!   named pipes and open descriptors, such as `/dev/stdout`, are written to.
//! - **Nothing is delivered that the guard refuses.** It counts rows, and knows those that the last run delivered. What it
//!   needs to know is written before the output, so that no output is delivered that the next run could not be compared with.
//! - **Stdout is data, stderr is messages.** Prompts, warnings and logs never go to stdout.
//! - **Never hang.** No prompt without a terminal. Locks, logins, secret commands, hooks, pings, requests and programs such as `crontab` have deadlines. With
//!   `timeout = -1` a request has none, unless it is for a token. What has arrived when a deadline ends still counts. A signal
//!   ends a run, also one whose output is blocked. A stderr whose reader takes nothing delays a run by at most three seconds;
//!   what it does not take is lost.
//!   After a signal, hooks and pings that tell of the end have seconds, and a second signal ends them.
//!   Tokens that are not stored yet delay every signal that can be caught by at most ten seconds, and a second signal does
//!   not wait. A locked SQLite file blocks the thread for at most five seconds.
//! - **Nothing relies on being dropped.** A kill drops nothing, and a panic unwinds nothing: `cli/panic_hook.rs` says what failed,
//!   stores the tokens of `globus/auth/held_tokens.rs`, and ends the programs of `process/group.rs`.
//! - **Exit codes are an interface**: see [`Kind`]. The log, metrics, hooks and pings of a run tell the same as its exit code.
//! - **Tokens and client secrets stay in [`secrecy::SecretString`]** until they are sent or stored. No log, error or panic
//!   shows one.
//! - **No program that is started gets a variable with a secret**: `process/environment.rs` makes each of them.
//! - **A token goes only to the services of the environment that issued it**, and to a URL that the profile names. See
//!   `globus/auth/audience.rs`.
//! - **A new refresh token is stored at once**, before the rest of the response is judged, because the old one is no longer
//!   valid. No refresh is sent whose response could not be stored. If storing fails after all, the run uses the token,
//!   stores it at its end, or reports it as lost. The tokens of a login are checked first, and revoked if a check fails.
//! - **No value leaves its place.** Other people choose the names of groups. A value is escaped in the output, followed to
//!   where it lands there, and harmless at a terminal.
//! - **Memory does not grow with the response** if the template renders row by row.
//! - **Most runs make one request.** Nothing is loaded, parsed or built that a run does not need.

mod catalog;
mod cli;
mod data;
mod diagnostic;
mod error;
mod fs;
pub mod fuzzing;
mod globus;
mod hash;
mod id_map;
mod init;
mod output;
mod preview;
mod problem;
mod process;
mod profile;
mod run;
mod runtime;
mod schedule;
mod state;
mod template;
mod terminal;

pub use catalog::{EMBEDDED_PROFILES, EMBEDDED_TEMPLATES, Origin, SourceText};
pub use cli::main;
pub use data::{Fields, Lists, Outcome, Outcomes, RowReader, RowReceiver, SourceName, TemplateContext};
pub use diagnostic::clean;
pub use error::{Error, Kind, Result};
pub use globus::http::{ElementSink, JsonArraySplitter, SplitError};
pub use globus::tokens::TokenStore;
pub use profile::Profile;
pub use schedule::{ClockChanges, Expression, next_times, on_calendar};
pub use template::{Rendering, Template};
