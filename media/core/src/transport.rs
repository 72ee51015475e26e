//! One peer's connection: str0m and the rules for handling it.
//!
//! str0m's contract is one mutation, then poll until it names a timeout: in RTP mode it holds a single received packet,
//! and a skipped poll would lose it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use echo_bandwidth::Bitrate;
use echo_wire::datagram::{Kind, kind};
use str0m::media::{KeyframeRequestKind, Mid, Rid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::Ssrc;
use str0m::{Input, Output, Rtc};

use crate::config::EgressKind;
use crate::direct::{Direct, LineForm, POKE, SentWindow, WallClock};
use crate::egress::{Egress, Outgoing, StromEgress};
use crate::happening::{Out, Taken, happening};
use crate::ingress::IngressForm;
use crate::net::Proto;
use crate::outbox::Route;
use crate::stun;
use crate::tap::Tap;
use crate::witness;

/// A due timeout is fed back at most this often in a row; str0m needs one or two.
const MOST_ROUNDS: usize = 16;

/// One peer's connection.
pub(crate) struct Transport {
    rtc: Rtc,
    timeout: Instant,
    /// str0m was told something that it has to be polled for.
    touched: bool,
    /// A STUN request was answered with success since this was cleared.
    stun_answered: bool,
    /// Our own egress, once DTLS has settled on a profile that it can seal with.
    direct: Option<Box<Direct>>,
    /// By stream what str0m was given to send.
    sent: HashMap<Ssrc, SentWindow>,
    /// What it needs to begin.
    wanted: Option<Wanted>,
}

struct Wanted {
    /// Whether its line is to be estimated.
    estimates: bool,
    tap: Arc<Tap>,
    forms: (Vec<LineForm>, IngressForm),
    wall: WallClock,
}

impl Transport {
    pub(crate) fn new(
        now: Instant,
        rtc: Rtc,
        forms: (Vec<LineForm>, IngressForm),
        tap: Arc<Tap>,
        (egress, wall, estimates): (EgressKind, WallClock, bool),
    ) -> Transport {
        let wanted = (egress == EgressKind::Direct).then(|| {
            tap.want();
            Wanted { estimates, tap, forms, wall }
        });
        Transport {
            rtc,
            timeout: now,
            touched: false,
            stun_answered: false,
            direct: None,
            sent: HashMap::new(),
            wanted,
        }
    }

    /// When [`Transport::advance`] is wanted next.
    pub(crate) fn timeout(&self) -> Instant {
        self.direct.as_ref().and_then(|direct| direct.deadline()).map_or(self.timeout, |at| at.min(self.timeout))
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
        match (&mut self.direct, kind(datagram)) {
            (Some(direct), Kind::Rtp) => return direct.take(now, datagram, out),
            (Some(direct), Kind::Rtcp) => return direct.hear(now, datagram, out),
            _ => {}
        }
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
        let request = stun::is_request(datagram);
        if request && self.direct.is_some() {
            // It may have moved the place where str0m would send to.
            self.rtc.direct_api().send_app_specific_feedback(POKE.into(), POKE.into(), [0; 4]);
        }
        self.drain(now, out);
        if witness::opened() > opened || (request && self.stun_answered) { Taken::Authentic } else { Taken::Handled }
    }

    /// Moves time forward and sends what was queued.
    pub(crate) fn advance(&mut self, now: Instant, out: &mut Out<'_>) {
        let _ = self.rtc.handle_input(Input::Timeout(now));
        self.drain(now, out);
        self.send_direct(now, out);
    }

    /// Sends what was queued, and does what is due.
    pub(crate) fn flush(&mut self, now: Instant, out: &mut Out<'_>) {
        if self.direct.is_none() || self.touched || self.timeout <= now {
            self.advance(now, out);
        } else {
            self.send_direct(now, out);
        }
    }

    /// Says goodbye to the client.
    pub(crate) fn close(&mut self, now: Instant, out: &mut Out<'_>) {
        let _ = self.rtc.close();
        self.drain(now, out);
    }

    /// Queues a packet, which leaves with the next [`Transport::flush`]; false where it could not be sent.
    pub(crate) fn send(&mut self, packet: Outgoing<'_>) -> bool {
        match &mut self.direct {
            Some(direct) => direct.send(packet),
            None => StromEgress::new(&mut self.rtc, &mut self.sent).send(packet),
        }
    }

    /// Queues a packet that [`Happening::Missing`] named.
    pub(crate) fn repair(&mut self, packet: Outgoing<'_>) {
        if let Some(direct) = &mut self.direct {
            direct.repair(packet);
        }
    }

    /// What the receiver's line carries; `None` where that is not estimated.
    pub(crate) fn estimate(&self) -> Option<Bitrate> {
        self.direct.as_ref()?.estimate()
    }

    /// Whether the receiver's line has to drain before pictures go on.
    pub(crate) fn is_jammed(&self, now: Instant) -> bool {
        self.direct.as_ref().is_some_and(|direct| direct.is_jammed(now))
    }

    /// Drops what waits to be sent on a picture's line.
    pub(crate) fn forget(&mut self, line: usize) {
        if let Some(direct) = &mut self.direct {
            direct.forget(line);
        }
    }

    /// What there would be to send if the line carried it.
    pub(crate) fn set_desired(&mut self, now: Instant, desired: Bitrate) {
        if let Some(direct) = &mut self.direct {
            direct.set_desired(now, desired);
        }
    }

    /// Which m-line and layer a received stream belongs to.
    pub(crate) fn origin(&mut self, ssrc: Ssrc) -> Option<(Mid, Option<Rid>)> {
        if let Some(direct) = &self.direct {
            return direct.origin(ssrc);
        }
        let mut api = self.rtc.direct_api();
        let stream = api.stream_rx(&ssrc)?;
        Some((stream.mid(), stream.rid()))
    }

    /// Asks the client for a keyframe; it leaves with the next [`Transport::flush`].
    pub(crate) fn request_keyframe(&mut self, ssrc: Ssrc) -> bool {
        if let Some(direct) = &mut self.direct {
            return direct.request_keyframe(ssrc);
        }
        match self.rtc.direct_api().stream_rx(&ssrc) {
            Some(stream) => {
                stream.request_keyframe(KeyframeRequestKind::Pli);
                self.touched = true;
                true
            }
            None => false,
        }
    }

    /// Does what a compound RTCP packet of the peer says. For tests only.
    #[cfg(feature = "failpoints")]
    pub(crate) fn hear(&mut self, now: Instant, compound: &[u8], out: &mut Out<'_>) {
        if let Some(direct) = &mut self.direct {
            direct.read(now, compound, out);
        }
    }

    fn send_direct(&mut self, now: Instant, out: &mut Out<'_>) {
        if let Some(direct) = &mut self.direct {
            direct.flush(now, out.outbox, out.counters);
        }
    }

    fn drain(&mut self, now: Instant, out: &mut Out<'_>) {
        self.touched = false;
        let mut rounds = 0;
        loop {
            let output = self.rtc.poll_output();
            self.begin_direct(now, out);
            match output {
                Ok(Output::Transmit(transmit)) => {
                    self.stun_answered |= stun::is_success(&transmit.contents);
                    match &mut self.direct {
                        Some(direct) => direct.pass_on(route(&transmit), &transmit, out.outbox),
                        None => out.outbox.push(route(&transmit), &transmit.contents),
                    }
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

    /// Takes over all media from str0m as soon as DTLS has given the keys, which is before anything was sealed or opened with them.
    fn begin_direct(&mut self, now: Instant, out: &mut Out<'_>) {
        let Some(keys) = self.wanted.as_ref().and_then(|wanted| wanted.tap.take()) else { return };
        let Some(wanted) = self.wanted.take() else { return };
        let (forms, incoming) = &wanted.forms;
        for mid in forms.iter().map(|form| form.line.mid).chain(incoming.mids()) {
            // With its streams the line goes itself: str0m looks at each of its lines whenever it is polled. To be asked for a stream
            // makes it find out anew whether any is left to look for losses in, which it would do thirty times a second.
            let mut api = self.rtc.direct_api();
            api.stream_rx_by_mid(mid, None);
            api.remove_media(mid);
        }
        out.counters.peers_direct += 1;
        self.direct = Some(Box::new(Direct::new(now, &keys, wanted.forms, wanted.wall, wanted.estimates)));
    }
}

fn route(transmit: &str0m::net::Transmit) -> Route {
    let proto = if transmit.proto == Protocol::Udp { Proto::Udp } else { Proto::Tcp };
    Route { proto, source: transmit.source, destination: transmit.destination }
}
