//! The one error that leaves the engine: a refused command.

use std::fmt;

/// Whose fault a refusal is; the `code` of a `Reply`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalCode {
    /// The offer, or what is said about it, cannot be used.
    BadOffer,
    /// The room is not open.
    NoRoom,
    /// The room takes no more peers.
    RoomFull,
    /// No such peer.
    NoPeer,
    /// Our own fault.
    Internal,
}

impl RefusalCode {
    /// The code as it goes over the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            RefusalCode::BadOffer => "bad_offer",
            RefusalCode::NoRoom => "no_room",
            RefusalCode::RoomFull => "room_full",
            RefusalCode::NoPeer => "no_peer",
            RefusalCode::Internal => "internal",
        }
    }
}

/// A command that was not carried out, with a sentence for the person who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Whose fault it is.
    pub code: RefusalCode,
    /// What was wrong, what is allowed, what to do.
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(code: RefusalCode, message: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into() }
    }

    pub(crate) fn bad_offer(message: impl Into<String>) -> Refusal {
        Refusal::new(RefusalCode::BadOffer, message)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Refusal {}
