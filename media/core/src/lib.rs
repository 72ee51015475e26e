//! The forwarding engine without sockets, threads or clocks: packets and time go in, packets and events come out.
//!
//! [`Factory::prepare`] parses an offer off the media thread; [`Core`] owns the rooms of one worker thread. The way of
//! a packet is told in `docs/engine.md`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod core;
mod counters;
pub mod messages;
mod net;
mod prepare;
mod refusal;

pub use crate::core::{Core, CoreConfig};
pub use crate::counters::Counters;
pub use crate::net::{CandidateAddr, Proto, Transmit};
pub use crate::prepare::{Factory, PreparedPeer};
pub use crate::refusal::{Refusal, RefusalCode};
