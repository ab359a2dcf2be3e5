//! Rendering a compiled template: its steps, with the values in scope, into a sink.

mod arguments;
mod block;
mod evaluator;
mod fault;
mod fault_log;
mod hint;
mod include;
mod limit;
mod printed;
mod scope;
mod value;

pub use evaluator::Evaluator;
pub use fault::{Done, Fault, Reason};
pub use fault_log::FaultLog;
pub use include::MAX_DEPTH;
pub use scope::Locals;
