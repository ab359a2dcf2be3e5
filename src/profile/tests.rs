//! Whole profiles, from text to meaning or mistakes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::model::SecretSource;
use super::settings::without_places;
use super::{Grant, Guard, Limit, LoginSetting, PersonGrant, Profile, Settings, Storage, Timeout, lines};
use crate::catalog::{Origin, SourceText};
use crate::{Error, Kind};

const TOP: &str = "client_id = \"61338D24-54d5-408f-a10d-66c06b59f6d2\"\nscopes = [\"openid\", \"urn:globus:auth:scope:groups.api.globus.org:all\"]\n\
                   storage = \"~/t.json\"\ntemplate = \"groups.csv.hbs\"\n";

const FULL: &str = "[auth]\nrefresh_tokens = false\nlogin = \"paste\"\nlogin_timeout = 1.5\nnamespace = \"mine\"\n\
                    [vars]\nday = 2024-02-29\nn = 1_000\nx = [1.5, {a = true}]\n\
                    [escaping]\nformula_guard = true\n\
                    [output]\npath = \"out/é.csv\"\nmode = \"0644\"\n\
                    [http]\ntimeout = 2.5\nretries = 0\nca_file = \"ca.pem\"\nproxy = \"http://proxy:3128\"\n\
                    [environment]\nname = \"preview\"\nauth_url = \"http://127.0.0.1:1/\"\ngroups_url = \"https://g.example\"\n";

fn env(name: &str) -> Option<OsString> {
    (name == "HOME").then(|| "/home/me".into())
}

fn parse(text: &str) -> Result<Profile, Error> {
    let origin = Origin::File(PathBuf::from("/p/mine.toml"));
    Profile::parse(SourceText { name: "mine".into(), origin, text: text.into() }, &env)
}

fn with(more: &str) -> Result<Profile, Error> {
    parse(&format!("{TOP}{more}"))
}

/// A person with every default of `[auth]`.
fn person(secret: Option<SecretSource>) -> PersonGrant {
    let login_timeout = Duration::from_secs(600);
    PersonGrant { refresh_tokens: true, login: LoginSetting::Auto, login_timeout, secret }
}

fn shown(error: &Error) -> String {
    assert_eq!(error.kind, Kind::Usage);
    error.diagnostics.iter().map(|diagnostic| diagnostic.render(false) + "\n").collect()
}

#[test]
fn the_least_profile_has_every_default() {
    let profile = with("").unwrap();
    assert_eq!(profile.client_id, "61338d24-54d5-408f-a10d-66c06b59f6d2");
    assert_eq!(profile.storage, Storage::Json("/home/me/t.json".into()));
    let place = &profile.template.as_ref().unwrap().place;
    assert_eq!(&place.shown()[place.span.clone()], "\"groups.csv.hbs\"");
    assert_eq!(profile.folder(), Some(Path::new("/p")));
    assert_eq!((profile.description.as_str(), profile.auth.namespace.as_str()), ("", "DEFAULT"));
    assert_eq!(profile.auth.grant, Grant::Person(person(None)));
    assert!(!profile.escaping.formula_guard);
    assert_eq!((profile.outputs[0].mode, profile.http.retries.get()), (None, 5));
    assert_eq!(profile.http.timeout, Timeout::FromEnvironment);
}

#[test]
fn the_full_profile_is_read() {
    for text in [FULL.to_owned(), FULL.replace('\n', "\r\n")] {
        let profile = with(&text).unwrap();
        let Grant::Person(person) = &profile.auth.grant else { panic!("{:?}", profile.auth) };
        assert_eq!((person.login, person.refresh_tokens), (LoginSetting::Paste, false));
        assert_eq!(person.login_timeout, Duration::from_millis(1500));
        assert!(profile.escaping.formula_guard);
        assert_eq!(profile.outputs[0].file(), Some(Path::new("/p/out/é.csv")));
        assert_eq!(profile.http.timeout, Timeout::After(Duration::from_millis(2500)));
        let vars = serde_json::Value::from(profile.vars).to_string();
        assert_eq!(vars, r#"{"day":"2024-02-29","n":1000,"x":[1.5,{"a":true}]}"#);
    }
    assert!(parse(&format!("\u{feff}{TOP}")).is_ok());
    assert_eq!(with("[http]\ntimeout = -1").unwrap().http.timeout, Timeout::Never);
}

#[test]
fn its_settings_mean_the_same() {
    let meaning = |profile: Profile| {
        let Profile { name, origin, bases, .. } = with("").unwrap();
        format!("{:?}", without_places(Profile { name, origin, bases, ..profile }))
    };
    let secret = "[auth]\nclient_secret = { command = [\"./x\", \"y\"] }\n[groups]\nroles = [\"admin\"]\n\
                  [output.guard]\nmax_added = { count = 1, percent = 2.5 }\nmax_removed = 0\n";
    for more in [
        "",
        FULL,
        secret,
        "[groups]\n",
        "[groups]\ninclude = [\"memberships\"]\n[groups.members]\n",
        "http = {}\n",
        "[output]\ntemplate = \"x.json.hbs\"\n",
        "[[output]]\n[[output]]\npath = \"a\"\ntemplate = \"/p/x.json.hbs\"\nmode = \"0640\"\n\
         [output.guard]\nmin_groups = 3\n[[output]]\npath = \"b\"\n",
    ] {
        let origin = Origin::File(PathBuf::from("/p/mine.toml"));
        let source = SourceText { name: "mine".into(), origin, text: format!("{TOP}{more}").into() };
        let settings = Settings::of(source, &env, |_| Ok(Vec::new())).unwrap();
        let lines: Vec<String> = lines(&settings.settings).into_iter().map(|line| line.text).collect();
        let shown = lines.join("\n");
        assert_eq!(meaning(parse(&shown).unwrap()), meaning(with(more).unwrap()), "{shown}");
        assert!(shown.contains("refresh_tokens = ") == (more != secret), "{shown}");
        assert!(shown.contains("[groups") == more.contains("[groups"), "{shown}");
    }
}

#[test]
fn the_limits_of_a_guard_are_a_number_a_percentage_or_both() {
    let limit = |written: &str| {
        with(&format!("[output.guard]\nmax_added = {written}")).unwrap().outputs[0].guard.max_added
    };
    for (written, count, percent, shown) in [
        ("0", Some(0), None, "0"),
        ("10", Some(10), None, "10"),
        ("\"10%\"", None, Some(10.0), "10%"),
        ("\"2.5 %\"", None, Some(2.5), "2.5%"),
        ("\"250%\"", None, Some(250.0), "250%"),
        ("{ count = 10, percent = 5 }", Some(10), Some(5.0), "10 and 5%"),
        ("{ percent = 0.5 }", None, Some(0.5), "0.5%"),
    ] {
        let limit = limit(written).unwrap();
        assert_eq!((limit, limit.to_string().as_str()), (Limit { count, percent }, shown), "{written}");
    }
    assert_eq!(with("").unwrap().outputs[0].guard, Guard::default());
    let both = with("[output.guard]\nmin_groups = 0\nmax_groups = 0").unwrap().outputs[0].guard.clone();
    assert_eq!((both.min, both.max), (Some(0), Some(0)));
}

#[test]
fn a_secret_makes_a_service_account_unless_a_person_logs_in() {
    let grant = |auth: &str| with(&format!("[auth]\n{auth}")).unwrap().auth.grant;
    let variable = SecretSource::Env("X".to_owned());
    assert_eq!(grant("client_secret = {env = \"X\"}"), Grant::ServiceAccount(variable.clone()));
    for key in ["login = \"auto\"", "grant = \"authorization_code\""] {
        let expected = person(Some(variable.clone()));
        assert_eq!(grant(&format!("client_secret = {{env = \"X\"}}\n{key}")), Grant::Person(expected));
    }
    let file = Grant::ServiceAccount(SecretSource::File("/p/secret".into()));
    assert_eq!(grant("client_secret = {file = \"secret\"}"), file);
    for (word, program) in [("pass", "pass"), ("./get", "/p/get"), ("~/get", "/home/me/get")] {
        let arguments = vec!["show".to_owned(), "~/x".to_owned()];
        let expected = SecretSource::Command { program: program.into(), arguments };
        let written = format!("client_secret = {{command = [\"{word}\", \"show\", \"~/x\"]}}");
        assert_eq!(grant(&written), Grant::ServiceAccount(expected));
    }
    assert_eq!(parse(&TOP.replace("~/t.json", "app:My App")).unwrap().storage, Storage::App("My App".into()));
}

#[test]
fn mistakes_in_hooks_and_notices_are_named() {
    for (more, message) in [
        ("[output]\non_change = []", "`output.on_change` is empty"),
        (
            "[[output]]\npath = \"x\"\non_change = [\"a\", \"b\\u0000\"]",
            "an argument cannot hold a NUL character",
        ),
        ("[hooks]\nafter = \"true\"", "`hooks.after` must be an array of strings, not a string"),
        ("[hooks]\nafter = [\"\"]", "a path cannot be empty"),
        ("[hooks]\ntimeout = \"1 fortnight\"", "write a number of seconds, or such as"),
        ("[notify]\nping_url = \"ftp://x\"", "must be an http or https URL"),
        ("[notify]\nping_url = 1", "must be a URL or a table"),
        ("[notify]\nping_url = {}", "`notify.ping_url` names no place"),
        ("[notify]\nping_url = { env = \"A\", file = \"b\" }", "must name one place, not several"),
        ("[notify]\nalways = true", "there is no `ping_url`"),
        ("[notify]\ntextfile = \"x.txt\"", "does not end in `.prom`"),
        ("[run]\nmax_age = 0", "from 0.001 to 604800"),
        ("[run]\non_overlap = \"queue\"", "it is one of `wait`, `skip`, `fail`"),
    ] {
        let shown = shown(&with(more).unwrap_err());
        assert!(shown.contains(message), "{more}: {shown}");
    }
}

#[test]
fn each_mistake_is_named() {
    for (more, expected) in [
        ("scope = 1", "unknown key `scope`"),
        ("scope = 1", "did you mean `scopes`?"),
        ("banana = 1", "the keys here are `extends`"),
        ("login = \"auto\"", "it belongs in `[auth]`"),
        ("[auth]\nstorage = \"x\"", "before the first `[section]`"),
        ("description = 1", "`description` must be a string, not an integer"),
        ("auth = 1", "`auth` must be a table, not an integer"),
        ("[auth]\nlogin = \"past\"", "did you mean `paste`?"),
        ("[auth]\nlogin_timeout = 0", "from 0.001 to 3600"),
        ("[auth]\nlogin_timeout = \"1\"", "a number of seconds, not a string"),
        ("[auth]\ngrant = \"password\"", "it is one of `authorization_code`, `client_credentials`"),
        ("[auth]\ngrant = \"password\"\nlogin = \"device\"", "`auth.login` cannot be `device`"),
        ("[auth]\ngrant = \"client_credentials\"", "needs a `client_secret`"),
        ("[auth]\nclient_secret = {}", "`auth.client_secret` names no place"),
        ("[auth]\nclient_secret = {env = \"A\", file = \"b\"}", "one place, not several"),
        ("[auth]\nclient_secret = {env = \"\"}", "must name an environment variable"),
        ("[auth]\nclient_secret = {command = \"pass\"}", "must be an array of strings, not a string"),
        ("[auth]\nclient_secret = {command = []}", "name a program"),
        ("[auth]\nclient_secret = {command = [\"a\", 1]}", "must be a string, not an integer"),
        ("[auth]\nclient_secret = {envv = \"A\"}", "did you mean `env`?"),
        (
            "[auth]\ngrant = \"client_credentials\"\nlogin = \"auto\"\nclient_secret = {env = \"X\"}",
            "`auth.login` does not apply to a service account",
        ),
        ("[auth]\nrefresh_tokens = true\nclient_secret = {env = \"X\"}", "never logs in"),
        (
            "[auth]\nlogin = \"browser\"\nclient_secret = {env = \"X\"}",
            "a confidential client can't use a callback on this machine",
        ),
        ("[groups]\nstatus = []", "did you mean `statuses`?"),
        ("[groups]\nstatuses = [\"activ\"]", "did you mean `active`?"),
        ("[groups]\nstatuses = \"active\"", "must be an array of strings, not a string"),
        ("[groups]\nstatuses = []", "`groups.statuses` names no status"),
        ("[groups]\nroles = [\"owner\"]", "it is one of `member`, `manager`, `admin`"),
        ("[groups]\nnames = [\"lab-[\"]", "the `[` at character 5 lacks its `]`"),
        ("[groups]\nnames = [\"a\",\n\"!\"]", "mine.toml:7:1"),
        ("[groups]\nids = [\"1\"]", "must be the ID of a group, a UUID"),
        ("[groups]\nparent = \"lab\"", "`groups.parent` must be the ID of a group"),
        ("[groups]\nsort = [\"\"]", "must be the name of a field"),
        ("[groups]\nsort = [\"name\", \"-memberships\"]", "cannot be `memberships`"),
        ("[groups]\ninclude = [\"membership\"]", "did you mean `memberships`?"),
        ("[groups]\nmembers = { identities = true }", "which `groups.include` does not name"),
        (
            "[groups]\ninclude = [\"memberships\"]\nmembers = { statuses = [] }",
            "`groups.members.statuses` names no status",
        ),
        ("[groups]\nmembers = [\"active\"]", "must be a table, not an array"),
        ("[groups]\non_error = \"skip\"", "it is one of `fail`, `keep`"),
        ("[escaping]\nformula_guard = 1", "`escaping.formula_guard` must be true or false, not an integer"),
        ("[escaping]\nformulaguard = true", "did you mean `formula_guard`?"),
        ("escaping = true", "`escaping` must be a table, not a boolean"),
        ("formula_guard = true", "it belongs in `[escaping]`"),
        ("[output.guard]\nmin_group = 1", "did you mean `min_groups`?"),
        ("[output.guard]\nmin_groups = -1", "`output.guard.min_groups` must be from 0 to 1000000000"),
        ("[output.guard]\nmin_groups = 3\nmax_groups = 2", "less than `min_groups`, which is 3"),
        ("[output.guard]\nmax_removed = -1", "`output.guard.max_removed` must be from 0 to 1000000000"),
        ("[output.guard]\nmax_removed = 99999999999999999999", "must be from 0 to 1000000000"),
        ("[output.guard]\nmax_removed = 1.5", "must be an integer, a percentage or a table, not a float"),
        ("[output.guard]\nmax_removed = \"10\"", "must be a percentage"),
        ("[output.guard]\nmax_removed = \"10\"", "write 10, \"10%\" or { count = 10, percent = 10 }"),
        ("[output.guard]\nmax_removed = \"-1%\"", "must be a percentage"),
        ("[output.guard]\nmax_removed = \"nan%\"", "must be a percentage"),
        ("[output.guard]\nmax_removed = \"101%\"", "must be from 0% to 100%"),
        ("[output.guard]\nmax_added = \"1000001%\"", "must be from 0% to 1000000%"),
        ("[output.guard]\nmax_removed = {}", "`output.guard.max_removed` names no limit"),
        ("[output.guard]\nmax_removed = { cont = 1 }", "did you mean `count`?"),
        ("[output.guard]\nmax_removed = { count = -1 }", "`output.guard.max_removed.count` must be from 0"),
        ("[output.guard]\nmax_removed = { percent = nan }", "must be from 0% to 100%"),
        ("[output.guard]\nmax_removed = { percent = \"10%\" }", "must be a number, not a string"),
        ("[output]\nmode = 600", "such as \"0600\""),
        ("[output]\nmode = \"4755\"", "setuid"),
        ("[output]\nmode = \"0400\"", "owner read and write"),
        ("[output]\npath = \"${NO}/a\"", "NO is not set"),
        ("[http]\nretries = 21", "from 0 to 20"),
        ("[http]\nretries = 99999999999999999999", "from 0 to 20"),
        ("[http]\ntimeout = 99999999999999999999", "or -1 for no limit"),
        ("[auth]\nrefresh_tokens = 99999999999999999999", "true or false, not an integer"),
        ("scopes = 99999999999999999999", "duplicate key"),
        ("[vars]\nx = 99999999999999999999", "must fit into 64 bits"),
        ("[auth.client_secret]\nlogin = \"paste\"", "write { env = \"NAME\" }"),
        ("[http]\ntimeout = 0", "or -1 for no limit"),
        ("[http]\ntimeout = nan", "or -1 for no limit"),
        ("[http]\nproxy = \"socks5://x\"", "http or https"),
        ("[http]\nconcurrency = 0", "from 1 to 64"),
        ("[environment]\nname = \"prodution\"", "did you mean `production`?"),
        ("[environment]\nauth_url = \"http://example.org\"", "must be https"),
        ("[environment]\nauth_url = \"https://example.org?a\"", "cannot hold a `?`"),
        ("[vars]\nx = inf", "finite"),
    ] {
        let shown = shown(&with(more).unwrap_err());
        assert!(shown.contains(expected), "{more}: {shown}");
    }
}

#[test]
fn each_mistake_of_the_top_is_named() {
    for (right, wrong, expected) in [
        ("61338D24-", "61338D24", "must be a UUID"),
        ("\"openid\", \"urn:globus:auth:scope:groups.api.globus.org:all\"", "", "`scopes` is empty"),
        (", \"urn:globus:auth:scope:groups.api.globus.org:all\"", "", "lacks the scope that `groups` needs"),
        (
            "[\"openid\", \"urn:globus:auth:scope:groups.api.globus.org:all\"]",
            "\"openid\"",
            "an array of strings, not a string",
        ),
        ("\"urn:globus:auth:scope:groups.api.globus.org:all\"", "\"openid\"", "there twice"),
        ("\"openid\", ", "\"openid profile\", ", "mine.toml:2:18"),
        ("~/t.json", "app:con", "can't be the name of a GlobusApp"),
        ("~/t.json", "keyring", "ends in `.json`"),
        ("groups.csv.hbs", "", "`template` is empty"),
        ("groups.csv.hbs", "groups.hbs", "must end in a format"),
        ("groups.csv.hbs", "groups.csv", "must end in a format"),
    ] {
        let shown = shown(&parse(&TOP.replace(right, wrong)).unwrap_err());
        assert!(shown.contains(expected), "{wrong}: {shown}");
    }
}

#[test]
fn all_mistakes_come_at_once_and_not_too_many() {
    let error = parse("banana = 1\nx = = 2\nstorage = 3\n").unwrap_err();
    let text = shown(&error);
    assert!(
        text.contains("`banana`") && text.contains("mine.toml:2:") && text.contains("`storage`"),
        "{text}"
    );
    assert_eq!(parse("").unwrap_err().diagnostics.len(), 3);
    let text = shown(&with("[auth]\nlogin = = \"x\"\n").unwrap_err());
    assert!(!text.contains("must be a string"), "{text}");
    let many: Vec<String> = (0..5000).map(|n| format!("k{n} = 1\n")).collect();
    let error = with(&many.concat()).unwrap_err();
    assert_eq!(error.diagnostics.len(), 20);
    assert!(error.to_string().contains("5000 mistakes; the first 20"), "{error}");
}

#[test]
fn a_secret_is_never_shown() {
    for more in [
        "[auth]\nclient_secret = \"hunter2\"",
        "[auth]\nclient-secret = \"hunter2\"",
        "[auth]\nclient_secert = 'hunter2'",
        "secret = \"hunter2\"",
        "auth = { secret = \"hunter2\" }",
        "auth.client_secret = { value = \"hunter2\" }",
        "[auth]\nclient_secret = \"hunter2",
        "[auth]\nclient_secret = hunter2",
        "[auth]\nclient_secret: hunter2",
        "[auth]\nclient_secret =\n\"hunter2\"",
        "[auth]\nclient_secret = \"\"\"\n\nhunter2 x\n",
        "auth = { client_secret = \"hunter2\", = }",
        "[auth]\n\"client_secret\" = \"hunter2\" = 1",
        "[http]\nproxy = \"http://me:hunter2@proxy\"",
        "[output]\nclient_secret = \"hunter2\"",
        "[[auth]]\nclient_secret = \"hunter2\"",
        "[auth]\ngrant = \"client_credentials\"\nclient_secret = [\"hunter2\"]",
        "auth.client_secret.value = \"hunter2\"",
        "[groups]\nclient_secret = \"hunter2\"",
        "[output.guard.client_secret]\nmin_groups = \"hunter2\"",
    ] {
        let error = with(more).unwrap_err();
        let text = format!("{}{error}{error:?}", shown(&error));
        assert!(!text.contains("hunter2"), "{more}: {text}");
        let masked = error.diagnostics.iter().all(|diagnostic| !diagnostic.source.contains("hunter2"));
        assert!(masked, "{more}");
    }
}

#[test]
fn no_text_makes_it_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    let whole = format!("extends = \"groups\"\n{TOP}{FULL}").into_bytes();
    for _ in 0..1500 {
        let mut bytes = whole.clone();
        for _ in 0..random.usize(1..6) {
            if bytes.is_empty() {
                break;
            }
            let at = random.usize(..bytes.len());
            match random.u8(..4) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, bytes[at]),
                2 => bytes[at] = *random.choice(b"\0\"'[]{}=.#\n\r\\*").unwrap_or(&b' '),
                _ => bytes.truncate(at),
            }
        }
        if let Err(error) = parse(&String::from_utf8_lossy(&bytes)) {
            assert!(!shown(&error).is_empty());
        }
    }
    for text in
        ["[".repeat(20_000), "a=[".repeat(20_000), "a.".repeat(20_000), "= ".repeat(200_000), "\0".to_owned()]
    {
        assert!(parse(&text).is_err());
    }
}

#[test]
fn a_hopeless_file_does_not_take_forever() {
    for (text, mistakes) in [
        (format!("{TOP}[vars]\nx = [{}]", "inf,".repeat(200_000)), "at least 100 mistakes"),
        (format!("{TOP}auth.client_secret.command = [{}]", "1,".repeat(400_000)), "at least 100 mistakes"),
        ((0..20_000).map(|n| format!("[k{n}]\nx = 1\n")).collect::<Vec<_>>().concat(), "20003 mistakes"),
        (TOP.replace("\"openid\", ", &"\"a b\", ".repeat(100_000)), "100000 mistakes"),
    ] {
        let error = parse(&text).unwrap_err();
        assert!(error.to_string().contains(mistakes), "{error}");
    }
}

#[test]
fn a_value_of_another_type_is_named_wherever_it_is() {
    for (more, expected) in [
        ("[[auth]]\nlogin = \"auto\"", "`auth` must be a table, not an array"),
        ("[auth.login]\nx = 1", "`auth.login` must be a string, not a table"),
        ("auth.login = 1", "`auth.login` must be a string, not an integer\n --> /p/mine.toml:5:14"),
        ("description = 2024-01-01", "`description` must be a string, not a date or time"),
        ("[output]\npath.x = 1", "`output.path` must be a string, not a table"),
        ("[http]\nretries = 1.5", "`http.retries` must be an integer, not a float"),
        ("[http]\nretries = 99999999999999999999", "`http.retries` must be from 0 to 20"),
        ("[vars]\nx = [[1, [inf]]]", "an element of `vars.x` must be finite"),
        ("auth = [\"client_credentials\"]", "`auth` must be a table, not an array"),
        ("\"sto rage\" = 1", "did you mean `storage`?"),
    ] {
        let shown = shown(&with(more).unwrap_err());
        assert!(shown.contains(expected), "{more}: {shown}");
    }
    let shown = shown(&parse("\u{feff}banana = 1\r\nstorage = \"\"\r\n").unwrap_err());
    assert!(shown.contains("mine.toml:1:2") && shown.contains("mine.toml:2:11"), "{shown}");
}

/// What a new key takes: a field. All else comes from it.
mod one_key {
    use schemars::JsonSchema;
    use serde::Deserialize;

    use crate::catalog::{Origin, SourceText};
    use crate::profile::files::Files;
    use crate::profile::paths::Paths;
    use crate::profile::read::{self, Report, Syntax};
    use crate::profile::written::{FilePath, Integer};
    use crate::profile::{describe, reference, schema};

    #[derive(Debug, Default, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    struct History {
        /// How many outputs to keep.
        keep: Integer<1, 99, 7>,
        /// Where to keep them.
        folder: Option<FilePath>,
        /// Which outputs to keep.
        which: Vec<Which>,
    }

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Which {
        /// Those of runs that changed something.
        Changed,
        /// All of them.
        Every,
    }

    /// The value, and the mistakes reported in it.
    fn read(text: &str) -> (Option<History>, String) {
        let files = Files::new(SourceText {
            name: "p".into(),
            origin: Origin::File("p.toml".into()),
            text: text.into(),
        });
        let (table, errors) = files.profile().parse();
        let mut report = Report::new(&files, &[Syntax { start: 0, errors }]);
        let paths = Paths { files: &files, env: &|_| Some("/home/me".into()) };
        let history = read::table(&table, schema::of::<History>, &paths, &mut report);
        let (_, mistakes) = report.finish();
        (history, mistakes.iter().map(|mistake| mistake.render(false) + "\n").collect())
    }

    #[test]
    fn is_read_with_its_default_and_every_mistake() {
        let (history, mistakes) = read("");
        assert_eq!((history.unwrap().keep.get(), mistakes.as_str()), (7, ""));
        let (history, mistakes) = read("keep = 3\nfolder = \"~/x\"\nwhich = [\"every\"]");
        let history = history.unwrap();
        assert_eq!(history.folder.as_deref(), Some("/home/me/x".as_ref()));
        assert_eq!((history.keep.get(), history.which, mistakes.as_str()), (3, vec![Which::Every], ""));
        let (_, mistakes) = read("kep = 1\nkeep = 100\nfolder = \"\"\nwhich = [\"every\", 1, \"evry\", 2]");
        for expected in [
            "unknown key `kep`\n --> p.toml:1:1",
            "did you mean `keep`?",
            "`keep` must be from 1 to 99\n --> p.toml:2:8",
            "a path cannot be empty\n --> p.toml:3:10",
            "an element of `which` must be a string, not an integer\n --> p.toml:4:19",
            "an element of `which` cannot be `evry`\n --> p.toml:4:22",
            "did you mean `every`?",
            "p.toml:4:30",
        ] {
            assert!(mistakes.contains(expected), "{expected}: {mistakes}");
        }
    }

    #[test]
    fn is_in_the_schema_the_reference_and_the_comments() {
        let schema = schema::of::<History>();
        let keep = &schema["properties"]["keep"];
        assert_eq!(
            (&keep["minimum"], &keep["maximum"], &keep["default"]),
            (&1.into(), &99.into(), &7.into())
        );
        let page = reference::tables(&schema);
        assert!(
            page.contains("| `keep` | integer, from 1 to 99 | `7` | How many outputs to keep. |"),
            "{page}"
        );
        assert!(page.contains("| `folder` | path |  | Where to keep them. |"), "{page}");
        assert_eq!(describe(&schema, "keep").as_deref(), Some("How many outputs to keep."));
    }
}
