//! How much a receiver's line carries, and what to send over it.
//!
//! [`Estimator`] learns the line from transport-wide feedback, [`Pacer`] says when the next packet may leave, and
//! [`allocate`](allocate::allocate) turns a bitrate into layers. All are pure: time is passed in, nothing is sent, nothing
//! sleeps.

#![forbid(unsafe_code)]

pub mod allocate;
mod bitrate;
mod cluster;
mod deaf;
mod delivered;
mod estimator;
mod groups;
mod history;
mod jam;
mod loss;
mod pacer;
mod probes;
mod rate;
mod standing;
mod steady;
mod trend;

pub use bitrate::Bitrate;
pub use estimator::{Estimator, Probe, ProbeId, Totals};
pub use pacer::Pacer;
pub use steady::Steady;
