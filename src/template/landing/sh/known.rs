//! What a shell, and the programs that it starts, do with their words.

/// After these words a command begins.
pub(super) const KEYWORDS: [&str; 10] =
    ["if", "then", "else", "elif", "do", "while", "until", "!", "{", "time"];

/// These run the command that their arguments name.
pub(super) const RUNNERS: [&str; 13] = [
    "builtin", "chroot", "command", "doas", "env", "exec", "ionice", "nice", "nohup", "setsid", "stdbuf",
    "sudo", "timeout",
];

/// No argument of these is safe: they run it, or calculate with it, which can run it.
pub(super) const DANGEROUS: &[&str] = &[
    ".",
    "alias",
    "at",
    "batch",
    "bind",
    "break",
    "chrt",
    "compgen",
    "complete",
    "continue",
    "coproc",
    "crontab",
    "enable",
    "entr",
    "eval",
    "exit",
    "expect",
    "flock",
    "function",
    "gdb",
    "getopts",
    "hash",
    "let",
    "ltrace",
    "mapfile",
    "nsenter",
    "parallel",
    "read",
    "readarray",
    "return",
    "runuser",
    "screen",
    "script",
    "setarch",
    "shift",
    "source",
    "ssh",
    "strace",
    "su",
    "systemd-run",
    "taskset",
    "tmux",
    "trap",
    "unbuffer",
    "unset",
    "unshare",
    "watch",
    "xargs",
    "xvfb-run",
];

/// These declare variables.
pub(super) const DECLARATIONS: [&str; 6] = ["declare", "export", "integer", "local", "readonly", "typeset"];

/// These run what they read, if it is a program.
pub(super) const READERS: &[&str] = &[
    ".", "ash", "at", "bash", "batch", "crontab", "dash", "fish", "ksh", "mysql", "node", "parallel", "perl",
    "psql", "python", "python3", "ruby", "sh", "source", "sqlite3", "ssh", "su", "xargs", "zsh",
];

/// These take a program as the word after one of these options.
pub(super) const INTERPRETERS: &[(&str, char)] = &[
    ("sh", 'c'),
    ("ash", 'c'),
    ("bash", 'c'),
    ("dash", 'c'),
    ("ksh", 'c'),
    ("zsh", 'c'),
    ("fish", 'c'),
    ("python", 'c'),
    ("python3", 'c'),
    ("perl", 'e'),
    ("ruby", 'e'),
    ("node", 'e'),
    ("php", 'r'),
    ("sed", 'e'),
    ("rsync", 'e'),
    ("git", 'c'),
    ("ex", 'c'),
    ("vi", 'c'),
    ("vim", 'c'),
    ("nvim", 'c'),
    ("script", 'c'),
];

/// These take a program as the first word that is no option.
pub(super) const PROGRAM_FIRST: [&str; 6] = ["awk", "gawk", "mawk", "nawk", "sed", "jq"];

/// A shell runs the value of these, calculates with it, or finds programs there; so do programs that it starts.
const VARIABLES: &[&str] = &[
    "BASH_ENV",
    "BROWSER",
    "CDPATH",
    "EDITOR",
    "ENV",
    "EPOCHSECONDS",
    "HISTCMD",
    "HOME",
    "IFS",
    "LESSCLOSE",
    "LESSOPEN",
    "LINENO",
    "MANPAGER",
    "OPTERR",
    "OPTIND",
    "PAGER",
    "PATH",
    "PROMPT_COMMAND",
    "PS0",
    "PS1",
    "PS2",
    "PS3",
    "PS4",
    "RANDOM",
    "RSYNC_RSH",
    "SECONDS",
    "SHELL",
    "SHELLOPTS",
    "SRANDOM",
    "TAR_OPTIONS",
    "VISUAL",
];
const VARIABLE_PREFIXES: [&str; 9] =
    ["BASH_", "DYLD_", "GIT_", "JAVA_", "LD_", "NODE_", "PERL5", "PYTHON", "RUBY"];

/// Whether a shell, or a program that it starts, runs the value of this variable or calculates with it.
pub(in crate::template::landing) fn is_code(variable: &str) -> bool {
    VARIABLES.contains(&variable) || VARIABLE_PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
}
