//! Where tokens are kept.

use std::path::Path;

use super::context::Context;
use crate::globus::tokens;
use crate::profile::model::Storage;
use crate::profile::read::excerpt;

pub(super) fn meant(written: &str, context: &mut Context<'_, '_>) -> Option<Storage> {
    let ends_in = |wanted: &str| Path::new(written).extension().is_some_and(|extension| extension == wanted);
    if written == "memory" {
        return Some(Storage::Memory);
    }
    if let Some(app) = written.strip_prefix("app:") {
        match tokens::check_app_name(app) {
            Ok(()) => return Some(Storage::App(app.to_owned())),
            Err(why) => context.refuse(
                "storage",
                format!("`{}` can't be the name of a GlobusApp: {why}", excerpt(app)),
                "write the name as the program has it in `UserApp(NAME, ...)` or `ClientApp(NAME, ...)`",
            ),
        }
    } else if ends_in("db") {
        return context.path(context.entry("storage"), written).map(Storage::Sqlite);
    } else if ends_in("json") {
        return context.path(context.entry("storage"), written).map(Storage::Json);
    } else {
        context.refuse(
            "storage",
            format!("`{}` is not a storage", excerpt(written)),
            "write a path that ends in `.json` or `.db`, \"app:NAME\" or \"memory\"",
        );
    }
    None
}
