//! Where tokens are kept.

use std::path::Path;

use super::conversion::Conversion;
use crate::globus::tokens;
use crate::profile::model::Storage;
use crate::profile::read::excerpt;

pub(super) fn convert(written: &str, conversion: &mut Conversion<'_, '_>) -> Option<Storage> {
    let ends_in = |wanted: &str| Path::new(written).extension().is_some_and(|extension| extension == wanted);
    if written == "memory" {
        return Some(Storage::Memory);
    }
    if let Some(app) = written.strip_prefix("app:") {
        match tokens::check_app_name(app) {
            Ok(()) => return Some(Storage::App(app.to_owned())),
            Err(why) => conversion.refuse(
                "storage",
                format!("`{}` can't be the name of a GlobusApp: {why}", excerpt(app)),
                "write the name as the program has it in `UserApp(NAME, ...)` or `ClientApp(NAME, ...)`",
            ),
        }
    } else if ends_in("db") {
        return conversion.path(conversion.entry("storage"), written).map(Storage::Sqlite);
    } else if ends_in("json") {
        return conversion.path(conversion.entry("storage"), written).map(Storage::Json);
    } else {
        conversion.refuse(
            "storage",
            format!("`{}` is not a storage", excerpt(written)),
            "write a path that ends in `.json` or `.db`, \"app:NAME\" or \"memory\"",
        );
    }
    None
}
