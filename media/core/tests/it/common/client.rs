//! A str0m client: offers like a browser, sends synthetic voice and simulcast, records what comes.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

use echo_core::messages::Mids;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, VideoOrientation};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

use super::pictures::Camera;

/// What a client puts into its offer.
#[derive(Debug, Clone, Copy)]
pub struct Offers {
    pub microphone: bool,
    /// Rids of the camera; one empty name is a camera without simulcast.
    pub camera: &'static [&'static str],
    pub screen_sound: bool,
    pub voices: usize,
    pub share_sound: bool,
    pub videos: usize,
}

pub const FULL: Offers =
    Offers { microphone: true, camera: &["q", "h", "f"], screen_sound: true, voices: 3, share_sound: true, videos: 2 };

pub struct Received {
    pub at: Instant,
    pub mid: Mid,
    pub sequence: u64,
    pub timestamp: u32,
    pub marker: bool,
    pub level: Option<i8>,
    pub orientation: Option<u8>,
    /// When the sender says it was captured: its report's wall clock, moved by the distance in timestamps.
    pub captured: Option<SystemTime>,
    pub payload: Vec<u8>,
}

pub struct Client {
    pub name: String,
    pub rtc: Rtc,
    pub address: SocketAddr,
    pub connected: bool,
    /// The name by which the server knows it in STUN.
    pub ufrag: String,
    /// The line is dead: nothing passes in either direction.
    pub cut: bool,
    pub voices: Vec<Mid>,
    pub share_sound: Option<Mid>,
    pub videos: Vec<Mid>,
    pub received: Vec<Received>,
    pub transmits: Vec<Vec<u8>>,
    pub keyframes_asked: HashMap<String, usize>,
    /// Level of the microphone in dBov, while it sends.
    pub voice: Option<i8>,
    /// Level of shared sound, while it sends.
    pub sharing: Option<i8>,
    pub camera: Camera,
    timeout: Instant,
    microphone: Option<Mid>,
    camera_mid: Option<Mid>,
    screen_sound: Option<Mid>,
    clocks: HashMap<&'static str, (Instant, u64)>,
}

impl Client {
    pub fn offering(now: Instant, name: &str, index: usize, offers: Offers) -> (Client, String, SdpPendingOffer) {
        loop {
            let made = Client::drawn(now, name, index, offers);
            // str0m draws mids of three letters without looking: now and then two are the same.
            if made.0.has_distinct_mids() {
                return made;
            }
        }
    }

    fn has_distinct_mids(&self) -> bool {
        let Mids { microphone, camera, screen, screen_sound, voices, share_sound, videos } = self.mids();
        let single = [microphone, camera, screen, screen_sound, share_sound].into_iter().flatten();
        let mut seen = HashSet::new();
        single.chain(voices).chain(videos).all(|mid| seen.insert(mid))
    }

    fn drawn(now: Instant, name: &str, index: usize, offers: Offers) -> (Client, String, SdpPendingOffer) {
        let mut rtc = RtcConfig::new().set_rtp_mode(true).clear_codecs().enable_opus(true).enable_vp8(true).build(now);
        let address: SocketAddr = format!("10.0.1.{}:{}", index + 1, 5000 + index).parse().unwrap();
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        let mut api = rtc.sdp_api();
        let mut add = |kind, direction, simulcast| api.add_media(kind, direction, None, None, simulcast);
        let (audio, video) = (MediaKind::Audio, MediaKind::Video);
        let microphone = offers.microphone.then(|| add(audio, Direction::SendOnly, None));
        let camera_mid = (!offers.camera.is_empty()).then(|| {
            let simulcast = (offers.camera != [""]).then(|| {
                let mut simulcast = Simulcast::new();
                offers.camera.iter().for_each(|rid| simulcast.add_send_layer(SimulcastLayer::new(rid)));
                simulcast
            });
            add(video, Direction::SendOnly, simulcast)
        });
        let screen_sound = offers.screen_sound.then(|| add(audio, Direction::SendOnly, None));
        let voices = (0..offers.voices).map(|_| add(audio, Direction::RecvOnly, None)).collect();
        let share_sound = offers.share_sound.then(|| add(audio, Direction::RecvOnly, None));
        let videos = (0..offers.videos).map(|_| add(video, Direction::RecvOnly, None)).collect();
        let (offer, pending) = api.apply().unwrap();
        let client = Client {
            name: name.into(),
            rtc,
            address,
            connected: false,
            ufrag: String::new(),
            cut: false,
            voices,
            share_sound,
            videos,
            received: Vec::new(),
            transmits: Vec::new(),
            keyframes_asked: HashMap::new(),
            voice: None,
            sharing: None,
            camera: Camera::new(index, offers.camera),
            timeout: now,
            microphone,
            camera_mid,
            screen_sound,
            clocks: HashMap::new(),
        };
        (client, offer.to_sdp_string(), pending)
    }

    pub fn answered(&mut self, pending: SdpPendingOffer, answer: &str) {
        self.ufrag = answer.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).unwrap().into();
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
    }

    pub fn mids(&self) -> Mids {
        let name = |mid: &Option<Mid>| mid.map(|mid| mid.to_string());
        Mids {
            microphone: name(&self.microphone),
            camera: name(&self.camera_mid),
            screen: None,
            screen_sound: name(&self.screen_sound),
            voices: self.voices.iter().map(ToString::to_string).collect(),
            share_sound: name(&self.share_sound),
            videos: self.videos.iter().map(ToString::to_string).collect(),
        }
    }

    /// Sends what its microphone and camera have by now.
    pub fn produce(&mut self, now: Instant) {
        if !self.connected {
            return;
        }
        self.produce_sound(now, "microphone", self.microphone, self.voice);
        self.produce_sound(now, "screen_sound", self.screen_sound, self.sharing);
        let Some(mid) = self.camera_mid else { return };
        let pt = self.pt(Codec::Vp8);
        for packet in self.camera.due(now) {
            let orientation = ExtensionValues {
                video_orientation: Some(VideoOrientation::from(self.camera.owner as u8 % 4)),
                ..Default::default()
            };
            let rid = (!packet.rid.is_empty()).then(|| Rid::from(packet.rid));
            let write = RtpWrite::new(pt, packet.sequence.into(), packet.timestamp, now, packet.payload)
                .marker(packet.marker)
                .ext_vals(orientation)
                .nackable(true);
            self.rtc.direct_api().stream_tx_by_mid(mid, rid).unwrap().write_rtp(write);
            self.advance(now);
        }
    }

    fn produce_sound(&mut self, now: Instant, name: &'static str, mid: Option<Mid>, level: Option<i8>) {
        let (Some(mid), Some(level)) = (mid, level) else { return };
        let (due, count) = *self.clocks.entry(name).or_insert((now, 0));
        if due > now {
            return;
        }
        self.clocks.insert(name, (due.max(now - Duration::from_millis(20)) + Duration::from_millis(20), count + 1));
        self.say(now, mid, level, 1000 + count, (count * 960) as u32);
    }

    /// Sends one packet of its microphone with these numbers, whatever came before.
    pub fn say_out_of_line(&mut self, now: Instant, sequence: u64, timestamp: u32) {
        self.say(now, self.microphone.unwrap(), -20, sequence, timestamp);
    }

    /// Replaces the streams of its microphone and camera by new ones, as a browser does with a new sender.
    pub fn replace_streams(&mut self, keyframes: bool) {
        let rids: Vec<_> = self.camera.begin_anew(keyframes);
        let lines = self.camera_mid.into_iter().flat_map(|mid| rids.iter().map(move |rid| (mid, *rid)));
        let lines: Vec<_> = self.microphone.map(|mid| (mid, "")).into_iter().chain(lines).collect();
        for (mid, rid) in lines {
            let rid = (!rid.is_empty()).then(|| Rid::from(rid));
            let mut api = self.rtc.direct_api();
            let (ssrc, rtx) = (api.new_ssrc(), api.new_ssrc());
            let old = api.stream_tx_by_mid(mid, rid).unwrap().ssrc();
            api.remove_stream_tx(old);
            api.declare_stream_tx(ssrc, Some(rtx), mid, rid);
        }
    }

    fn say(&mut self, now: Instant, mid: Mid, level: i8, sequence: u64, timestamp: u32) {
        let pt = self.pt(Codec::Opus);
        let sender = self.camera.owner as u8;
        let exts = ExtensionValues { audio_level: Some(level), voice_activity: Some(true), ..Default::default() };
        let payload = vec![0xfc, sender, timestamp as u8];
        let write = RtpWrite::new(pt, sequence.into(), timestamp, now, payload).ext_vals(exts);
        self.rtc.direct_api().stream_tx_by_mid(mid, None).unwrap().write_rtp(write);
        self.advance(now);
    }

    pub fn receive(&mut self, now: Instant, server: SocketAddr, contents: &[u8]) {
        let receive = Receive::new(Protocol::Udp, server, self.address, contents).unwrap();
        let input = Input::Receive(now, receive);
        self.rtc.handle_input(input).unwrap();
        self.drain(now);
    }

    pub fn advance(&mut self, now: Instant) {
        self.rtc.handle_input(Input::Timeout(now)).unwrap();
        self.drain(now);
    }

    pub fn ask_keyframe(&mut self, slot: usize) {
        let mid = self.videos[slot];
        self.rtc.direct_api().stream_rx_by_mid(mid, None).unwrap().request_keyframe(KeyframeRequestKind::Pli);
    }

    pub fn hang_up(&mut self, now: Instant) {
        self.rtc.close().unwrap();
        self.drain(now);
    }

    /// Packets of one slot, by sequence number.
    pub fn of(&self, mid: Mid) -> Vec<&Received> {
        let mut packets: Vec<&Received> = self.received.iter().filter(|packet| packet.mid == mid).collect();
        packets.sort_by_key(|packet| packet.sequence);
        packets
    }

    /// SSRC and newest sequence number of the first video slot.
    pub fn newest_picture(&mut self) -> (u32, u16) {
        let mid = self.videos[0];
        let newest = self.of(mid).last().unwrap().sequence as u16;
        (*self.rtc.direct_api().stream_rx_by_mid(mid, None).unwrap().ssrc(), newest)
    }

    fn drain(&mut self, now: Instant) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(at) => {
                    self.timeout = at;
                    return;
                }
                Output::Transmit(transmit) => self.transmits.push(transmit.contents.into()),
                Output::Event(event) => self.happened(now, event),
            }
        }
    }

    fn happened(&mut self, now: Instant, event: Event) {
        match event {
            Event::Connected => self.connected = true,
            Event::RtpPacket(packet) => self.record(now, packet),
            Event::KeyframeRequest(request) => {
                let rid = request.rid.map(|rid| rid.to_string()).unwrap_or_default();
                self.camera.want_keyframe(&rid);
                *self.keyframes_asked.entry(rid).or_default() += 1;
            }
            _ => {}
        }
    }

    fn record(&mut self, now: Instant, packet: RtpPacket) {
        let mid = self.rtc.direct_api().stream_rx(&packet.header.ssrc).unwrap().mid();
        self.received.push(Received {
            at: now,
            mid,
            sequence: *packet.seq_no,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            level: packet.header.ext_vals.audio_level,
            orientation: packet.header.ext_vals.video_orientation.map(|orientation| orientation as u8),
            captured: captured(&packet),
            payload: packet.payload.to_vec(),
        });
    }

    fn pt(&self, codec: Codec) -> Pt {
        self.rtc.codec_config().params().iter().find(|params| params.spec().codec == codec).unwrap().pt()
    }
}

fn captured(packet: &RtpPacket) -> Option<SystemTime> {
    let info = packet.last_sender_info?;
    let ticks = (packet.time.numer() as u32).wrapping_sub(info.rtp_time.numer() as u32) as i32;
    let apart = Duration::from_secs_f64(f64::from(ticks.unsigned_abs()) / f64::from(packet.time.denom()));
    if ticks < 0 { info.ntp_time.checked_sub(apart) } else { info.ntp_time.checked_add(apart) }
}
