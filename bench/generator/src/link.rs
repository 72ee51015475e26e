//! A str0m client with its socket: ICE, DTLS and timers, the same for whole and for light participants.

use std::io;
use std::mem;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpPacket;
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcError};

use echo_sys::{ReceiveBatch, SendBatch, monotonic_ns};
use echo_wire::datagram::{self, Kind};

use crate::client::Happening;
use crate::line::Line;
use crate::measure::Beginning;

/// A str0m client asks for its timer again at once after it ran; this many times in a row is a fault, not work.
const MAX_TIMER_TURNS: usize = 100;
/// A client with nothing to do.
const NEVER: Duration = Duration::from_secs(3600);

/// A str0m client and its socket.
pub struct Link {
    pub rtc: Rtc,
    pub line: Line,
    pub beginning: Beginning,
    pub happenings: Vec<Happening>,
    /// Media that str0m has opened.
    pub packets: Vec<RtpPacket>,
    /// Where the other side is, once there was a handshake with it.
    pub remote: Option<SocketAddr>,
    /// Whether str0m may send SRTP and SRTCP. Two who seal with the same keys would use a nonce twice.
    seals: bool,
    timeout: Instant,
    closed: bool,
    transmits: Vec<(SocketAddr, Vec<u8>)>,
}

impl Link {
    /// A client that announces the line's address.
    pub fn new(now: Instant, beginning: Beginning, rtc: Rtc, line: Line, seals: bool) -> Link {
        Link {
            rtc,
            line,
            beginning,
            happenings: Vec::new(),
            packets: Vec::new(),
            remote: None,
            seals,
            timeout: now,
            closed: false,
            transmits: Vec::new(),
        }
    }

    /// When [`Link::tick`] is due.
    pub fn due(&self) -> Instant {
        self.timeout
    }

    /// Whether media can flow.
    pub fn connected(&self) -> bool {
        !self.closed && self.rtc.is_connected()
    }

    /// Runs the timers that are due.
    pub fn tick(&mut self, now: Instant) {
        for _ in 0..MAX_TIMER_TURNS {
            if self.closed || self.timeout > now {
                return;
            }
            let outcome = self.rtc.handle_input(Input::Timeout(now));
            self.settle(outcome);
        }
        self.end();
    }

    /// Takes in everything that waits; what `mine` takes does not reach str0m.
    pub fn receive(
        &mut self,
        batch: &mut ReceiveBatch,
        mut mine: impl FnMut(&mut Beginning, SocketAddr, &[u8]) -> bool,
    ) -> io::Result<()> {
        let mut line = mem::replace(&mut self.line, Line::Dead);
        let outcome = line.receive(batch, |proto, source, destination, datagram| {
            if !self.closed && !mine(&mut self.beginning, source, datagram) {
                self.give(proto, source, destination, datagram);
            }
        });
        self.line = line;
        outcome
    }

    /// Takes one more candidate of the other side.
    pub fn candidate(&mut self, candidate: &str) -> Result<(), String> {
        let candidate = Candidate::from_sdp_string(candidate).map_err(|error| format!("{candidate:?}: {error}"))?;
        self.rtc.add_remote_candidate(candidate);
        self.drain();
        Ok(())
    }

    /// Says goodbye: RTCP BYE and a DTLS close.
    pub fn close(&mut self) {
        // A transport that was never up has nobody to say goodbye to.
        let _unsaid = self.rtc.close();
        self.drain();
    }

    /// Queues a datagram for the other side.
    pub fn send(&mut self, datagram: Vec<u8>) {
        if let Some(remote) = self.remote {
            self.transmits.push((remote, datagram));
        }
    }

    /// Sends what waits.
    pub fn flush(&mut self, batch: &mut SendBatch) {
        if !self.transmits.is_empty() {
            self.line.send(batch, &self.transmits);
            self.transmits.clear();
        }
    }

    /// Takes everything that str0m has to give, as it wants after every single input.
    pub fn drain(&mut self) {
        while !self.closed {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.timeout = at;
                    break;
                }
                Ok(Output::Transmit(transmit)) => self.transmit(transmit.destination, &transmit.contents),
                Ok(Output::Event(event)) => self.event(event),
                Err(_) => self.end(),
            }
        }
        if !self.rtc.is_alive() {
            self.end();
        }
    }

    /// Ends it.
    pub fn end(&mut self) {
        if !mem::replace(&mut self.closed, true) {
            self.timeout = Instant::now() + NEVER;
            self.happenings.push(Happening::Closed);
        }
    }

    fn give(&mut self, proto: Protocol, source: SocketAddr, destination: SocketAddr, datagram: &[u8]) {
        if let Ok(receive) = Receive::new(proto, source, destination, datagram) {
            let outcome = self.rtc.handle_input(Input::Receive(Instant::now(), receive));
            self.settle(outcome);
        }
    }

    fn transmit(&mut self, destination: SocketAddr, datagram: &[u8]) {
        match datagram::kind(datagram) {
            Kind::Rtp | Kind::Rtcp if !self.seals => return,
            Kind::Dtls => self.remote = Some(destination),
            _ => {}
        }
        self.transmits.push((destination, datagram.to_vec()));
    }

    fn settle(&mut self, outcome: Result<(), RtcError>) {
        match outcome {
            Ok(()) => self.drain(),
            Err(_) => self.end(),
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Connected => {
                self.beginning.connected(monotonic_ns());
                self.happenings.push(Happening::Connected);
            }
            Event::Closed | Event::IceConnectionStateChange(IceConnectionState::Disconnected) => self.end(),
            Event::KeyframeRequest(request) => {
                self.happenings.push(Happening::KeyframeWanted { mid: request.mid, rid: request.rid });
            }
            Event::RtpPacket(packet) => self.packets.push(packet),
            _ => {}
        }
    }
}

/// Announces the line's address, if it is known yet.
pub fn add_candidate(rtc: &mut Rtc, line: &Line) -> Result<(), String> {
    if let Some(candidate) = line.candidate() {
        rtc.add_local_candidate(candidate.map_err(|error| error.to_string())?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use str0m::RtcConfig;

    #[test]
    fn only_one_of_two_seals() {
        let there = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
        for (seals, leave) in [(true, 4), (false, 2)] {
            let now = Instant::now();
            let line = Line::udp(Ipv4Addr::LOCALHOST.into()).unwrap();
            let mut link = Link::new(now, Beginning::new(0), RtcConfig::new().build(now), line, seals);
            let stun_dtls_rtp_rtcp = [[0, 1], [22, 254], [0x80, 96], [0x80, 201]];
            stun_dtls_rtp_rtcp.iter().for_each(|datagram| link.transmit(there, datagram));
            assert_eq!((link.transmits.len(), link.remote), (leave, Some(there)));
        }
    }
}
