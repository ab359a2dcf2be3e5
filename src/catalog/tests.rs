//! Names, folders and precedence.

use std::fs;
use std::path::PathBuf;

use super::{EMBEDDED_PROFILES, Origin, SearchPath};
use crate::Kind;

fn search(dir: &tempfile::TempDir) -> SearchPath {
    let own = dir.path().join("own");
    let user = dir.path().join("user");
    for folder in [own.clone(), user.join("profiles"), user.join("templates")] {
        fs::create_dir_all(folder).unwrap();
    }
    SearchPath { own: vec![own], shared: vec![user, PathBuf::from("/nowhere")], skipped: Vec::new() }
}

#[test]
fn the_first_folder_wins_and_the_binary_comes_last() {
    let dir = tempfile::tempdir().unwrap();
    let search = search(&dir);
    assert_eq!(search.find_profile("groups").unwrap().origin, Origin::Embedded);
    let user = dir.path().join("user/profiles/groups.toml");
    fs::write(&user, "").unwrap();
    assert_eq!(search.find_profile("groups").unwrap().origin, Origin::File(user));
    let own = dir.path().join("own/groups.toml");
    fs::write(&own, "").unwrap();
    assert_eq!(search.find_profile("groups").unwrap().origin, Origin::File(own.clone()));

    let listed = search.list_profiles();
    assert_eq!(listed.len(), 2 + EMBEDDED_PROFILES.len());
    let groups = || search.list_profiles().into_iter().filter(|listed| listed.source.name == "groups");
    let [first, _, built_in] = groups().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(first.shadowed_by, None);
    assert_eq!((&*first.source.text, first.problem.is_none()), ("", true));
    assert_eq!(built_in.shadowed_by, Some(Origin::File(own)));
    let (_, text) = EMBEDDED_PROFILES.iter().find(|(name, _)| *name == "groups").unwrap();
    assert_eq!(&*built_in.source.text, *text);
    fs::write(dir.path().join("own/groups.toml"), b"\xff").unwrap();
    assert!(groups().next().unwrap().problem.is_some());
}

#[test]
fn a_template_beside_its_profile_wins() {
    let dir = tempfile::tempdir().unwrap();
    let search = search(&dir);
    let beside = dir.path().join("beside");
    fs::create_dir(&beside).unwrap();
    let name = "groups.csv.hbs";
    assert_eq!(search.find_template(name, Some(&beside)).unwrap().origin, Origin::Embedded);
    fs::write(dir.path().join("user/templates").join(name), "user").unwrap();
    assert_eq!(&*search.find_template(name, Some(&beside)).unwrap().text, "user");
    fs::write(beside.join(name), "beside").unwrap();
    assert_eq!(&*search.find_template(name, Some(&beside)).unwrap().text, "beside");
    assert_eq!(&*search.find_template("./groups.csv.hbs", Some(&beside)).unwrap().text, "beside");
}

#[test]
fn an_unknown_name_lists_the_folders_and_the_nearest_name() {
    let dir = tempfile::tempdir().unwrap();
    let error = search(&dir).find_profile("grups").unwrap_err();
    assert_eq!(error.kind, Kind::Usage);
    let shown = error.to_string();
    assert!(shown.contains("there is no profile `grups`"), "{shown}");
    assert!(shown.contains("did you mean `groups`? `runner profiles` lists"), "{shown}");
    assert!(shown.contains("/nowhere/profiles"), "{shown}");
    for name in ["", "..", "a b", "a\0b", "a..b", "/no/such/file", "x.toml", "./a\0"] {
        assert_eq!(search(&dir).find_profile(name).unwrap_err().kind, Kind::Usage, "{name}");
        assert_eq!(search(&dir).find_template(name, None).unwrap_err().kind, Kind::Usage, "{name}");
    }
}

#[test]
fn what_cannot_be_text_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let search = search(&dir);
    fs::write(dir.path().join("own/big.toml"), vec![b'#'; 1024 * 1024 + 1]).unwrap();
    assert!(search.find_profile("big").unwrap_err().to_string().contains("1 MiB"));
    fs::write(dir.path().join("own/bad.toml"), b"a = \xff").unwrap();
    assert!(search.find_profile("bad").unwrap_err().to_string().contains("byte 4"));
    fs::create_dir(dir.path().join("own/dir.toml")).unwrap();
    assert!(search.find_profile("dir").unwrap_err().to_string().contains("it is a folder, not a file"));
    let folder = dir.path().join("own/dir.toml");
    assert!(search.find_profile(folder.to_str().unwrap()).is_err());
}
