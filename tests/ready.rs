//! The profiles and templates that ship: each does what the documentation shows, on any groups.
//!
//! `just samples` renders the expected files again.

mod read;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use globus_runner::{EMBEDDED_PROFILES, EMBEDDED_TEMPLATES};
use sha2::{Digest, Sha256};

use crate::support::ready::{
    HOSTILE, LISTS, MEMBERS, READY, SAMPLE, assert_holds, made, parsed, rendered, sandbox_groups,
};
use crate::support::{Outcome, User};

/// The command that renders the expected files again.
const UPDATE_READY: &str = "UPDATE_SAMPLES=1 cargo test --locked ready";

#[test]
fn each_renders_what_it_did() {
    let user = User::logged_in();
    for (profile, file) in READY {
        for (folder, groups) in
            [("docs/src/samples", SAMPLE), ("tests/ready/empty", "[]"), ("tests/ready/hostile", HOSTILE)]
        {
            let path: PathBuf = [folder, file].iter().collect();
            assert_holds(&path, &rendered(&user, profile, groups), UPDATE_READY);
        }
    }
    for (profile, file) in MEMBERS.into_iter().chain(LISTS) {
        for (folder, sandbox) in
            [("docs/src/samples", "--sandbox"), ("tests/ready/hostile", "--sandbox=hostile")]
        {
            let path: PathBuf = [folder, file].iter().collect();
            assert_holds(&path, &made(&user, profile, sandbox), UPDATE_READY);
        }
    }
}

/// In `docs/src/ready-templates.md`, the block behind `<!-- sample FILE -->` is that file.
#[test]
fn the_documentation_shows_them() {
    let page = include_str!("../docs/src/ready-templates.md");
    let user = User::logged_in();
    let mut shown = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<!-- sample ") {
        let (file, after) = after.split_once(" -->\n\n```").unwrap();
        let (language, after) = after.split_once('\n').unwrap();
        let (_, after) = after.split_once("\n```\n").unwrap();
        let sample = if let Some((profile, _)) = READY.into_iter().find(|(_, ready)| *ready == file) {
            rendered(&user, profile, SAMPLE)
        } else {
            let (profile, _) = MEMBERS.into_iter().chain(LISTS).find(|(_, ready)| *ready == file).unwrap();
            made(&user, profile, "--sandbox")
        };
        let sample = sample.trim_end();
        write!(shown, "{before}<!-- sample {file} -->\n\n```{language}\n{sample}\n```\n").unwrap();
        rest = after;
    }
    shown += rest;
    assert_holds(Path::new("docs/src/ready-templates.md"), &shown, UPDATE_READY);
    for (profile, file) in READY.into_iter().chain(MEMBERS).chain(LISTS) {
        assert!(page.contains(&format!("runner --profile {profile}")), "{profile} is not shown");
        let ways = [format!("<!-- sample {file} -->"), format!("(samples/{file})")];
        assert!(ways.iter().any(|way| page.contains(way)), "{file} is not shown");
    }
}

#[test]
fn all_that_ships_is_here() {
    let profiles: Vec<&str> = EMBEDDED_PROFILES.iter().map(|(name, _)| *name).collect();
    assert!(profiles.is_sorted());
    let profiles: BTreeSet<&str> = profiles.into_iter().collect();
    let templates: Vec<&str> = EMBEDDED_TEMPLATES.iter().map(|(name, _)| *name).collect();
    assert!(templates.is_sorted());
    let mut used: BTreeSet<String> = EMBEDDED_PROFILES.iter().map(|(_, text)| template_of(text)).collect();
    used.extend(EMBEDDED_TEMPLATES.iter().flat_map(|(name, text)| partials_of(name, text)));
    assert_eq!(used, templates.into_iter().map(str::to_owned).collect());
    let listed = READY.into_iter().chain(MEMBERS).chain(LISTS).map(|(profile, _)| profile);
    assert_eq!(profiles, listed.collect::<BTreeSet<_>>());
}

/// The files of the partials that a template includes, but for those that it defines itself.
fn partials_of(name: &str, text: &str) -> Vec<String> {
    let (_, format) = name.split_once('.').unwrap();
    let included = text.split("{{> ").skip(1).map(|rest| rest.split(['}', ' ']).next().unwrap());
    let included = included.filter(|name| !text.contains(&format!("{{{{#*inline \"{name}\"}}}}")));
    included.map(|name| format!("{name}.{format}")).collect()
}

/// A browser runs no other script than the one whose hash the policy has.
#[test]
fn the_policy_of_each_report_has_the_hash_of_its_script() {
    let user = User::logged_in();
    let mut scripts = BTreeSet::new();
    for profile in ["groups-html", "members-html"] {
        let page = made(&user, profile, "--sandbox");
        let script =
            page.split_once("<script type=\"module\">").unwrap().1.split_once("</script>").unwrap().0;
        let hash = STANDARD.encode(Sha256::digest(script));
        assert!(page.contains(&format!("script-src 'sha256-{hash}';")), "{profile}: it should be {hash}");
        scripts.insert(script.to_owned());
    }
    assert_eq!(scripts.len(), 1, "both have one script");
}

fn template_of(profile: &str) -> String {
    let profile: toml::Table = profile.parse().unwrap();
    profile["template"].as_str().unwrap().to_owned()
}

/// One login does for all: a second profile asks for nothing that the first one did not.
#[test]
fn they_differ_only_in_what_they_make() {
    let mut shared = None;
    for (name, text) in EMBEDDED_PROFILES {
        let mut profile: toml::Table = text.parse().unwrap();
        let description = profile.remove("description").unwrap();
        let first_line = format!("# {}: `runner --profile {name}`\n", description.as_str().unwrap());
        assert!(text.starts_with(&first_line), "{text}");
        profile.remove("template").unwrap();
        if MEMBERS.iter().chain(&LISTS).any(|(member, _)| member == name) {
            for section in ["groups", "data", "vars", "id_map", "scopes"] {
                profile.remove(section);
            }
            let mut groups = shared.clone().unwrap_or_else(|| profile.clone());
            groups.remove("scopes");
            assert_eq!(profile, groups, "{name}");
            continue;
        }
        if *name == "groups-csv-excel" {
            profile.remove("escaping").unwrap();
            profile.remove("output").unwrap();
        }
        assert_eq!(&profile, shared.get_or_insert_with(|| profile.clone()), "{name}");
    }
}

#[test]
fn a_reader_of_the_format_finds_every_group() {
    let user = User::logged_in();
    for groups in [SAMPLE, "[]", HOSTILE] {
        for (profile, file) in READY {
            read::finds(file, &rendered(&user, profile, groups), &parsed(groups));
        }
    }
}

#[test]
fn each_runs_in_the_sandbox() {
    let user = User::new();
    for sandbox in ["--sandbox", "--sandbox=hostile"] {
        let groups = sandbox_groups(&user, sandbox);
        for (profile, file) in READY {
            let outcome = user.run(["--profile", profile, sandbox]).code(0).says(["this is the sandbox"]);
            read::finds(file, &outcome.stdout, &groups);
        }
    }
    for (profile, _) in READY {
        user.run(["check", profile]).code(0).stderr("");
    }
}

/// Readers of the file, and backups of it, are to see that nothing has changed.
#[test]
fn the_same_groups_at_another_time_leave_the_file_alone() {
    let user = User::logged_in();
    for (profile, file) in READY {
        for groups in [SAMPLE, "[]", HOSTILE] {
            user.sandbox.set_groups(parsed(groups));
            let path = user.home().join(file);
            let stamp = |at: &str| {
                // The guard would refuse to empty the file.
                let mut command = user.command(["-q", "--profile", profile, "-o", file, "--accept"]);
                Outcome::of(command.env("SOURCE_DATE_EPOCH", at)).code(0).stderr("");
                let metadata = fs::metadata(&path).unwrap();
                (metadata.ino(), metadata.modified().unwrap(), metadata.ctime(), metadata.ctime_nsec())
            };
            let first = stamp("1790000000");
            for at in ["1790000001", "1890000000"] {
                assert_eq!(stamp(at), first, "{profile} at {at}");
            }
        }
    }
}

#[test]
fn no_template_that_ships_depends_on_the_run() {
    let starters = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/init/starters");
    let starters = fs::read_dir(starters).unwrap().map(|file| file.unwrap().path());
    let starters = starters.map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap()));
    let ready = EMBEDDED_TEMPLATES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    for (name, text) in ready.chain(starters) {
        // The environment is the same in each run of a profile.
        let text = text.replace("run.environment", "");
        for word in ["run.", "{{ago ", "(ago "] {
            assert!(!text.contains(word), "{name} has {word}");
        }
    }
}

#[test]
fn a_profile_can_give_a_title() {
    let user = User::logged_in();
    let of = |template: &str| {
        let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", template);
        user.write("mine.toml", &format!("{profile}\n[vars]\ntitle = \"Ours & <theirs>\"\n"));
        rendered(&user, "./mine.toml", SAMPLE)
    };
    assert!(of("groups.md.hbs").starts_with("# Ours & &lt;theirs>\n"));
    let page = of("groups.html.hbs");
    for tag in ["title", "h1"] {
        assert!(page.contains(&format!("<{tag}>Ours &amp; &lt;theirs&gt;</{tag}>")), "{page}");
    }
}

#[test]
fn a_response_with_fewer_keys_is_not_a_mistake_of_the_template() {
    let user = User::logged_in();
    user.sandbox.set_groups(vec![serde_json::json!({ "id": "1", "name": "Least" })]);
    for (profile, _) in READY {
        let outcome = user.run(["--profile", profile]).code(0);
        assert!(outcome.stdout.contains("Least"), "{profile}: {outcome:#?}");
    }
}
