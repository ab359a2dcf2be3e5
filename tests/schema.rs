//! The JSON Schema of a profile.

use std::fs;

use boon::{Compiler, SchemaIndex, Schemas};
use globus_runner::EMBEDDED_PROFILES;
use serde_json::Value;

use crate::support::{User, mkfifo};

const REQUIRED: &str = "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\nscopes = [\"s\"]\n\
                        storage = \"memory\"\ntemplate = \"groups.csv.hbs\"\n";

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    /// What `runner schema` prints.
    fn printed(user: &User) -> Self {
        Self::parse(&user.run(["schema"]).code(0).stderr("").stdout)
    }

    fn parse(text: &str) -> Self {
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        compiler.add_resource("profile.json", serde_json::from_str(text).unwrap()).unwrap();
        let index = compiler.compile("profile.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn check(&self, profile: &str) -> Result<(), String> {
        let table: toml::Table = profile.parse().unwrap();
        let value = serde_json::to_value(table).unwrap();
        self.schemas.validate(&value, self.index).map_err(|error| error.to_string())
    }
}

#[test]
fn it_takes_the_built_in_profiles_and_those_that_init_writes() {
    let user = User::new();
    let schema = Schema::printed(&user);
    for (name, text) in EMBEDDED_PROFILES {
        assert_eq!(schema.check(text), Ok(()), "{name}");
    }
    user.run(["init", "mine", "--folder", "."]).code(0);
    let text = user.read("mine.toml");
    assert_eq!(schema.check(&text), Ok(()));
    // The first line names the schema, which is beside the profile.
    let named = text.lines().next().and_then(|line| line.strip_prefix("#:schema ./")).unwrap();
    assert_eq!(user.read(named), user.run(["schema"]).stdout);
}

#[test]
fn it_has_the_keys_types_and_bounds_that_a_run_takes() {
    let user = User::new();
    let schema = Schema::printed(&user);
    for (more, good) in [
        ("", true),
        ("banana = 1", false),
        ("[http]\nconcurrency = 64", true),
        ("[http]\nconcurrency = 0", false),
        ("[http]\nconcurrency = 65", false),
        ("[groups]", true),
        (
            "[groups]\nstatuses = [\"active\", \"invited\"]\nroles = [\"admin\"]\nnames = [\"lab-*\", \"!*-test\"]\n\
             ids = [\"1d6c5a9e-2f3b-4c7d-8e90-a1b2c3d4e5f6\"]\nparent = \"1d6c5a9e-2f3b-4c7d-8e90-a1b2c3d4e5f6\"\n\
             sort = [\"name\", \"-policies.x\"]\ninclude = [\"memberships\", \"child_ids\"]\non_error = \"keep\"\n\
             members = { statuses = [\"active\"], roles = [\"admin\"], identities = true }",
            true,
        ),
        ("[groups]\nstatuses = []", false),
        ("[groups]\nroles = [\"owner\"]", false),
        ("[groups]\nids = [1]", false),
        ("[groups]\nids = []", false),
        ("[groups]\nnames = []", false),
        ("[groups]\nroles = []", false),
        ("[groups]\ninclude = [\"memberships\"]\nmembers = { roles = [] }", false),
        ("[groups]\nsort = []\ninclude = []", true),
        ("[groups]\n[output.guard]\nmay_be_empty = [\"groups\"]", true),
        ("[output.guard]\nmay_be_empty = \"groups\"", false),
        ("[groups]\ninclude = [\"everything\"]", false),
        ("[groups]\non_error = \"skip\"", false),
        ("[vars]\nbanana = [1, { x = \"y\" }]", true),
        ("[auth]\nlogin = \"paste\"\nlogin_timeout = 0.5\nclient_secret = { env = \"X\" }", true),
        ("tags = [\"nightly\", \"lab.2\"]", true),
        ("tags = [\"nightly\", \"nightly\"]", false),
        ("tags = [\"every night\"]", false),
        ("tags = [\"\"]", false),
        ("[auth]\nlogin = \"past\"", false),
        ("[auth]\nlogin_timeout = 3601", false),
        ("[auth]\nclient_secret = \"hunter2\"", false),
        ("[auth]\nclient_secret = {}", false),
        ("[auth]\nclient_secret = { env = \"X\", file = \"y\" }", false),
        ("[auth]\ngrant = \"client_credentials\"\nclient_secret = { command = [\"pass\"] }", true),
        ("[output]\nmode = \"0644\"\npath = \"~/x\"", true),
        ("[output]\nmode = \"0400\"", false),
        ("[output]\nmode = 600", false),
        ("[http]\ntimeout = -1\nretries = 20", true),
        ("[http]\ntimeout = 0", false),
        ("[http]\nretries = 21", false),
        ("[http]\nproxy = \"http://me:x@proxy\"", false),
        ("[environment]\nname = \"preview\"\nauth_url = \"http://127.0.0.1:1/\"", true),
        ("[environment]\nname = \"prodution\"", false),
        ("[escaping]\nformula_guard = true", true),
        ("[output.guard]\nmin_groups = 0\nmax_groups = 9\nmax_removed = \"10%\"\nmax_added = 0", true),
        ("[output.guard]\nmax_removed = { count = 10, percent = 2.5 }\nmax_added = \"250 %\"", true),
        ("[output.guard]\nmin_groups = -1", false),
        ("[output.guard]\nmax_removed = \"ten\"", false),
        ("[output.guard]\nmax_removed = \"1e1%\"", false),
        ("[output.guard]\nmax_removed = {}", false),
        ("[output.guard]\nmax_removed = { percent = 101 }", false),
        ("[output.guard]\nmax_removed = 2.5", false),
    ] {
        let checked = schema.check(&format!("{REQUIRED}{more}"));
        assert_eq!(checked.is_ok(), good, "{more}: {checked:?}");
        // A run, which also knows what a schema can't say, is never more generous.
        user.write("p.toml", &format!("{}{more}", REQUIRED.replace("scopes = [\"s\"]\n", "")));
        user.run(["check", "./p.toml"]).code(if good { 0 } else { 2 });
    }
    // A base may have what is missing.
    assert_eq!(schema.check("extends = \"base\"\n"), Ok(()));
    assert!(schema.check("extends = \"base\"\nbanana = 1").is_err());
    assert!(schema.check("extends = 1").is_err());
    for key in ["client_id", "storage", "template"] {
        let without: Vec<_> = REQUIRED.lines().filter(|line| !line.starts_with(key)).collect();
        assert!(schema.check(&without.join("\n")).is_err(), "{key}");
    }
    // Each output can have a template of its own.
    let own = "template = \"groups.json.hbs\"\n";
    for (outputs, good) in [
        (format!("[output]\n{own}"), true),
        ("[output]\n".to_owned(), false),
        (format!("[[output]]\n{own}[[output]]\npath = \"x\"\n{own}"), true),
        (format!("[[output]]\n{own}[[output]]\npath = \"x\"\n"), false),
    ] {
        let profile = REQUIRED.replace("template = \"groups.csv.hbs\"\n", "") + &outputs;
        assert_eq!(schema.check(&profile).is_ok(), good, "{outputs}");
        user.write("p.toml", &profile.replace("scopes = [\"s\"]\n", ""));
        user.run(["check", "./p.toml"]).code(if good { 0 } else { 2 });
    }
}

#[test]
fn every_key_says_what_it_means() {
    fn look(path: &str, schema: &Value) {
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            assert!(value["description"].as_str().is_some_and(|text| text.ends_with('.')), "{path}.{key}");
            look(&format!("{path}.{key}"), value);
        }
    }
    let user = User::new();
    look("", &serde_json::from_str(&user.run(["schema"]).stdout).unwrap());
}

#[test]
fn init_brings_its_own_schema_up_to_date_and_no_other() {
    let user = User::new();
    let file = "globus-runner.schema.json";
    user.write(file, "{\"title\": \"mine\"}");
    user.run(["init", "foreign", "--folder", "."]).code(0).says([
        "warning",
        &format!("{file} already exists"),
        "`runner schema` prints the schema",
    ]);
    assert_eq!(user.read(file), "{\"title\": \"mine\"}");
    user.run(["check", "./foreign.toml"]).code(0);
    fs::remove_file(user.home().join(file)).unwrap();
    mkfifo(&user.home().join(file));
    user.run(["init", "pipe", "--folder", "."]).code(0).says(["warning"]);
    fs::remove_file(user.home().join(file)).unwrap();
    let old = user.run(["schema"]).stdout.replace("formula_guard", "formulas");
    fs::write(user.home().join(file), old).unwrap();
    user.run(["init", "a", "--folder", "."]).code(0);
    assert_eq!(user.read(file), user.run(["schema"]).stdout);
    user.run(["init", "b", "--folder", "."]).code(0);
}
