//! What messages say: what failed, where, why, and what to do.
