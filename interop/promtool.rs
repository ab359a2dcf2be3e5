//! Prometheus's `promtool` reads the metrics of a run.

use std::fs::File;
use std::process::Command;

use globus_sandbox::Fault;

use crate::support::User;

#[test]
fn promtool_finds_nothing_wrong_with_metrics() {
    let user = User::logged_in();
    // The path of the profile is a label.
    let profile = "a \"b\"\\ é/p";
    let metrics = user.home().join("p.prom");
    user.profile(profile, &format!("[notify]\ntextfile = '{}'", metrics.display()));
    let profile = format!("./{profile}.toml");
    for fails in [false, true] {
        if fails {
            user.sandbox.add_fault(Fault::status("/v2/groups/my_groups", 400).times(1));
        }
        user.run(["run", &profile, "-o", "p.csv"]).code(i32::from(fails));
        let checked = Command::new("promtool")
            .args(["check", "metrics"])
            .stdin(File::open(&metrics).unwrap())
            .output()
            .expect("`interop/run` installs promtool");
        assert!(checked.status.success() && checked.stderr.is_empty(), "{checked:?}");
    }
}
