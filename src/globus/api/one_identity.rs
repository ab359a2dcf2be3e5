//! Whose data arrives: what one identity sees is never mixed with what another one sees.

use std::cell::{Cell, RefCell};

use super::owner::Owner;
use crate::{Error, Result};

/// Whose data a fetch has received.
#[derive(Debug, Default)]
pub(super) struct OneIdentity {
    received: RefCell<Option<Owner>>,
    has_changed: Cell<bool>,
}

impl OneIdentity {
    /// Data arrives for a token of this owner. Fails if what has arrived before may be of another identity.
    pub(super) fn receive(&self, owner: &Owner) -> Result<()> {
        self.check(owner)?;
        self.received.borrow_mut().get_or_insert_with(|| owner.clone());
        Ok(())
    }

    /// Fails if data that arrives for a token of this owner may be of another identity than what has arrived. Whatever comes
    /// after that is void.
    pub(super) fn check(&self, owner: &Owner) -> Result<()> {
        if self.received.borrow().as_ref().is_some_and(|received| !received.is_same(owner)) {
            self.has_changed.set(true);
        }
        if self.has_changed.get() { Err(changed()) } else { Ok(()) }
    }

    /// Whether the identity has changed since the last call. If it has, what has arrived is void.
    pub(super) fn take_change(&self) -> bool {
        let has_changed = self.has_changed.take();
        if has_changed {
            self.received.take();
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

    #[test]
    fn data_is_of_one_identity() {
        let one = Owner::default().next(None, false);
        let other = one.next(None, false);
        let watch = OneIdentity::default();
        watch.check(&other).unwrap();
        watch.receive(&one).unwrap();
        watch.receive(&one).unwrap();
        assert!(!watch.take_change());
        assert!(watch.receive(&other).is_err());
        // What is still under way is void, too.
        assert!(watch.receive(&one).is_err());
        assert!(watch.take_change() && !watch.take_change());
        watch.receive(&other).unwrap();
    }
}
