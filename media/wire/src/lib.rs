//! The formats of the media path, without I/O and without time: RTP (RFC 3550, RFC 8285), RTCP (RFC 3550, RFC 4585,
//! RFC 5104), transport-wide feedback, and SRTP with AES-GCM (RFC 3711, RFC 7714).
//!
//! Readers take whatever the network sent: they never panic, never allocate, and what they hand on is capped. Writers
//! append to the caller's buffer.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod bytes;
pub mod datagram;
pub mod rtcp;
pub mod rtp;
pub mod srtp;
#[cfg(test)]
mod testing;
pub mod twcc;

pub use srtp::{KeyPair, OpenError, Opened, Opener, Profile, SealError, Sealer, SessionKeys};
