//! The str0m client of one participant with its socket: datagrams and timers in, meters and notices out.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::mem;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::config::DtlsCert;
use str0m::format::Codec;
use str0m::media::{KeyframeRequest, KeyframeRequestKind, Mid, Pt, Rid};
use str0m::net::Receive;
use str0m::rtp::{RtpPacket, RtpWrite, Ssrc};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcConfig, RtcError};

use echo_sys::{ReceiveBatch, SendBatch, monotonic_ns};

use crate::line::Line;
use crate::measure::{Beginning, PublicationMeter, SlotMeter};
use crate::offering::{Offer, Shape, make_offer};
use crate::stamp;

/// A str0m client asks for its timer again at once after it ran; this many times in a row is a fault, not work.
const MAX_TIMER_TURNS: usize = 100;
/// A client with nothing to do.
const NEVER: Duration = Duration::from_secs(3600);

/// What happened in a transport.
pub enum Happening {
    Connected,
    Closed,
    KeyframeWanted(KeyframeRequest),
}

/// A str0m client and its socket.
pub struct Transport {
    pub happenings: Vec<Happening>,
    rtc: Rtc,
    line: Line,
    pending: Option<SdpPendingOffer>,
    timeout: Instant,
    closed: bool,
    beginning: Beginning,
    mids: HashMap<Ssrc, Mid>,
    slots: BTreeMap<Mid, SlotMeter>,
    from: BTreeMap<String, PublicationMeter>,
    transmits: Vec<(SocketAddr, Vec<u8>)>,
}

impl Transport {
    /// Binds a socket and makes the offer.
    pub fn new(
        now: Instant,
        since_ns: u64,
        ip: IpAddr,
        certificate: &DtlsCert,
        shape: &Shape,
    ) -> io::Result<(Transport, Offer)> {
        let line = if shape.tcp { Line::Undialled } else { Line::udp(ip)? };
        let (rtc, pending, offer) = loop {
            let mut rtc = client(now, certificate);
            add_candidate(&mut rtc, &line).map_err(io::Error::other)?;
            // str0m draws mids of three letters without looking: now and then two are the same.
            let (pending, offer) = make_offer(&mut rtc, shape)?;
            if offer.mids.distinct() {
                break (rtc, pending, offer);
            }
        };
        Ok((Transport::with(now, since_ns, rtc, line, Some(pending)), offer))
    }

    /// Binds a socket for a client that will answer offers.
    pub fn answering(now: Instant, since_ns: u64, ip: IpAddr, certificate: &DtlsCert) -> io::Result<Transport> {
        let (mut rtc, line) = (client(now, certificate), Line::udp(ip)?);
        add_candidate(&mut rtc, &line).map_err(io::Error::other)?;
        Ok(Transport::with(now, since_ns, rtc, line, None))
    }

    fn with(now: Instant, since_ns: u64, rtc: Rtc, line: Line, pending: Option<SdpPendingOffer>) -> Transport {
        Transport {
            happenings: Vec::new(),
            rtc,
            line,
            pending,
            timeout: now,
            closed: false,
            beginning: Beginning::new(since_ns),
            mids: HashMap::new(),
            slots: BTreeMap::new(),
            from: BTreeMap::new(),
            transmits: Vec::new(),
        }
    }

    /// Answers an offer, the first one or a later one. Gives the answer, and the m-lines that this side may send on as
    /// (name, is audio), in their order.
    pub fn accept(&mut self, sdp: &str) -> Result<(String, Vec<(Mid, bool)>), String> {
        let offer = SdpOffer::from_sdp_string(sdp).map_err(|error| format!("this is no offer: {error}"))?;
        let outcome = self.rtc.sdp_api().accept_offer(offer);
        let answer = outcome.map_err(|error| format!("the offer was refused: {error}"))?.to_sdp_string();
        let mids: Vec<Mid> = sdp.lines().filter_map(|line| line.trim().strip_prefix("a=mid:")).map(Mid::from).collect();
        let lines = mids.iter().filter_map(|&mid| Some((mid, self.rtc.media(mid)?)));
        let sending = lines.filter(|(_, media)| media.direction().is_sending());
        let sending = sending.map(|(mid, media)| (mid, media.kind().is_audio())).collect();
        self.drain();
        Ok((answer, sending))
    }

    /// Takes one more candidate of the other side.
    pub fn candidate(&mut self, candidate: &str) -> Result<(), String> {
        let candidate = Candidate::from_sdp_string(candidate).map_err(|error| format!("{candidate:?}: {error}"))?;
        self.rtc.add_remote_candidate(candidate);
        self.drain();
        Ok(())
    }

    /// Takes the answer.
    pub fn answer(&mut self, sdp: &str) -> Result<(), String> {
        let answer = SdpAnswer::from_sdp_string(sdp).map_err(|error| format!("this is no answer: {error}"))?;
        let pending = self.pending.take().ok_or("an answer came, but no offer waits for one")?;
        if matches!(self.line, Line::Undialled) {
            self.line = Line::dial(sdp).map_err(|error| error.to_string())?;
            add_candidate(&mut self.rtc, &self.line)?;
        }
        let outcome = self.rtc.sdp_api().accept_answer(pending, answer);
        self.drain();
        outcome.map_err(|error| format!("the answer was refused: {error}"))
    }

    /// When [`Transport::tick`] is due.
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

    /// The descriptor to watch, once there is one.
    pub fn fd(&self) -> Option<RawFd> {
        self.line.fd()
    }

    /// Takes in everything that waits.
    pub fn receive(&mut self, batch: &mut ReceiveBatch) -> io::Result<()> {
        let mut line = mem::replace(&mut self.line, Line::Dead);
        let outcome = line.receive(batch, |proto, source, destination, datagram| {
            if let Ok(receive) = Receive::new(proto, source, destination, datagram)
                && !self.closed
            {
                let outcome = self.rtc.handle_input(Input::Receive(Instant::now(), receive));
                self.settle(outcome);
            }
        });
        self.line = line;
        outcome
    }

    /// Writes one packet of a publication.
    pub fn write(&mut self, mid: Mid, rid: Option<Rid>, write: RtpWrite) {
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, rid) {
            stream.write_rtp(write);
        }
        self.drain();
    }

    /// The payload type of sound or picture.
    pub fn payload_type(&self, audio: bool) -> Option<Pt> {
        let codec = if audio { Codec::Opus } else { Codec::Vp8 };
        self.rtc.codec_config().params().iter().find(|params| params.spec().codec == codec).map(|params| params.pt())
    }

    /// Asks for a keyframe in a receive slot.
    pub fn request_keyframe(&mut self, mid: &str) {
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(Mid::from(mid), None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
        self.drain();
    }

    /// Says goodbye: RTCP BYE and a DTLS close.
    pub fn close(&mut self) {
        // A transport that was never up has nobody to say goodbye to.
        let _unsaid = self.rtc.close();
        self.drain();
    }

    /// Sends what waits.
    pub fn flush(&mut self, batch: &mut SendBatch) {
        if !self.transmits.is_empty() {
            self.line.send(batch, &self.transmits);
            self.transmits.clear();
        }
    }

    /// What arrived, by slot.
    pub fn slots(&self) -> impl Iterator<Item = (&Mid, &SlotMeter)> {
        self.slots.iter()
    }

    /// What arrived, by publication.
    pub fn from(&self) -> impl Iterator<Item = (&String, &PublicationMeter)> {
        self.from.iter()
    }

    /// How it came in.
    pub fn beginning(&self) -> &Beginning {
        &self.beginning
    }

    /// Datagrams that did not fit the socket's buffer.
    pub fn overflowed(&self) -> u64 {
        self.line.overflowed()
    }

    /// Sets the figures back.
    pub fn reset(&mut self) {
        self.slots.clear();
        self.from.clear();
    }

    fn settle(&mut self, outcome: Result<(), RtcError>) {
        match outcome {
            Ok(()) => self.drain(),
            Err(_) => self.end(),
        }
    }

    /// Takes everything that str0m has to give, as it wants after every single input.
    fn drain(&mut self) {
        while !self.closed {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.timeout = at;
                    break;
                }
                Ok(Output::Transmit(transmit)) => {
                    self.transmits.push((transmit.destination, transmit.contents.to_vec()));
                }
                Ok(Output::Event(event)) => self.event(event),
                Err(_) => self.end(),
            }
        }
        if !self.rtc.is_alive() {
            self.end();
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Connected => {
                self.beginning.connected(monotonic_ns());
                self.happenings.push(Happening::Connected);
            }
            Event::Closed | Event::IceConnectionStateChange(IceConnectionState::Disconnected) => self.end(),
            Event::KeyframeRequest(request) => self.happenings.push(Happening::KeyframeWanted(request)),
            Event::RtpPacket(packet) => self.packet(&packet),
            _ => {}
        }
    }

    fn packet(&mut self, packet: &RtpPacket) {
        if packet.payload.is_empty() {
            return;
        }
        let now_ns = monotonic_ns();
        let ssrc = packet.header.ssrc;
        let known = self.mids.get(&ssrc).copied();
        if let Some(mid) = known.or_else(|| self.rtc.direct_api().stream_rx(&ssrc).map(|stream| stream.mid())) {
            self.mids.insert(ssrc, mid);
            self.slots.entry(mid).or_default().packet(now_ns, *packet.seq_no);
        }
        if let Some(stamp) = stamp::read(&packet.payload) {
            if stamp.key {
                self.beginning.picture(now_ns);
            }
            let key = format!("{}/{}", stamp.peer, stamp.source.name());
            self.from.entry(key).or_insert_with(PublicationMeter::new).packet(now_ns, &stamp, &packet.payload);
        }
    }

    fn end(&mut self) {
        if !mem::replace(&mut self.closed, true) {
            self.timeout = Instant::now() + NEVER;
            self.happenings.push(Happening::Closed);
        }
    }
}

fn client(now: Instant, certificate: &DtlsCert) -> Rtc {
    let config = RtcConfig::new().set_rtp_mode(true).set_dtls_cert(certificate.clone());
    config.clear_codecs().enable_opus(true).enable_vp8(true).build(now)
}

fn add_candidate(rtc: &mut Rtc, line: &Line) -> Result<(), String> {
    if let Some(candidate) = line.candidate() {
        rtc.add_local_candidate(candidate.map_err(|error| error.to_string())?);
    }
    Ok(())
}
