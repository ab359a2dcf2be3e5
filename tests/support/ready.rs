//! The profiles and templates that ship, and the groups they are rendered with.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Outcome, User};

/// Every profile that ships and is about groups, and the file it makes.
pub const READY: [(&str, &str); 9] = [
    ("groups", "groups.csv"),
    ("groups-csv-excel", "groups-excel.csv"),
    ("groups-json", "groups.json"),
    ("groups-yaml", "groups.yaml"),
    ("groups-md", "groups.md"),
    ("groups-html", "groups.html"),
    ("groups-txt", "groups.txt"),
    ("tree", "tree.txt"),
    ("tree-dot", "tree.dot"),
];

/// Those of the profiles that ship which are about members.
pub const MEMBERS: [(&str, &str); 10] = [
    ("members", "members.csv"),
    ("members-html", "members.html"),
    ("members-json", "members.json"),
    ("people", "people.csv"),
    ("htgroup", "htgroup"),
    ("unix-group", "group"),
    ("passwd", "passwd"),
    ("hiera-yaml", "hiera.yaml"),
    ("jupyterhub-allowlist", "jupyterhub.json"),
    ("globus-identity-mapping", "identity-mapping.json"),
];

/// Those about other services.
pub const LISTS: [(&str, &str); 2] = [("flow-runs", "flow-runs.csv"), ("transfers", "transfers.csv")];

/// The groups that the documentation shows.
pub const SAMPLE: &str = include_str!("../../src/data/sample.json");

/// Groups whose texts try to do harm, and one with no more than an ID and a name.
pub const HOSTILE: &str = include_str!("../ready/data/hostile.json");

/// The time of every rendering, for `SOURCE_DATE_EPOCH`.
const AT: &str = "1790000000";

/// The variable that makes tests write the expected files instead of comparing them.
pub const UPDATE: &str = "UPDATE_SAMPLES";

/// What a profile makes of these groups.
pub fn rendered(user: &User, profile: &str, groups: &str) -> String {
    user.sandbox.set_groups(parsed(groups));
    let mut command = user.command(["--profile", profile]);
    Outcome::of(command.env("SOURCE_DATE_EPOCH", AT)).code(0).stderr("").stdout
}

/// What a profile makes in this `--sandbox`.
pub fn made(user: &User, profile: &str, sandbox: &str) -> String {
    let mut command = user.command(["-q", "--profile", profile, sandbox]);
    // The day after the transfers of the sandbox.
    let at = if profile == "transfers" { "1772510400" } else { AT };
    Outcome::of(command.env("SOURCE_DATE_EPOCH", at)).code(0).stderr("").stdout
}

pub fn is_updating() -> bool {
    std::env::var_os(UPDATE).is_some()
}

pub fn parsed(groups: &str) -> Vec<Value> {
    serde_json::from_str(groups).unwrap()
}

/// The file holds these bytes, or is made to. `update` is the command for that.
#[track_caller]
pub fn assert_holds(file: &Path, content: &str, update: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if is_updating() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        return;
    }
    let held = fs::read_to_string(path).unwrap_or_default();
    assert!(
        held == content,
        "{} is not what is made now:\n{content}\nIf that is right: {update}",
        file.display()
    );
}

/// The groups that `runner` has with this `--sandbox`.
pub fn sandbox_groups(user: &User, sandbox: &str) -> Vec<Value> {
    let profile = include_str!("../../profiles/groups.toml").replace("groups.csv.hbs", "all.json.hbs");
    user.write("all.toml", &profile);
    user.write("all.json.hbs", "{{json groups}}");
    parsed(&user.run(["-q", "--profile", "./all.toml", sandbox]).code(0).stdout)
}
