//! One job as a line of a crontab.

use crate::schedule::expression::Expression;
use crate::schedule::job::Job;
use crate::terminal::shell::shell_word;
use crate::{Error, Result};

/// The longest command that Debian's cron runs, in bytes.
const MAX_COMMAND: usize = 998;

/// The line of a job, without its end. Its environment is part of the command: a line `HOME=` would hold for all lines
/// below it.
pub(super) fn line(expression: &Expression, job: &Job) -> Result<String> {
    let variables = job.environment.iter().map(|(name, value)| format!("{name}={}", shell_word(value)));
    let command = std::iter::once(job.program.clone()).chain(job.arguments_with_jitter());
    let words: Vec<String> = std::iter::once("/usr/bin/env".to_owned())
        .chain(variables)
        .chain(command.map(|word| shell_word(&word)))
        .collect();
    // cron takes a `%` for the end of a line.
    let command = words.join(" ").replace('%', "\\%");
    if command.len() > MAX_COMMAND {
        return Err(Error::usage(format!("the command for `{}` is too long for a crontab", job.profile))
            .because(format!("it has {} bytes, and cron runs {MAX_COMMAND} at most", command.len()))
            .help("take fewer folders into PATH, as in `PATH=/usr/bin:/bin runner schedule ...`"));
    }
    Ok(format!("{} {command}", expression.text()))
}

/// When a line runs, and the program that it starts. `None` for a line that this program did not write.
pub(super) fn read(line: &str) -> Option<(Expression, String)> {
    let mut rest = line.trim();
    let mut fields = Vec::new();
    for _ in 0..5 {
        let (field, after) = rest.split_once(char::is_whitespace)?;
        fields.push(field);
        rest = after.trim_start();
    }
    let expression = Expression::known(&fields.join(" "))?;
    let words = shlex::split(&rest.replace("\\%", "%"))?;
    let program = words.into_iter().skip(1).find(|word| !word.contains('=') || word.starts_with('/'))?;
    Some((expression, program))
}
