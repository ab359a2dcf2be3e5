//! The text of the units.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::account::{Account, SystemService};
use super::quote::{line, word, word_of_command};
use crate::schedule::expression::Expression;
use crate::schedule::job::Job;
use crate::schedule::on_calendar::on_calendar;

/// The section that systemd ignores, and that tells us what the units are for.
pub(super) const OWN_SECTION: &str = "[X-Globus-Runner]";

/// The texts of a service and its timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Units {
    pub service: String,
    pub timer: String,
}

/// What root keeps of its rights.
const OF_ROOT: &str = "\
# For a file of another user: to write it, and to give the new one the owner of the old one.
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER
";

/// What holds for every service of the system, whoever it runs as.
const HARDENING: &str = "\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077
";

/// What a service of the system needs beside its job.
#[derive(Debug)]
pub struct InSystem<'s> {
    pub service: &'s SystemService,
    /// The folders that it writes to.
    pub folders: &'s [PathBuf],
    /// The files that it reads.
    pub files: &'s [PathBuf],
}

impl InSystem<'_> {
    fn settings(&self) -> String {
        let Self { service, folders, files } = self;
        let mut text = String::new();
        let is_root = matches!(service.account, Account::User { id: 0, .. });
        let _ = writeln!(text, "User={}", word(&service.user()));
        if service.is_dynamic() {
            text += "DynamicUser=yes\n";
        }
        let mut states = vec![service.unit.clone()];
        for folder in *folders {
            match service.in_state(folder) {
                Some(inside) if inside.as_os_str().is_empty() => {}
                Some(inside) => states.push(word(&format!("{}/{}", service.unit, inside.display()))),
                // One that is not there yet is no error.
                None => {
                    let _ = writeln!(text, "ReadWritePaths={}", word(&format!("-{}", folder.display())));
                }
            }
        }
        let _ = writeln!(text, "StateDirectory={}\nStateDirectoryMode=0700", states.join(" "));
        for (name, path) in service.credentials_of(files.iter().map(PathBuf::as_path)) {
            let _ = writeln!(text, "LoadCredential={}", word(&format!("{name}:{}", path.display())));
        }
        text += if is_root { OF_ROOT } else { "CapabilityBoundingSet=\n" };
        text + HARDENING
    }
}

impl Units {
    /// The units of a job: for the system, or for the user.
    pub fn new(expression: &Expression, job: &Job, system: Option<&InSystem<'_>>) -> Self {
        Self { service: service(expression, job, system), timer: timer(expression, job) }
    }
}

fn service(expression: &Expression, job: &Job, system: Option<&InSystem<'_>>) -> String {
    let mut text = head(job);
    if system.is_some() {
        text += "Wants=network-online.target\nAfter=network-online.target\n";
    }
    // A stop reaches the run alone, which ends its hooks, and tells others of its end.
    text += "\n[Service]\nType=oneshot\nKillMode=mixed\n";
    let words: Vec<String> =
        std::iter::once(&job.program).chain(&job.arguments).map(|text| word_of_command(text)).collect();
    let _ = writeln!(text, "ExecStart={}", words.join(" "));
    for (name, value) in &job.environment {
        let _ = writeln!(text, "Environment={}", word(&format!("{name}={value}")));
    }
    if let Some(system) = system {
        text += &system.settings();
    }
    let _ = write!(
        text,
        "\n{OWN_SECTION}\nProfile={}\nProgram={}\nSchedule={}\n",
        job.profile,
        job.program,
        expression.text()
    );
    text
}

fn timer(expression: &Expression, job: &Job) -> String {
    let mut text = head(job);
    text += "\n[Timer]\n";
    for value in on_calendar(expression) {
        let _ = writeln!(text, "OnCalendar={value}");
    }
    if let Some(jitter) = job.jitter.filter(|jitter| *jitter > Duration::ZERO) {
        let _ = writeln!(text, "RandomizedDelaySec={}s", jitter.as_secs());
    }
    text += "Persistent=true\n\n[Install]\nWantedBy=timers.target\n";
    text
}

fn head(job: &Job) -> String {
    format!(
        "# Written by `runner schedule`, which also removes it.\n[Unit]\nDescription={}\n",
        line(&job.description)
    )
}

/// A value of our own section.
pub(super) fn own_value<'t>(service: &'t str, key: &str) -> Option<&'t str> {
    let (_, own) = service.split_once(OWN_SECTION)?;
    own.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
}
