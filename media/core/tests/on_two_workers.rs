//! Every scenario again with two cores that peers join in turn: what a receiver gets must not depend on where anybody lives.

#[path = "it/common/mod.rs"]
mod common;

#[path = "it/churn.rs"]
mod churn;
#[path = "it/containment.rs"]
mod containment;
#[path = "it/feedback.rs"]
mod feedback;
#[path = "it/garbage.rs"]
mod garbage;
#[path = "it/join_and_forward.rs"]
mod join_and_forward;
#[path = "it/join_storm.rs"]
mod join_storm;
#[path = "it/late_joiner.rs"]
mod late_joiner;
#[path = "it/layer_switching.rs"]
mod layer_switching;
#[path = "it/lip_sync.rs"]
mod lip_sync;
#[path = "it/loss.rs"]
mod loss;
#[path = "it/loudest_three.rs"]
mod loudest_three;
#[path = "it/narrow_line.rs"]
mod narrow_line;
#[path = "it/new_streams.rs"]
mod new_streams;
#[path = "it/odd_numbers.rs"]
mod odd_numbers;
#[path = "it/oracle.rs"]
mod oracle;
#[path = "it/practice_echo.rs"]
mod practice_echo;
#[path = "it/refusals.rs"]
mod refusals;
#[path = "it/reordering.rs"]
mod reordering;
#[path = "it/replaced.rs"]
mod replaced;
#[path = "it/spread.rs"]
mod spread;
#[path = "it/spread_again.rs"]
mod spread_again;
#[path = "it/storms.rs"]
mod storms;
#[path = "it/takeover.rs"]
mod takeover;
#[path = "it/vanishing.rs"]
mod vanishing;
