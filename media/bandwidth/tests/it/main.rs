//! Estimator, pacer and allocation together, over simulated lines in simulated time.

mod allocator;
mod changing;
mod cost;
mod dice;
mod feedback;
mod line;
mod notes;
mod quiet;
mod session;
mod shaper;
