//! Who a service of the system runs as, and what that account can read and write.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::names::PREFIX;
use crate::fs::resolve;
use crate::hash::sha256;
use crate::profile::process_env;
use crate::schedule::program::run;
use crate::terminal::shell::shell_word;
use crate::{Error, Result};

/// Where systemd keeps the folders of `StateDirectory=`, and those of users that it makes up.
const STATE: &str = "/var/lib";
const PRIVATE_STATE: &str = "/var/lib/private";
/// Where systemd looks for `LoadCredential=` without a path.
const CREDENTIAL_STORE: &str = "/etc/credstore";
/// The longest name of a user, in bytes.
const NAME_MAX: usize = 31;

/// A service of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemService {
    /// The name of its unit, without `.service`.
    pub unit: String,
    pub account: Account,
}

/// Who it runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// A user that is there while the service runs. Its home is the folder of its state.
    Dynamic,
    /// A user of the machine.
    User { name: String, id: u32, home: PathBuf },
}

impl SystemService {
    /// The service with this unit, as the user with this name, or else as one of its own.
    pub async fn of(unit: String, user: Option<&str>) -> Result<Self> {
        let account = match user {
            None => Account::Dynamic,
            Some(name) => find_user(name).await?,
        };
        Ok(Self { unit, account })
    }

    /// The name of the user.
    pub fn user(&self) -> String {
        match &self.account {
            Account::User { name, .. } => name.clone(),
            Account::Dynamic if self.unit.len() <= NAME_MAX && !self.unit.contains('.') => self.unit.clone(),
            // No user can have such a name.
            Account::Dynamic => format!("{PREFIX}{}", &sha256(self.unit.as_bytes())[..8]),
        }
    }

    pub fn is_dynamic(&self) -> bool {
        self.account == Account::Dynamic
    }

    /// Whether this process runs as the same user.
    pub fn is_own(&self) -> bool {
        matches!(self.account, Account::User { id, .. } if id == rustix::process::geteuid().as_raw())
    }

    /// The folder that systemd makes for it.
    pub fn state_folder(&self) -> PathBuf {
        Path::new(STATE).join(&self.unit)
    }

    pub fn home(&self) -> PathBuf {
        match &self.account {
            Account::Dynamic => self.state_folder(),
            Account::User { home, .. } => home.clone(),
        }
    }

    fn credentials(&self) -> PathBuf {
        PathBuf::from(format!("/run/credentials/{}.service", self.unit))
    }

    /// The environment that its profile is read with.
    pub fn variable(&self, name: &str) -> Option<OsString> {
        match name {
            "HOME" => Some(self.home().into()),
            "CREDENTIALS_DIRECTORY" => Some(self.credentials().into()),
            _ => process_env(name),
        }
    }

    /// The part of this path in its folder of state.
    pub(super) fn in_state<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let private = Path::new(PRIVATE_STATE).join(&self.unit);
        path.strip_prefix(self.state_folder()).or_else(|_| path.strip_prefix(private)).ok()
    }

    /// What systemd hands over of these files: the name, and where it is kept.
    pub(super) fn credentials_of<'f>(&self, files: impl Iterator<Item = &'f Path>) -> Vec<(String, PathBuf)> {
        let folder = self.credentials();
        let name = |file: &Path| Some(file.strip_prefix(&folder).ok()?.to_str()?.to_owned());
        let names = files.filter_map(name).filter(|name| !name.is_empty() && !name.contains('/'));
        names.map(|name| (name.clone(), Path::new(CREDENTIAL_STORE).join(name))).collect()
    }

    /// Whether systemd hands over one of these files, which is not there yet.
    pub fn hands_over(&self, files: &[PathBuf]) -> bool {
        files.iter().any(|file| file.starts_with(self.credentials()))
    }

    /// Fails if a service with a user of its own would write elsewhere than to its folder of state.
    pub fn check_writes(&self, argument: &str, folders: &[PathBuf]) -> Result<()> {
        if !self.is_dynamic() {
            return Ok(());
        }
        let Some(outside) = folders.iter().find(|folder| self.in_state(folder).is_none()) else {
            return Ok(());
        };
        let owner = fs::metadata(outside).map_or(0, |about| about.uid());
        let owner = if owner == 0 { "root".to_owned() } else { format!("the owner, with the id {owner}") };
        let state = self.state_folder();
        Err(Error::usage(format!("`{argument}` can't run as a user of its own"))
            .because(format!("it writes to `{}`, and such a user to `{}` alone", outside.display(), state.display()))
            .help(format!("name a user of the machine with `--user NAME`, such as {owner}; or write below `~`, which is that folder")))
    }

    /// Fails if a service with a user of its own can't read one of these files; for a user of the machine that is a warning, since
    /// access control lists may allow it.
    pub fn check_reads<'f>(
        &self,
        argument: &str,
        files: impl Iterator<Item = &'f Path>,
    ) -> Result<Vec<String>> {
        let mut warnings = Vec::new();
        let credentials = self.credentials();
        for file in files.filter(|file| !file.starts_with(&credentials)) {
            let Some(obstacle) = self.obstacle(file) else { continue };
            let why = format!("it can't read `{}`: {obstacle}", file.display());
            if !self.is_dynamic() {
                warnings.push(format!("the service runs as {}: {why}", self.user()));
                continue;
            }
            return Err(Error::usage(format!("`{argument}` can't run as a user of its own")).because(why).help(
                "let other users read it, or name a user of the machine with `--user NAME`; a secret goes to \
                 /etc/credstore/NAME, and the profile names it as `${CREDENTIALS_DIRECTORY}/NAME`",
            ));
        }
        Ok(warnings)
    }

    /// What on the way to this file keeps the user from it, as far as modes tell.
    fn obstacle(&self, file: &Path) -> Option<String> {
        let file = resolve(file);
        let mut ways: Vec<(&Path, u32)> = file.ancestors().skip(1).map(|folder| (folder, 0o1)).collect();
        ways.reverse();
        ways.push((&file, 0o4));
        ways.into_iter().find_map(|(path, need)| {
            let about = fs::metadata(path).ok()?;
            let mode = about.mode() & 0o777;
            let granted = match self.account {
                Account::User { id: 0, .. } => true,
                Account::User { id, .. } if id == about.uid() => mode & need << 6 != 0,
                // Who is in a group is not known here.
                Account::User { .. } => mode & (need << 3 | need) != 0,
                Account::Dynamic => mode & need != 0,
            };
            (!granted).then(|| format!("`{}` has the mode {mode:04o}", path.display()))
        })
    }

    /// The command that a person logs in with for it.
    pub fn login_command(&self, program: &str, profile: &str) -> String {
        let state = if self.is_dynamic() {
            format!("-p DynamicUser=yes -p StateDirectory={} ", self.unit)
        } else {
            String::new()
        };
        format!(
            "systemd-run --pty --wait --collect -p User={} {state}--setenv=HOME={} {} login {}",
            self.user(),
            shell_word(&self.home().to_string_lossy()),
            shell_word(program),
            shell_word(profile)
        )
    }
}

/// The user with this name, wherever the system has its users.
async fn find_user(name: &str) -> Result<Account> {
    let unknown = || {
        Error::usage(format!("there is no user `{name}`"))
            .help("make one with `useradd --system NAME`, or leave --user out")
    };
    let found = run("getent", &["--", "passwd", name]).await?;
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    let fields: Vec<&str> = text.lines().next().unwrap_or_default().split(':').collect();
    let (Some(name), Some(id), Some(home)) = (fields.first(), fields.get(2), fields.get(5)) else {
        return Err(unknown());
    };
    let id = id.parse().map_err(|_| unknown())?;
    Ok(Account::User { name: (*name).to_owned(), id, home: PathBuf::from(home) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(account: Account) -> SystemService {
        SystemService { unit: "globus-runner-p".to_owned(), account }
    }

    #[test]
    fn a_user_of_its_own_writes_to_its_state_alone() {
        let dynamic = service(Account::Dynamic);
        assert_eq!(dynamic.user(), "globus-runner-p");
        for (folder, fine) in [
            ("/var/lib/globus-runner-p", true),
            ("/var/lib/globus-runner-p/lists", true),
            ("/var/lib/private/globus-runner-p", true),
            ("/var/lib/globus-runner-p2", false),
            ("/var/lib", false),
            ("/srv", false),
        ] {
            assert_eq!(dynamic.check_writes("p", &[folder.into()]).is_ok(), fine, "{folder}");
        }
        let root = service(Account::User { name: "root".to_owned(), id: 0, home: "/root".into() });
        assert!(root.check_writes("p", &["/srv".into()]).is_ok());
    }

    #[test]
    fn credentials_are_files_in_their_folder() {
        let files = [
            "/run/credentials/globus-runner-p.service/x",
            "/etc/x",
            "/run/credentials/globus-runner-p.service/a/b",
        ];
        let found = service(Account::Dynamic).credentials_of(files.iter().map(Path::new));
        assert_eq!(found, [("x".to_owned(), PathBuf::from("/etc/credstore/x"))]);
    }
}
