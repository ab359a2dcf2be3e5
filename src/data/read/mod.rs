//! JSON as values: all of each, or what a template reads of it.

mod json_value;
mod recent_shapes;
mod recent_texts;
mod row_reader;
mod selection;
mod shared;
mod skip;
#[cfg(test)]
mod tests;

pub use row_reader::RowReader;
