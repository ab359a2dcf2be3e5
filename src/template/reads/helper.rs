//! What helpers read of their arguments, and what their results are made of.

use super::origin::Origin;
use super::reader::Reader;
use super::scope::Scope;
use globus_templates::program::{Call, Expression, Helper};

impl Reader<'_> {
    pub(super) fn call(&mut self, call: &Call, scope: &Scope<'_>) -> Origin {
        let arguments: Vec<Origin> =
            call.arguments.iter().map(|argument| self.value(argument, scope)).collect();
        for (_, option) in &call.options {
            let option = self.value(option, scope);
            self.whole(&option);
        }
        let name = match call.helper {
            Helper::Lookup => return self.lookup(&arguments, call, scope),
            Helper::Own(function) => function.name(),
        };
        let keys = call.arguments.get(1..).unwrap_or_default();
        let key = keys.first().and_then(literal);
        match (name, arguments.as_slice()) {
            // Lists and objects are true by their shape, and other values are read with it.
            ("and" | "or" | "not", _) => Origin::default(),
            ("default" | "coalesce", _) => arguments.into_iter().reduce(Origin::or).unwrap_or_default(),
            ("len" | "count", [list]) if list.is_list() => Origin::default(),
            ("first" | "last", [list]) => list.element(),
            ("first" | "last" | "slice" | "reverse", [list, others @ ..]) => {
                self.each_whole(others);
                list.listed()
            }
            ("sort" | "unique", [list]) => {
                self.whole(list);
                list.listed()
            }
            ("sort", [list, ..]) => {
                for key in keys {
                    let key = literal(key)
                        .map(|key| key.strip_suffix(" desc").or(key.strip_suffix(" asc")).unwrap_or(key));
                    self.key(list, key, scope);
                }
                list.listed()
            }
            ("where", [list, _, others @ ..]) => {
                self.each_whole(others);
                self.key(list, key, scope);
                list.listed()
            }
            ("unique", [list, _]) => {
                self.key(list, key, scope);
                list.listed()
            }
            ("count", [list, _, others @ ..]) => {
                self.each_whole(others);
                self.key(list, key, scope);
                Origin::default()
            }
            ("max" | "min" | "sum", [list, _]) if list.is_list() => {
                self.key(list, key, scope);
                Origin::default()
            }
            ("pluck", [list, _]) => self.key(list, key, scope).listed(),
            ("accounts", [list, rules]) => {
                self.whole(rules);
                self.key(list, Some("username"), scope);
                list.element().with(vec![("account".to_owned(), Origin::default())]).listed()
            }
            ("local_users", [list, rules]) => {
                self.whole(rules);
                self.key(list, Some("username"), scope);
                Origin::default()
            }
            ("unnest", [list, _]) if key.is_some() => {
                let outer = list.element();
                let inner = self.member(&outer, key.unwrap_or_default(), scope).element();
                inner.with(vec![("parent".to_owned(), outer)]).listed()
            }
            ("group_by", [list, _]) => {
                let entries =
                    vec![("key".to_owned(), self.key(list, key, scope)), ("items".to_owned(), list.listed())];
                Origin::default().with(entries).listed()
            }
            ("table", [list, ..]) => {
                for column in keys {
                    let key =
                        literal(column).map(|column| column.split_once('=').map_or(column, |(_, key)| key));
                    self.key(list, key.map(|key| key.strip_suffix('?').unwrap_or(key)), scope);
                }
                Origin::default()
            }
            ("tree", [list]) => {
                for key in ["id", "parent_id", "name"] {
                    self.key(list, Some(key), scope);
                }
                list.listed()
            }
            _ => {
                self.each_whole(&arguments);
                Origin::default()
            }
        }
    }

    fn each_whole(&mut self, values: &[Origin]) {
        for value in values {
            self.whole(value);
        }
    }

    /// Reads a key of the elements of a list, as helpers do: whole, or by its parts. `None` is a key that is computed.
    fn key(&mut self, list: &Origin, key: Option<&str>, scope: &Scope<'_>) -> Origin {
        let Some(key) = key else {
            self.whole(list);
            return list.element();
        };
        let element = list.element();
        let inside = key.split('.').fold(element.clone(), |value, key| self.member(&value, key, scope));
        let value = self.member(&element, key, scope).or(inside);
        self.whole(&value);
        value
    }

    fn lookup(&mut self, arguments: &[Origin], call: &Call, scope: &Scope<'_>) -> Origin {
        let ([whole, key], [_, written]) = (arguments, call.arguments.as_slice()) else {
            return Origin::default();
        };
        self.whole(key);
        if let Some(key) = literal(written) {
            let value = self.member(whole, key, scope);
            self.shape(&value);
            return value;
        }
        if whole.is_list() {
            return whole.element();
        }
        self.whole(whole);
        Origin::default()
    }
}

fn literal(expression: &Expression) -> Option<&str> {
    match expression {
        Expression::Literal(value) => value.as_str(),
        _ => None,
    }
}
