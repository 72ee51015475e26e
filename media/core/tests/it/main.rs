//! Scenarios in simulated time, one a file; `on_str0m.rs` has most of them again on the other egress, `on_two_workers.rs` with
//! peers on two cores.

mod common;

mod churn;
mod containment;
mod feedback;
mod garbage;
mod instructions;
mod join_and_forward;
mod join_storm;
mod late_joiner;
mod layer_switching;
mod lip_sync;
mod loss;
mod loudest_three;
mod narrow_line;
mod new_streams;
mod odd_numbers;
mod oracle;
mod practice_echo;
mod refusals;
mod reordering;
mod replaced;
mod storms;
mod takeover;
mod vanishing;
