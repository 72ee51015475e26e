//! What a peer's connection has to say after each call, and where it puts what it produces.

use str0m::media::Mid;
use str0m::{Event, IceConnectionState};

use crate::counters::Counters;
use crate::outbox::Outbox;
use crate::packet::Received;
use crate::picture_slot::Line;

/// What a connection reports.
#[derive(Debug)]
pub(crate) enum Happening {
    /// Decrypted media.
    Packet(Received),
    /// The receiver asks for a keyframe in one of its slots.
    KeyframeWanted(Mid),
    /// The receiver lacks a packet that was sent to it, by the slot's own number, and may have it again.
    Missing { line: Line, sequence: u64 },
    /// The receiver told which packets arrived, so that the estimate of its line may be another.
    LineMeasured,
    /// DTLS is up.
    Connected,
    /// ICE gave up.
    Lost,
    /// DTLS `close_notify` came.
    Closed,
}

/// Where a connection puts what it produces.
pub(crate) struct Out<'a> {
    pub(crate) outbox: &'a mut Outbox,
    pub(crate) happenings: &'a mut Vec<Happening>,
    pub(crate) counters: &'a mut Counters,
    /// Room to open a packet in.
    pub(crate) scratch: &'a mut Vec<u8>,
}

/// How a datagram was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The peer has proven by it that it is there.
    Authentic,
    /// Handled, but it proves nothing (DTLS handshake, a forgery, a repetition).
    Handled,
    /// Not for this peer.
    Refused,
}

/// What an event of str0m's means; nothing for those that concern nobody.
pub(crate) fn happening(event: Event) -> Option<Happening> {
    match event {
        Event::RtpPacket(packet) => Some(Happening::Packet(Received::of(packet))),
        Event::KeyframeRequest(request) => Some(Happening::KeyframeWanted(request.mid)),
        Event::Connected => Some(Happening::Connected),
        Event::IceConnectionStateChange(IceConnectionState::Disconnected) => Some(Happening::Lost),
        Event::Closed => Some(Happening::Closed),
        _ => None,
    }
}
