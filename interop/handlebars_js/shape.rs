//! What the data of a random template is like, and such data.

use std::rc::Rc;

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// What is known of a value; the same for every element of a list.
#[derive(Debug, Clone)]
pub enum Shape {
    Text,
    Number,
    Bool,
    /// Null, or this.
    Maybe(Rc<Shape>),
    List(Rc<Shape>),
    Object(Rc<Object>),
    /// It can be printed.
    Any,
    /// It differs between the programs.
    Hidden,
}

#[derive(Debug)]
pub struct Object {
    pub keys: Vec<(String, Shape)>,
    /// Whether the runner adds keys.
    pub open: bool,
}

const KEYS: [&str; 14] =
    ["name", "age", "tags", "x", "y", "note", "a-b", "b c", "é", "_u", "$d", "a.b", "true", "item"];
const TEXTS: [&str; 9] = ["", "a", "b c", "Ünï", "<&>\"'", "{{x}}", "0", " pad ", "[x]"];
const NUMBERS: [f64; 9] = [0.0, 1.0, -1.0, 2.5, 10.0, 1e21, 0.1, 100_000.0, 1e-7];

impl Shape {
    pub fn object(keys: Vec<(String, Shape)>, open: bool) -> Self {
        Self::Object(Rc::new(Object { keys, open }))
    }

    pub fn random_object(rng: &mut Rng, depth: usize) -> Self {
        let mut names = KEYS.to_vec();
        rng.shuffle(&mut names);
        let count = rng.usize(2..7);
        let key = |name: &&str| ((*name).to_owned(), Self::random(rng, depth));
        Self::object(names[..count].iter().map(key).collect(), false)
    }

    fn random(rng: &mut Rng, depth: usize) -> Self {
        match rng.u8(..if depth == 0 { 6 } else { 14 }) {
            0..=2 => Self::Text,
            3 => Self::Number,
            4 => Self::Bool,
            5 => Self::Maybe(Rc::new(Self::Text)),
            6..=9 => Self::List(Rc::new(Self::random(rng, depth - 1))),
            10 => Self::Maybe(Rc::new(Self::random_object(rng, depth - 1))),
            _ => Self::random_object(rng, depth - 1),
        }
    }

    /// A value like this.
    pub fn value(&self, rng: &mut Rng) -> Value {
        match self {
            Self::Text => json!(TEXTS[rng.usize(..TEXTS.len())]),
            Self::Number => json!(NUMBERS[rng.usize(..NUMBERS.len())]),
            Self::Bool => json!(rng.bool()),
            Self::Maybe(shape) => {
                if rng.bool() {
                    Value::Null
                } else {
                    shape.value(rng)
                }
            }
            Self::List(shape) => (0..rng.usize(..4)).map(|_| shape.value(rng)).collect(),
            Self::Object(object) => {
                let keys = object.keys.iter().map(|(name, shape)| (name.clone(), shape.value(rng)));
                Value::Object(keys.collect::<Map<_, _>>())
            }
            Self::Any | Self::Hidden => Value::Null,
        }
    }

    /// Whether it is neither a list nor an object, or may be.
    fn may_be_plain(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Object(_))
    }

    /// The same type of object or list.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Object(one), Self::Object(other)) => Rc::ptr_eq(one, other),
            (Self::List(one), Self::List(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }

    /// Whether handlebars.js may take this context for the same as the one around it, which then counts once for `../`:
    /// it compares them with `==`.
    pub fn may_equal(&self, around: &Self) -> bool {
        let is_object = matches!(self, Self::Object(_));
        self.is(around)
            || (self.may_be_plain() && !matches!(around, Self::Object(_)))
            || (!is_object && around.may_be_plain())
            || matches!(
                (self, around),
                (Self::Any | Self::Hidden | Self::Maybe(_), _)
                    | (_, Self::Any | Self::Hidden | Self::Maybe(_))
            )
    }

    /// Whether handlebars.js replaces it by an empty object in a block that keeps its context.
    pub fn may_be_null(&self) -> bool {
        matches!(self, Self::Maybe(_) | Self::Any | Self::Hidden)
    }

    /// All objects in it, with itself.
    pub fn objects(&self, found: &mut Vec<Shape>) {
        match self {
            Self::Maybe(shape) | Self::List(shape) => shape.objects(found),
            Self::Object(object) => {
                found.push(self.clone());
                object.keys.iter().for_each(|(_, shape)| shape.objects(found));
            }
            _ => {}
        }
    }
}
