//! A template as its rendering needs it: helpers looked up, names resolved, literals made into values.

mod compile;
mod step;

pub use compile::compile;
pub use step::{
    Block, BlockKind, Body, Call, Expression, Helper, Include, IncludeName, Local, Output, Path, Start, Step,
    Writing,
};
