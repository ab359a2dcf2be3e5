//! Metrics in the text format of Prometheus.

use std::fmt::Write;

use jiff::Timestamp;

/// What is known of the last run of a profile.
#[derive(Debug)]
pub struct Metrics<'m> {
    /// The name or path of the profile.
    pub profile: &'m str,
    pub ended: Timestamp,
    pub last_success: Option<Timestamp>,
    /// In seconds.
    pub duration: f64,
    pub exit_code: u8,
    /// Of the first output; `None` if nothing was delivered.
    pub rows: Option<u64>,
    /// What has come, gone and changed since the run before, where that is known.
    pub changes: Option<[u64; 3]>,
    pub requests: u64,
    pub retries: u64,
    /// In how many seconds a person has to log in; `None` if that is not known.
    pub login_needed_in: Option<i64>,
}

impl Metrics<'_> {
    /// The metrics, each with its help.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let seconds = |at: Timestamp| at.as_second().to_string();
        let mut add = |name: &str, help: &str, samples: &[(&str, String)]| {
            if samples.is_empty() {
                return;
            }
            // Writing to a text can't fail.
            let _ = writeln!(text, "# HELP globus_runner_{name} {help}\n# TYPE globus_runner_{name} gauge");
            for (labels, value) in samples {
                let profile = label(self.profile);
                let _ = writeln!(text, "globus_runner_{name}{{profile=\"{profile}\"{labels}}} {value}");
            }
        };
        let one = |value: String| vec![("", value)];
        let known = |value: Option<String>| value.map_or_else(Vec::new, one);
        add("last_run_timestamp_seconds", "When the last run ended.", &one(seconds(self.ended)));
        add(
            "last_success_timestamp_seconds",
            "When the last run ended that succeeded.",
            &known(self.last_success.map(seconds)),
        );
        add(
            "last_run_duration_seconds",
            "How long the last run took.",
            &one(format!("{:.3}", self.duration)),
        );
        add("last_run_exit_code", "How the last run ended: 0 is success.", &one(self.exit_code.to_string()));
        add(
            "rows",
            "How many groups the output has, or rows of another list.",
            &known(self.rows.map(|rows| rows.to_string())),
        );
        let changes = self.changes.map_or_else(Vec::new, |[added, removed, changed]| {
            vec![
                (",change=\"added\"", added.to_string()),
                (",change=\"removed\"", removed.to_string()),
                (",change=\"changed\"", changed.to_string()),
            ]
        });
        add("changes", "How many rows are new, gone and different since the run before.", &changes);
        add("last_run_requests", "How many requests the last run sent.", &one(self.requests.to_string()));
        add("last_run_retries", "How many of them were sent again.", &one(self.retries.to_string()));
        add(
            "login_needed_seconds",
            "In how many seconds a person has to log in, if no run refreshes the tokens until then.",
            &known(self.login_needed_in.map(|seconds| seconds.to_string())),
        );
        text
    }
}

/// The value of a label, escaped as the format wants it.
fn label(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_has_a_help_a_type_and_an_escaped_label() {
        let metrics = Metrics {
            profile: "a \"b\"\\\n.toml",
            ended: Timestamp::from_second(1_700_000_000).unwrap(),
            last_success: None,
            duration: 1.25,
            exit_code: 3,
            rows: Some(7),
            changes: Some([1, 2, 3]),
            requests: 2,
            retries: 1,
            login_needed_in: Some(-5),
        };
        let text = metrics.text();
        let samples: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(samples.iter().all(|line| line.contains("{profile=\"a \\\"b\\\"\\\\\\n.toml\"")), "{text}");
        assert_eq!(samples[0].rsplit(' ').next(), Some("1700000000"));
        assert!(!text.contains("last_success"), "what is not known is left out: {text}");
        assert_eq!(text.matches("# TYPE").count(), 8);
        assert_eq!(samples.len(), 10);
    }
}
