//! The sections `[hooks]` and `[notify]`.

use secrecy::SecretString;

use super::conversion::Conversion;
use super::{program, secret_place};
use crate::profile::notices::{HookCommand, Hooks, Notify, PingUrl};
use crate::profile::written;

pub(super) fn hooks(written: written::Hooks, conversion: &mut Conversion<'_, '_>) -> Hooks {
    let written::Hooks { before, on_change, on_failure, on_recovery, after, timeout } = written;
    Hooks {
        before: hook(before, "hooks.before", conversion),
        on_change: hook(on_change, "hooks.on_change", conversion),
        on_failure: hook(on_failure, "hooks.on_failure", conversion),
        on_recovery: hook(on_recovery, "hooks.on_recovery", conversion),
        after: hook(after, "hooks.after", conversion),
        timeout: timeout.get(),
    }
}

/// The hook of this key.
pub(super) fn hook(
    words: Option<Vec<String>>,
    key: &str,
    conversion: &mut Conversion<'_, '_>,
) -> Option<HookCommand> {
    let (program, arguments) = program::convert(words?, key, conversion)?;
    let place = conversion.place(&format!("{key}.0"))?;
    Some(HookCommand { program, arguments, place })
}

pub(super) fn notify(written: written::Notify, conversion: &mut Conversion<'_, '_>) -> Notify {
    let written::Notify { ping_url, failure, always, textfile } = written;
    let ping_url = ping_url.and_then(|url| match url {
        written::PingUrl::Url(url) => {
            let shown = match url.host_str() {
                Some(host) => format!("{}://{host}/***", url.scheme()),
                None => format!("{}://***", url.scheme()),
            };
            Some(PingUrl::Written { url: SecretString::from(String::from(url)), shown })
        }
        written::PingUrl::In(keys) => {
            secret_place::convert(keys, "notify.ping_url", WHERE, conversion).map(PingUrl::In)
        }
    });
    if ping_url.is_none() && !conversion.is_written("notify.ping_url") {
        for key in ["notify.failure", "notify.always"] {
            conversion.refuse_key(
                key,
                format!("`{key}` says how to ping, but there is no `ping_url`"),
                "add ping_url = \"https://hc-ping.com/UUID\" to `[notify]`, or remove this key",
            );
        }
    }
    if textfile.as_ref().is_some_and(|path| path.extension().is_none_or(|ending| ending != "prom")) {
        conversion.refuse(
            "notify.textfile",
            "`notify.textfile` does not end in `.prom`",
            "node_exporter reads no other files",
        );
    }
    Notify { ping_url, failure, always, textfile: textfile.map(|path| path.to_path_buf()) }
}

const WHERE: &str =
    "write { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"pass\", \"show\", \"x\"] }";
