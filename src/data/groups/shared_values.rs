//! Values that most groups share.

use std::cell::RefCell;

use globus_templates::value::Value;

/// How many are kept.
const MOST: usize = 16;

/// Keeps the first different values, so that groups which wait for their requests hold equal ones once: a user has few roles,
/// and few policies are used. Bounded, whatever a service sends.
#[derive(Debug, Default)]
pub(super) struct SharedValues(RefCell<Vec<Value>>);

impl SharedValues {
    /// An equal value, which others may hold too.
    pub(super) fn share(&self, value: &Value) -> Value {
        let mut kept = self.0.borrow_mut();
        if let Some(shared) = kept.iter().find(|shared| *shared == value) {
            return shared.clone();
        }
        if kept.len() < MOST {
            kept.push(value.clone());
        }
        value.clone()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_values_are_one() {
        let values = SharedValues::default();
        let list = |role: &str| Value::from(json!([{ "role": role }]));
        let start = |value: &Value| value.as_list().unwrap().as_ptr();
        let first = values.share(&list("admin"));
        assert_eq!(start(&values.share(&list("admin"))), start(&first));
        for number in 0..100 {
            let role = number.to_string();
            assert_eq!(values.share(&list(&role)), list(&role));
        }
        assert_eq!(start(&values.share(&list("admin"))), start(&first));
        assert_eq!(values.0.borrow().len(), MOST);
    }
}
