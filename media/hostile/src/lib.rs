//! What hostile input must not do: each target takes any bytes at all and panics where a promise is broken.
//!
//! `cargo test` runs every target over its seeds and some thousand mutations of them; `../fuzz` lets libFuzzer look for
//! more. An input that once broke something stays in `seeds/`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod feedback;
mod input;
mod line;
mod mutate;
mod pair;
mod rtcp;
mod rtp;
mod srtp;

pub use feedback::feedback;
pub use line::line;
pub use mutate::Mutator;
pub use pair::pair;
pub use rtcp::rtcp;
pub use rtp::rtp;
pub use srtp::srtp;

pub use echo_core::fuzzing::{demux, vp8};

/// A target and its name: that of its folder of seeds and of its program in `../fuzz`.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 8] = [
    ("demux", demux),
    ("feedback", feedback),
    ("line", line),
    ("pair", pair),
    ("rtcp", rtcp),
    ("rtp", rtp),
    ("srtp", srtp),
    ("vp8", vp8),
];
