//! Names that people and groups have on a machine, by rules of the profile.
//!
//! No name is cut or mended, and none is given twice: a list of who may do what must not mean another person.

use std::cell::RefCell;
use std::collections::BTreeMap;

use uuid::Uuid;

use super::call::{Call, CallError, unfit, wrong};
use super::function::{Function, function};
use super::links::slug_of;
use super::state::GivenNames;
use crate::value::{Object, Value};
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    function("accounts", "{{#each (accounts LIST RULES)}}", (2, 2), accounts),
    function("local_group", "{{local_group NAME ID RULES}}", (3, 3), local_group),
    function("local_user", "{{local_user USERNAME RULES}}", (2, 2), local_user),
    function("local_users", "{{#each (local_users LIST RULES)}}", (2, 2), local_users),
];

/// The key of a local name.
const ACCOUNT: &str = "account";

/// The longest name that the tools of Linux take, in bytes.
const MAX_NAME: usize = 32;

/// Names with rights of their own on many machines, of Debian, of Red Hat and of widespread services. A pattern gives none
/// of them, only a rule that names them.
const PRIVILEGED: &[&str] = &[
    "abrt",
    "adm",
    "admin",
    "apache",
    "apt",
    "arpwatch",
    "audio",
    "avahi",
    "backup",
    "bin",
    "bluetooth",
    "cdrom",
    "ceph",
    "chrony",
    "clock",
    "cockpit-ws",
    "colord",
    "containerd",
    "crontab",
    "cups",
    "daemon",
    "dbus",
    "dialout",
    "dip",
    "disk",
    "dnsmasq",
    "docker",
    "dovecot",
    "dovenull",
    "elasticsearch",
    "exim",
    "fax",
    "floppy",
    "ftp",
    "fwupd-refresh",
    "games",
    "gdm",
    "geoclue",
    "gitlab-runner",
    "gluster",
    "gnats",
    "gnome-initial-setup",
    "google-sudoers",
    "grafana",
    "haclient",
    "hacluster",
    "halt",
    "haproxy",
    "http",
    "incus",
    "incus-admin",
    "influxdb",
    "input",
    "irc",
    "jenkins",
    "k3s",
    "kmem",
    "kubelet",
    "kvm",
    "landscape",
    "ldap",
    "libvirt",
    "libvirt-dnsmasq",
    "libvirt-qemu",
    "lightdm",
    "list",
    "lock",
    "lp",
    "lpadmin",
    "lxc",
    "lxd",
    "mail",
    "mailnull",
    "man",
    "mariadb",
    "memcache",
    "messagebus",
    "mlocate",
    "mongodb",
    "munge",
    "mysql",
    "nagios",
    "named",
    "netdev",
    "news",
    "nfs",
    "nfsnobody",
    "nginx",
    "nixbld",
    "nobody",
    "nogroup",
    "nslcd",
    "ntp",
    "ntpd",
    "opendkim",
    "openldap",
    "operator",
    "pcap",
    "plocate",
    "plugdev",
    "podman",
    "podman-users",
    "polkitd",
    "pollinate",
    "postfix",
    "postgres",
    "prometheus",
    "proxy",
    "pulse",
    "puppet",
    "qemu",
    "rabbitmq",
    "redis",
    "render",
    "root",
    "rpc",
    "rpcuser",
    "rtkit",
    "salt",
    "saned",
    "sasl",
    "scanner",
    "screen",
    "sgx",
    "shadow",
    "shutdown",
    "slurm",
    "slurmadmin",
    "spamd",
    "squid",
    "src",
    "ssh",
    "ssh_keys",
    "sshd",
    "ssl-cert",
    "sssd",
    "staff",
    "stapdev",
    "stapsys",
    "stapusr",
    "sudo",
    "sudoers",
    "sync",
    "sys",
    "syslog",
    "systemd-journal",
    "systemd-network",
    "systemd-resolve",
    "tape",
    "tcpdump",
    "tcsd",
    "telegraf",
    "tomcat",
    "toor",
    "tss",
    "tty",
    "unbound",
    "usbmux",
    "users",
    "utempter",
    "utmp",
    "uucp",
    "uuidd",
    "vboxadd",
    "vboxusers",
    "vcsa",
    "video",
    "voice",
    "wheel",
    "whoopsie",
    "wireshark",
    "www-data",
    "zabbix",
];

/// The local name of a person; null if the rules leave them out.
fn local_user(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (username, rules) = (call.text(0)?, call.object(1)?);
    Ok(user(call, &username, rules)?.map_or(Value::Null, Value::from).into())
}

/// A membership of each person in a list, with the local name as `account`, in alphabetical order. People whom the rules
/// leave out are not there.
fn accounts(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (list, rules) = (call.list(0)?, call.object(1)?);
    let mut accounts: BTreeMap<String, Value> = BTreeMap::new();
    for membership in list {
        let Value::Object(object) = membership else {
            return wrong("an element of its list is not a membership");
        };
        if let Some(name) = user(call, username(membership)?, rules)? {
            let account = || object.with(ACCOUNT, name.as_str().into()).into();
            accounts.entry(name.clone()).or_insert_with(account);
        }
    }
    Ok(accounts.into_values().collect::<Value>().into())
}

fn username(membership: &Value) -> Result<&str, CallError> {
    let username = membership.get("username").and_then(Value::as_str);
    username.map_or_else(|| wrong("an element of its list has no `username`"), Ok)
}

/// The local names of the people in a list of memberships, each once. Those that the rules leave out are not there.
fn local_users(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (list, rules) = (call.list(0)?, call.object(1)?);
    let mut names: Vec<String> = Vec::with_capacity(list.len());
    for membership in list {
        names.extend(user(call, username(membership)?, rules)?);
    }
    names.sort_unstable();
    names.dedup();
    Ok(names.into_iter().map(Value::from).collect::<Value>().into())
}

/// The local name of a group.
fn local_group(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (name, id, rules) = (call.text(0)?, call.text(1)?, call.object(2)?);
    let named = Named { what: "the group", shown: &name, owner: &id, key: &name, stand_in: "group" };
    // Anyone can give a group the id of another one as its name.
    let by_name = Some(&*name).filter(|name| Uuid::try_parse(name).is_err());
    let rule = [Some(&*id), by_name, Some("*")].into_iter().flatten().find_map(|key| Rule::of(rules, key));
    let local = match rule.transpose()? {
        Some(Rule::Pattern(pattern)) => named.filled(pattern, "{name}", &slug_of(&name)),
        Some(Rule::LeftOut) => return Ok(Value::Null.into()),
        None => Err(named.without_rule(&format!("{name:?} = \"a-name\""))),
    };
    named.give(local, call, call.state.groups()).map(HelperOutput::from)
}

fn user(call: &Call<'_>, username: &str, rules: &Object) -> Result<Option<String>, CallError> {
    let is_in_capitals = |key: &str| key.chars().any(char::is_uppercase);
    if let Some(key) = rules.keys().find(|key| is_in_capitals(key)) {
        return wrong(format!("the rule for `{key}` is for none: its key is not in small letters"));
    }
    let folded = username.to_lowercase();
    let (user, domain) = folded.rsplit_once('@').unwrap_or((&folded, ""));
    let whole = Some(&*folded).filter(|_| !domain.is_empty());
    let named = Named { what: "the user", shown: username, owner: username, key: &folded, stand_in: "user" };
    let rule = [whole, Some(domain), Some("*")].into_iter().flatten().find_map(|key| Rule::of(rules, key));
    let local = match rule.transpose()? {
        Some(Rule::Pattern(pattern)) => named.filled(pattern, "{user}", user),
        Some(Rule::LeftOut) => return Ok(None),
        None => Err(named.without_rule(&format!("{domain:?} = \"{{user}}\"` or `{domain:?} = false"))),
    };
    named.give(local, call, call.state.users()).map(Some)
}

/// What a profile says about a user, a domain or a group.
enum Rule<'r> {
    Pattern(&'r str),
    /// `false`
    LeftOut,
}

impl<'r> Rule<'r> {
    fn of(rules: &'r Object, key: &str) -> Option<Result<Self, CallError>> {
        match rules.get(key)? {
            Value::Text(pattern) => Some(Ok(Self::Pattern(pattern))),
            Value::Bool(false) => Some(Ok(Self::LeftOut)),
            other => {
                Some(wrong(format!("the rule for `{key}` is {}, not a text or false", other.type_name())))
            }
        }
    }
}

/// Who or what gets a name.
struct Named<'n> {
    what: &'static str,
    /// As a message names it.
    shown: &'n str,
    /// No two have the same.
    owner: &'n str,
    /// That of a rule for it alone.
    key: &'n str,
    stand_in: &'static str,
}

impl Named<'_> {
    /// What the pattern of a rule gives.
    fn filled(&self, pattern: &str, placeholder: &str, value: &str) -> Result<String, CallError> {
        let local = pattern.replace(placeholder, value);
        let rule = format!("give it a rule of its own: {:?} = \"a-name\"", self.key);
        if !is_local_name(&local) {
            let why = format!(
                "{} `{}` would be `{local}`, which is no local name: a small letter or `_`, then these, \
                 digits, `.` or `-`, {MAX_NAME} characters in all",
                self.what, self.shown
            );
            return unfit(why, rule);
        }
        if local != pattern && is_of_system(&local) {
            let why = format!("{} `{}` would be `{local}`, a name of the system", self.what, self.shown);
            return unfit(why, rule);
        }
        Ok(local)
    }

    fn without_rule(&self, rule: &str) -> CallError {
        let why = format!("no rule gives {} `{}` a local name", self.what, self.shown);
        CallError::Unfit { why, help: format!("add to the rules `{rule}`") }
    }

    /// Gives the name, unless another one has it.
    fn give(
        &self,
        local: Result<String, CallError>,
        call: &Call<'_>,
        given: &RefCell<GivenNames>,
    ) -> Result<String, CallError> {
        let mut given = given.borrow_mut();
        let local = match local {
            Err(CallError::Unfit { .. }) if call.state.is_made_up() => {
                return Ok(given.make_up(self.stand_in, self.owner));
            }
            local => local?,
        };
        match given.give(&local, self.owner) {
            Ok(()) => Ok(local),
            Err(_) if call.state.is_made_up() => Ok(given.make_up(self.stand_in, self.owner)),
            Err(other) => unfit(
                format!("{} `{}` would be `{local}`, and so is `{other}`", self.what, self.shown),
                format!("give one of them a rule of its own: {:?} = \"another-name\"", self.key),
            ),
        }
    }
}

/// Debian begins the names of new system accounts with `_`.
fn is_of_system(name: &str) -> bool {
    name.starts_with('_') || name.starts_with("systemd-") || PRIVILEGED.binary_search(&name).is_ok()
}

/// Whether shadow-utils, adduser and systemd take this name for a user or a group, and other programs for one word.
fn is_local_name(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b"_.-".contains(&c))
}

#[cfg(test)]
mod tests {
    use super::{PRIVILEGED, is_local_name, is_of_system};

    #[test]
    fn names_of_the_system_are_known() {
        assert!(PRIVILEGED.is_sorted());
        for name in
            ["_apt", "_ssh", "systemd-timesync", "messagebus", "cdrom", "postfix", "toor", "root", "www-data"]
        {
            assert!(is_of_system(name), "{name}");
        }
        assert!(!is_of_system("ada") && !is_of_system("rooted"));
    }

    #[test]
    fn a_local_name_is_one_word_of_ascii() {
        for good in ["a", "_x", "ada.reyes", "a-1_b.c", "abcdefghijklmnopqrstuvwxyz012345"] {
            assert!(is_local_name(good), "{good}");
        }
        for bad in [
            "",
            "1a",
            "-a",
            ".a",
            "..",
            "Ada",
            "a b",
            "a:b",
            "a,b",
            "a/b",
            "a\n",
            "a$",
            "é",
            "a@b",
            "+a",
            "#a",
            "abcdefghijklmnopqrstuvwxyz0123456",
        ] {
            assert!(!is_local_name(bad), "{bad}");
        }
    }
}
