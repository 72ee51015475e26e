//! One peer's connection: str0m and the rules for handling it.
//!
//! str0m's contract is one mutation, then poll until it names a timeout: in RTP mode it holds a single received packet,
//! and a skipped poll would lose it.

use std::net::SocketAddr;
use std::time::Instant;

use str0m::media::{KeyframeRequestKind, Mid, Rid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, Ssrc};
use str0m::{Event, IceConnectionState, Input, Output, Rtc};

use crate::egress::{Egress, StromEgress};
use crate::net::Proto;
use crate::outbox::{Outbox, Route};
use crate::stun;
use crate::witness;

/// A due timeout is fed back at most this often in a row; str0m needs one or two.
const MOST_ROUNDS: usize = 16;

/// What a connection reports.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are packets, and a box for each would cost an allocation")]
pub(crate) enum Happening {
    /// Decrypted media.
    Packet(RtpPacket),
    /// The receiver asks for a keyframe in one of its slots.
    KeyframeWanted(Mid),
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

/// One peer's connection.
pub(crate) struct Transport {
    rtc: Rtc,
    timeout: Instant,
    /// A STUN request was answered with success since this was cleared.
    stun_answered: bool,
}

impl Transport {
    pub(crate) fn new(rtc: Rtc, now: Instant) -> Transport {
        Transport { rtc, timeout: now, stun_answered: false }
    }

    /// When [`Transport::advance`] is wanted next.
    pub(crate) fn timeout(&self) -> Instant {
        self.timeout
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.rtc.is_alive()
    }

    /// Takes a datagram that demux matched with this peer.
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        (proto, source, local): (Proto, SocketAddr, SocketAddr),
        datagram: &[u8],
        out: &mut Out<'_>,
    ) -> Taken {
        let proto = match proto {
            Proto::Udp => Protocol::Udp,
            Proto::Tcp => Protocol::Tcp,
        };
        let Ok(receive) = Receive::new(proto, source, local, datagram) else {
            return Taken::Refused;
        };
        let input = Input::Receive(now, receive);
        if !self.rtc.accepts(&input) {
            return Taken::Refused;
        }
        let opened = witness::opened();
        self.stun_answered = false;
        // A datagram that makes an error is dropped and no more: never hang up on a bad packet.
        let _ = self.rtc.handle_input(input);
        self.drain(now, out);
        if witness::opened() > opened || (stun::is_request(datagram) && self.stun_answered) {
            Taken::Authentic
        } else {
            Taken::Handled
        }
    }

    /// Moves time forward and sends what was queued.
    pub(crate) fn advance(&mut self, now: Instant, out: &mut Out<'_>) {
        let _ = self.rtc.handle_input(Input::Timeout(now));
        self.drain(now, out);
    }

    /// Says goodbye to the client.
    pub(crate) fn close(&mut self, now: Instant, out: &mut Out<'_>) {
        let _ = self.rtc.close();
        self.drain(now, out);
    }

    /// The sender; what it queues leaves with the next [`Transport::advance`].
    pub(crate) fn egress(&mut self) -> impl Egress + '_ {
        StromEgress::new(&mut self.rtc)
    }

    /// Which m-line and layer a received stream belongs to.
    pub(crate) fn origin(&mut self, ssrc: Ssrc) -> Option<(Mid, Option<Rid>)> {
        let mut api = self.rtc.direct_api();
        let stream = api.stream_rx(&ssrc)?;
        Some((stream.mid(), stream.rid()))
    }

    /// Asks the client for a keyframe; it leaves with the next [`Transport::advance`].
    pub(crate) fn request_keyframe(&mut self, mid: Mid, rid: Option<Rid>) -> bool {
        match self.rtc.direct_api().stream_rx_by_mid(mid, rid) {
            Some(stream) => {
                stream.request_keyframe(KeyframeRequestKind::Pli);
                true
            }
            None => false,
        }
    }

    fn drain(&mut self, now: Instant, out: &mut Out<'_>) {
        let mut rounds = 0;
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => {
                    self.stun_answered |= stun::is_success(&transmit.contents);
                    out.outbox.push(route(&transmit), &transmit.contents);
                }
                Ok(Output::Event(event)) => out.happenings.extend(happening(event)),
                Ok(Output::Timeout(at)) => {
                    self.timeout = at;
                    if at > now || rounds == MOST_ROUNDS || !self.rtc.is_alive() {
                        return;
                    }
                    rounds += 1;
                    let _ = self.rtc.handle_input(Input::Timeout(now));
                }
                // str0m has closed itself where an error is fatal; where it is not, polling goes on with the next.
                Err(_) if rounds < MOST_ROUNDS && self.rtc.is_alive() => rounds += 1,
                Err(_) => return,
            }
        }
    }
}

fn route(transmit: &str0m::net::Transmit) -> Route {
    let proto = if transmit.proto == Protocol::Udp { Proto::Udp } else { Proto::Tcp };
    Route { proto, source: transmit.source, destination: transmit.destination }
}

fn happening(event: Event) -> Option<Happening> {
    match event {
        Event::RtpPacket(packet) => Some(Happening::Packet(packet)),
        Event::KeyframeRequest(request) => Some(Happening::KeyframeWanted(request.mid)),
        Event::Connected => Some(Happening::Connected),
        Event::IceConnectionStateChange(IceConnectionState::Disconnected) => Some(Happening::Lost),
        Event::Closed => Some(Happening::Closed),
        _ => None,
    }
}
