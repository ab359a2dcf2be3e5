//! What tells the runs of this process from all others, in logs and records.

use std::sync::LazyLock;

use uuid::Uuid;

static RUN_ID: LazyLock<Uuid> = LazyLock::new(Uuid::new_v4);

/// The run id of this process, which several profiles share.
pub fn run_id() -> Uuid {
    *RUN_ID
}
