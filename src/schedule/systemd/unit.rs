//! The text of the units.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

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

/// What holds for every service of the system, which runs as root: it may do little more than a user.
const HARDENING: &str = "\
# For a file of another user: to write it, and to give the new one the owner of the old one.
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER
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

impl Units {
    /// The units of a job: for the system, where it may write to these folders alone, or for the user.
    pub fn new(expression: &Expression, job: &Job, system: Option<&[PathBuf]>) -> Self {
        Self { service: service(expression, job, system), timer: timer(expression, job) }
    }
}

fn service(expression: &Expression, job: &Job, system: Option<&[PathBuf]>) -> String {
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
    if let Some(folders) = system {
        text += HARDENING;
        for folder in folders {
            // One that is not there yet is no error.
            let _ = writeln!(text, "ReadWritePaths={}", word(&format!("-{}", folder.display())));
        }
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
