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

pub(super) use evaluator::Evaluator;
pub(super) use fault::{Done, Fault, Reason};
pub(super) use fault_log::FaultLog;
pub(super) use include::MAX_DEPTH;
pub(super) use scope::Locals;
