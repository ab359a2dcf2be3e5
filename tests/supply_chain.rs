//! What the program is built from, as far as it can be told without a network. `cargo deny check` knows more.

use std::collections::BTreeSet;

use toml::{Table, Value};

const OWN: [&str; 5] =
    ["globus-loopback", "globus-runner", "globus-runner-fuzz", "globus-sandbox", "globus-templates"];

fn names(list: &Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|one| one["crate"].as_str().unwrap()).collect()
}

#[test]
fn crates_come_from_one_registry_and_none_is_forbidden() {
    for lock in [include_str!("../Cargo.lock"), include_str!("../fuzz/Cargo.lock")] {
        check(&lock.parse().unwrap());
    }
}

fn check(lock: &Table) {
    let deny: Table = include_str!("../deny.toml").parse().unwrap();
    let forbidden = names(&deny["bans"]["deny"]);
    assert!(forbidden.contains("openssl"), "{forbidden:?}");
    let packages = lock["package"].as_array().unwrap();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        match package.get("source") {
            None => assert!(OWN.contains(&name), "{name}"),
            Some(source) => {
                assert_eq!(
                    source.as_str(),
                    Some("registry+https://github.com/rust-lang/crates.io-index"),
                    "{name}"
                );
                assert!(package.get("checksum").is_some(), "{name}");
            }
        }
        assert!(!forbidden.contains(name), "{name} is forbidden in deny.toml");
    }
    assert!(packages.len() > 100);
}
