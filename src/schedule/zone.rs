//! The time zone of the machine, which its timers go by.

use std::fs;
use std::path::Path;

use jiff::tz::TimeZone;

/// The time zone of the machine. `TZ` is not asked: it is of this terminal, and no timer sees it.
pub fn machine_zone() -> TimeZone {
    let file = Path::new("/etc/localtime");
    let linked = fs::canonicalize(file).ok();
    let name = linked.as_deref().and_then(Path::to_str).and_then(|path| path.split_once("/zoneinfo/"));
    // `posix/` and `right/` have the same zones once more.
    let name = name.map(|(_, name)| name.trim_start_matches("posix/"));
    name.and_then(|name| TimeZone::get(name).ok())
        .or_else(|| TimeZone::tzif("", &fs::read(file).ok()?).ok())
        .unwrap_or(TimeZone::UTC)
}

/// The name of a time zone, such as `Europe/Zurich`.
pub fn zone_name(zone: &TimeZone) -> String {
    match zone.iana_name() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => "the time zone of this machine".to_owned(),
    }
}
