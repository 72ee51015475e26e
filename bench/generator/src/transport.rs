//! The str0m client of one participant with its socket: datagrams and timers in, meters and notices out.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::mem;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::config::DtlsCert;
use str0m::format::Codec;
use str0m::media::{
    Direction, KeyframeRequest, KeyframeRequestKind, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer,
};
use str0m::net::Receive;
use str0m::rtp::{RtpPacket, RtpWrite, Ssrc};
use str0m::{Event, IceConnectionState, Input, Output, Rtc, RtcConfig, RtcError};

use echo_sys::{ReceiveBatch, SendBatch, monotonic_ns};

use crate::control::{Mids, Source};
use crate::line::Line;
use crate::measure::{PublicationMeter, SlotMeter};
use crate::stamp;

/// A str0m client asks for its timer again at once after it ran; this many times in a row is a fault, not work.
const MAX_TIMER_TURNS: usize = 100;
/// A client with nothing to do.
const NEVER: Duration = Duration::from_secs(3600);

/// What a participant offers.
pub struct Shape {
    /// Layers of its pictures, 1 or 3.
    pub layers: usize,
    /// Voice slots to receive.
    pub voices: usize,
    /// Video slots to receive.
    pub videos: usize,
    /// Reaches the other side by TCP.
    pub tcp: bool,
}

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
    mids: HashMap<Ssrc, Mid>,
    slots: BTreeMap<Mid, SlotMeter>,
    from: BTreeMap<String, PublicationMeter>,
    transmits: Vec<(SocketAddr, Vec<u8>)>,
}

/// An offer and what its m-lines are.
pub struct Offer {
    pub sdp: String,
    pub mids: Mids,
    /// The same for what is sent.
    pub outgoing: BTreeMap<Source, Mid>,
}

impl Transport {
    /// Binds a socket and makes the offer: microphone, camera, screen, its sound, then the slots, as our pages do.
    pub fn new(now: Instant, ip: IpAddr, certificate: &DtlsCert, shape: &Shape) -> io::Result<(Transport, Offer)> {
        let line = if shape.tcp { Line::Undialled } else { Line::udp(ip)? };
        let (rtc, pending, offer) = loop {
            let config = RtcConfig::new().set_rtp_mode(true).set_dtls_cert(certificate.clone());
            let mut rtc = config.clear_codecs().enable_opus(true).enable_vp8(true).build(now);
            add_candidate(&mut rtc, &line).map_err(io::Error::other)?;
            // str0m draws mids of three letters without looking: now and then two are the same.
            let (pending, offer) = make_offer(&mut rtc, shape)?;
            if offer.mids.distinct() {
                break (rtc, pending, offer);
            }
        };
        let transport = Transport {
            happenings: Vec::new(),
            rtc,
            line,
            pending: Some(pending),
            timeout: now,
            closed: false,
            mids: HashMap::new(),
            slots: BTreeMap::new(),
            from: BTreeMap::new(),
            transmits: Vec::new(),
        };
        Ok((transport, offer))
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
            Event::Connected => self.happenings.push(Happening::Connected),
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

fn add_candidate(rtc: &mut Rtc, line: &Line) -> Result<(), String> {
    if let Some(candidate) = line.candidate() {
        rtc.add_local_candidate(candidate.map_err(|error| error.to_string())?);
    }
    Ok(())
}

fn make_offer(rtc: &mut Rtc, shape: &Shape) -> io::Result<(SdpPendingOffer, Offer)> {
    let simulcast = (shape.layers >= 3).then(|| {
        let mut simulcast = Simulcast::new();
        for rid in ["q", "h", "f"] {
            simulcast.add_send_layer(SimulcastLayer::new(rid));
        }
        simulcast
    });
    let mut api = rtc.sdp_api();
    let mut send = |kind, simulcast| api.add_media(kind, Direction::SendOnly, None, None, simulcast);
    let microphone = send(MediaKind::Audio, None);
    let camera = send(MediaKind::Video, simulcast);
    let screen = send(MediaKind::Video, None);
    let screen_sound = send(MediaKind::Audio, None);
    let mut receive = |kind| api.add_media(kind, Direction::RecvOnly, None, None, None).to_string();
    let mids = Mids {
        microphone: Some(microphone.to_string()),
        camera: Some(camera.to_string()),
        screen: Some(screen.to_string()),
        screen_sound: Some(screen_sound.to_string()),
        voices: (0..shape.voices).map(|_| receive(MediaKind::Audio)).collect(),
        share_sound: Some(receive(MediaKind::Audio)),
        videos: (0..shape.videos).map(|_| receive(MediaKind::Video)).collect(),
    };
    let (sdp, pending) = api.apply().ok_or_else(|| io::Error::other("an offer without m-lines"))?;
    let outgoing = [
        (Source::Microphone, microphone),
        (Source::Camera, camera),
        (Source::Screen, screen),
        (Source::ScreenSound, screen_sound),
    ];
    Ok((pending, Offer { sdp: sdp.to_sdp_string(), mids, outgoing: outgoing.into() }))
}
