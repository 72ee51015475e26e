//! A client whose ICE and DTLS are str0m's and whose media are whatever the input says.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

use echo_core::messages::Mids;
use echo_wire::datagram::{Kind, kind};
use echo_wire::rtp::{Header, HeaderWriter, extend};
use echo_wire::{Opener, Sealer, rtcp};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

use super::keys;

const RIDS: [&str; 3] = ["q", "h", "f"];
const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
const LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
/// A voice at -20 dBov that speaks.
const SPEAKING: u8 = 0x80 | 20;
/// The microphone and three layers.
pub(super) const STREAMS: usize = 4;
/// How far back a sealer's ledger knows what was used.
const LEDGER: u64 = 1 << 16;
/// Packets of which it remembers that they came.
const REMEMBERED: usize = 512;

/// What a packet of a stream says besides its payload.
#[derive(Debug, Clone, Copy)]
pub(super) struct Says {
    pub(super) stream: usize,
    /// Distance to the stream's last packet.
    pub(super) ahead: i16,
    /// Ticks since the stream's last packet.
    pub(super) ticks: u32,
    pub(super) marker: bool,
}

/// Both directions of SRTP, once DTLS is up.
struct Secured {
    sealer: Sealer,
    opener: Opener,
}

pub(super) struct Client {
    pub(super) name: &'static str,
    pub(super) address: SocketAddr,
    pub(super) sent: Vec<Vec<u8>>,
    /// Whether it has sent anything that no good client would.
    pub(super) hostile: bool,
    /// (SSRC, sequence number, transport-wide number) of what it was sent last, the latest first.
    pub(super) got: VecDeque<(u32, u16, Option<u16>)>,
    rtc: Rtc,
    connected: bool,
    secured: Option<Secured>,
    microphone: Mid,
    camera: Mid,
    voice: Mid,
    videos: [Mid; 2],
    extensions: HashMap<&'static str, u8>,
    /// Index and timestamp of each SSRC's last packet.
    last: HashMap<u32, (u64, u32)>,
    sealed: HashSet<(u32, u64)>,
    transport_id: u8,
    into: Vec<u8>,
}

impl Client {
    pub(super) fn offering(now: Instant, name: &'static str, number: u16) -> (Client, String, SdpPendingOffer) {
        let config = RtcConfig::new().set_crypto_provider(keys::provider()).set_rtp_mode(true);
        let mut rtc = config.clear_codecs().enable_opus(true).enable_vp8(true).build(now);
        let address = SocketAddr::from(([10, 0, 1, number as u8], 5000 + number));
        rtc.add_local_candidate(Candidate::host(address, "udp").expect("a host candidate"));
        let mut api = rtc.sdp_api();
        let mut simulcast = Simulcast::new();
        RIDS.iter().for_each(|rid| simulcast.add_send_layer(SimulcastLayer::new(rid)));
        let mut add = |kind, direction, simulcast| api.add_media(kind, direction, None, None, simulcast);
        let microphone = add(MediaKind::Audio, Direction::SendOnly, None);
        let camera = add(MediaKind::Video, Direction::SendOnly, Some(simulcast));
        let voice = add(MediaKind::Audio, Direction::RecvOnly, None);
        let videos = [(); 2].map(|()| add(MediaKind::Video, Direction::RecvOnly, None));
        let (offer, pending) = api.apply().expect("an offer");
        let client = Client {
            name,
            address,
            sent: Vec::new(),
            hostile: false,
            got: VecDeque::new(),
            rtc,
            connected: false,
            secured: None,
            microphone,
            camera,
            voice,
            videos,
            extensions: HashMap::new(),
            last: HashMap::new(),
            sealed: HashSet::new(),
            transport_id: 0,
            into: Vec::new(),
        };
        (client, offer.to_sdp_string(), pending)
    }

    pub(super) fn answered(&mut self, pending: SdpPendingOffer, answer: &str) {
        let id = |uri: &str| {
            let of =
                |line: &str| line.strip_prefix("a=extmap:")?.strip_suffix(uri)?.trim().split('/').next()?.parse().ok();
            answer.lines().find_map(of)
        };
        self.extensions = [MID, RID, LEVEL].map(|uri| (uri, id(uri).expect("an extension that we offer"))).into();
        self.transport_id = answer
            .lines()
            .find_map(|line| {
                line.strip_prefix("a=extmap:")?.split_once(' ').filter(|(_, uri)| uri.contains("transport-wide-cc"))
            })
            .and_then(|(id, _)| id.parse().ok())
            .unwrap_or_default();
        let answer = SdpAnswer::from_sdp_string(answer).expect("an answer");
        self.rtc.sdp_api().accept_answer(pending, answer).expect("an answer to our offer");
    }

    pub(super) fn mids(&self) -> Mids {
        Mids {
            microphone: Some(self.microphone.to_string()),
            camera: Some(self.camera.to_string()),
            screen: None,
            screen_sound: None,
            voices: vec![self.voice.to_string()],
            share_sound: None,
            videos: self.videos.map(|mid| mid.to_string()).into(),
        }
    }

    pub(super) fn connected(&self) -> bool {
        self.connected && self.secured.is_some()
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, now: Instant) {
        self.rtc.handle_input(Input::Timeout(now)).expect("time may pass");
        self.drain();
    }

    /// Takes what the engine sent.
    ///
    /// # Panics
    /// Where it is media that is not sealed right, was sent before, or cannot be read.
    pub(super) fn receive(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) {
        match kind(datagram) {
            Kind::Rtp => self.receive_rtp(datagram),
            Kind::Rtcp => {
                let opener = &mut self.secured.as_mut().expect("no media before DTLS").opener;
                let compound = opener.open_rtcp(datagram, &mut self.into).expect("RTCP that we can open");
                assert!(rtcp::parse(compound).count() > 0, "RTCP that says something");
            }
            Kind::Stun | Kind::Dtls | Kind::Other => {
                let receive = Receive::new(Protocol::Udp, from, self.address, datagram).expect("STUN or DTLS");
                self.rtc.handle_input(Input::Receive(now, receive)).expect("a server that we trust");
                self.drain();
            }
        }
    }

    fn receive_rtp(&mut self, datagram: &[u8]) {
        let opener = &mut self.secured.as_mut().expect("no media before DTLS").opener;
        let opened = opener.open_rtp(datagram, &mut self.into).expect("RTP that we can open");
        let header = opened.header;
        let wide = header.extension(opened.packet, self.transport_id).and_then(|data| data.try_into().ok());
        self.got.truncate(REMEMBERED - 1);
        self.got.push_front((header.ssrc, header.sequence, wide.map(u16::from_be_bytes)));
    }

    /// Sends a packet of one of its streams.
    pub(super) fn say(&mut self, says: Says, payload: &[u8]) {
        let ssrc = self.ssrc(says.stream);
        let (index, timestamp) = self.last.get(&ssrc).copied().unwrap_or((1000, 0));
        let index = index.saturating_add_signed(says.ahead.into());
        let timestamp = timestamp.wrapping_add(says.ticks);
        let (mid, codec) = if says.stream == 0 { (self.microphone, Codec::Opus) } else { (self.camera, Codec::Vp8) };
        let params = self.rtc.codec_config().params().iter().find(|params| params.spec().codec == codec);
        let header = HeaderWriter {
            payload_type: *params.expect("a codec that we enabled").pt(),
            marker: says.marker,
            sequence: index as u16,
            timestamp,
            ssrc,
        };
        let mid = mid.to_string();
        let second = match says.stream {
            0 => (self.extensions[LEVEL], &[SPEAKING][..]),
            layer => (self.extensions[RID], RIDS[layer - 1].as_bytes()),
        };
        let mut packet = Vec::new();
        let header_len = header.write(&mut packet, &[(self.extensions[MID], mid.as_bytes()), second]);
        packet.extend_from_slice(payload);
        self.seal(packet, header_len, ssrc, index, timestamp);
    }

    /// Sends these bytes as RTP, if they have a header at all.
    pub(super) fn say_raw(&mut self, packet: &[u8]) {
        let Some(header) = Header::parse_protected(packet) else { return };
        let index = match self.last.get(&header.ssrc) {
            Some((newest, _)) => extend(*newest, header.sequence),
            None => Some(header.sequence.into()),
        };
        if let Some(index) = index {
            self.seal(packet.to_vec(), header.header_len, header.ssrc, index, header.timestamp);
        }
    }

    /// Sends these bytes as RTCP.
    pub(super) fn report(&mut self, mut compound: Vec<u8>) {
        let sealer = &mut self.secured.as_mut().expect("DTLS is up").sealer;
        if sealer.seal_rtcp(&mut compound, 0).is_ok() {
            self.sent.push(compound);
        }
    }

    pub(super) fn ssrc(&self, stream: usize) -> u32 {
        0x1000 * u32::from(self.address.port()) + stream as u32
    }

    fn seal(&mut self, mut packet: Vec<u8>, header_len: usize, ssrc: u32, index: u64, timestamp: u32) {
        let (newest, _) = *self.last.get(&ssrc).unwrap_or(&(index, 0));
        if index + LEDGER <= newest || !self.sealed.insert((ssrc, index)) {
            return;
        }
        let sealer = &mut self.secured.as_mut().expect("DTLS is up").sealer;
        sealer.seal_rtp(&mut packet, 0, header_len, ssrc, index).expect("a whole packet");
        self.last.insert(ssrc, (index.max(newest), timestamp));
        self.sent.push(packet);
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().expect("a client that works") {
                Output::Timeout(_) => break,
                // What str0m says of media would be sealed with our keys too; the engine is only to hear what the input says.
                Output::Transmit(transmit) if !matches!(kind(&transmit.contents), Kind::Rtp | Kind::Rtcp) => {
                    self.sent.push(transmit.contents.to_vec());
                }
                Output::Transmit(_) => {}
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(_) => {}
            }
        }
        if let Some(pair) = keys::take() {
            // The engine waits for us to begin with DTLS, so we are the client.
            self.secured = Some(Secured { sealer: Sealer::new(&pair.client), opener: Opener::new(&pair.server) });
        }
    }
}
