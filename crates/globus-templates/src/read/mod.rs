//! JSON as values: all of each, or what a template reads of it.

mod deserialize;
mod key_order;
mod latest_run;
mod part_reader;
mod recent_shapes;
mod recent_texts;
mod row_reader;
mod scanner;
mod selection;
mod shared;
#[cfg(test)]
mod tests;

pub use row_reader::RowReader;
