//! Every scenario again, on str0m's egress: what a receiver gets must not depend on who seals it.

#![expect(clippy::duplicate_mod, reason = "each scenario brings its world along, as it does when it is run alone")]

#[path = "churn.rs"]
mod churn;
#[path = "containment.rs"]
mod containment;
#[path = "garbage.rs"]
mod garbage;
#[path = "instructions.rs"]
mod instructions;
#[path = "join_and_forward.rs"]
mod join_and_forward;
#[path = "late_joiner.rs"]
mod late_joiner;
#[path = "layer_switching.rs"]
mod layer_switching;
#[path = "lip_sync.rs"]
mod lip_sync;
#[path = "loss.rs"]
mod loss;
#[path = "loudest_three.rs"]
mod loudest_three;
#[path = "odd_numbers.rs"]
mod odd_numbers;
#[path = "practice_echo.rs"]
mod practice_echo;
#[path = "refusals.rs"]
mod refusals;
#[path = "reordering.rs"]
mod reordering;
#[path = "replaced.rs"]
mod replaced;
#[path = "takeover.rs"]
mod takeover;
#[path = "vanishing.rs"]
mod vanishing;
