//! The forwarding engine without sockets, threads or clocks: packets and time go in, packets and events come out.
//!
//! [`Factory::prepare`] parses an offer off the media thread; [`Core`] owns the rooms of one worker thread. The way of
//! a packet is told in `docs/engine.md`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod allotment;
mod answer;
mod arena;
mod arrivals;
mod capture;
mod clock;
mod config;
mod core;
mod counters;
mod crossing;
mod deadlines;
mod demux;
mod direct;
mod dominant;
mod dtls;
mod duties;
mod egress;
#[cfg(feature = "failpoints")]
mod failpoints;
mod forward;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod ghost;
mod happening;
mod history;
mod ingress;
mod keyframes;
mod layers;
mod members;
pub mod messages;
mod net;
mod offer;
mod outbox;
mod packet;
mod peer;
mod picture_slot;
mod prepare;
mod publication;
mod publications;
mod rates;
mod recent;
mod refusal;
mod report;
mod rewrite;
mod room;
mod sound;
mod spread;
mod still;
mod stun;
mod tap;
mod transport;
mod trim;
mod voice_slots;
mod voices;
mod vp8;
mod wiring;
mod witness;

pub use crate::config::{CoreConfig, EgressKind};
pub use crate::core::Core;
pub use crate::counters::Counters;
pub use crate::crossing::{Crossing, Freight, MOST_WORKERS};
pub use crate::net::{CandidateAddr, Proto};
pub use crate::outbox::{Outbox, Route, Run};
pub use crate::prepare::{Factory, PreparedPeer};
pub use crate::refusal::{Refusal, RefusalCode};
