//! Whose data arrives: what one identity sees is never mixed with what another one sees.

use std::cell::{Cell, RefCell};

use crate::globus::auth::Identity;
use crate::{Error, Result};

/// The identity of the access tokens, and that of the data which has arrived.
#[derive(Debug, Default)]
pub(super) struct OneIdentity {
    current: RefCell<Option<Identity>>,
    has_received: Cell<bool>,
    /// Whose data has arrived, if that is known.
    received: RefCell<Option<Identity>>,
    has_changed: Cell<bool>,
}

impl OneIdentity {
    /// The identity of the access tokens, if it is known.
    pub(super) fn current(&self) -> Option<Identity> {
        self.current.borrow().clone()
    }

    /// Data of the current identity arrives.
    pub(super) fn receive(&self) {
        if !self.has_received.replace(true) {
            self.received.replace(self.current());
        }
    }

    /// The access tokens are now of this identity. Fails if data has arrived, and may be of another one.
    /// `continues` is whether they come from the same login as those before.
    pub(super) fn set(&self, identity: Option<Identity>, continues: bool) -> Result<()> {
        self.current.replace(identity);
        let is_same = match (&*self.received.borrow(), &*self.current.borrow()) {
            (Some(before), Some(now)) => before.id == now.id,
            _ => continues,
        };
        if is_same || !self.has_received.get() {
            return Ok(());
        }
        self.has_changed.set(true);
        Err(changed())
    }

    /// Fails if the identity has changed: whatever comes now is void.
    pub(super) fn check(&self) -> Result<()> {
        if self.has_changed.get() { Err(changed()) } else { Ok(()) }
    }

    /// Whether the identity has changed since the last call. If it has, what has arrived is void.
    pub(super) fn take_change(&self) -> bool {
        let has_changed = self.has_changed.take();
        if has_changed {
            self.has_received.set(false);
        }
        has_changed
    }
}

fn changed() -> Error {
    Error::failed("another login took place while data arrived")
        .because("what came before it may be of another identity")
        .help("run it again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(id: &str) -> Identity {
        Identity { id: id.to_owned(), username: None }
    }

    #[test]
    fn data_is_of_one_identity() {
        for (before, now, continues, is_same) in [
            (Some("ada"), Some("ada"), false, true),
            (Some("ada"), Some("ben"), true, false),
            (Some("ada"), None, false, false),
            (None, Some("ben"), false, false),
            (None, None, false, false),
            (None, None, true, true),
        ] {
            let (before, now) = (before.map(identity), now.map(identity));
            let watch = OneIdentity::default();
            watch.set(before.clone(), false).unwrap();
            watch.set(before, false).unwrap();
            watch.receive();
            let case = format!("{now:?} {continues}");
            assert_eq!(watch.set(now.clone(), continues).is_ok(), is_same, "{case}");
            assert_eq!(watch.check().is_ok(), is_same, "{case}");
            assert_eq!(watch.take_change(), !is_same, "{case}");
            assert_eq!(watch.current(), now);
            assert!(!watch.take_change() && (is_same || watch.set(None, false).is_ok()), "{case}");
        }
    }
}
