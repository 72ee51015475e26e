//! Light participants and whole str0m clients, over sockets of this machine.

use std::net::{IpAddr, Ipv4Addr};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::crypto::from_feature_flags;
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Rid};
use str0m::rtp::RtpPacket;

use echo_sys::{Poller, Ready};

use super::*;
use crate::control::Sent as SentCounts;
use crate::line::BATCH;
use crate::publisher::Publication;
use crate::stamp;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PATIENCE: Duration = Duration::from_secs(10);

/// A light participant, and a whole client that plays the server.
struct Scene {
    now: Instant,
    poller: Poller,
    batch: ReceiveBatch,
    sending: SendBatch,
    light: Light,
    server: Link,
    publications: Vec<Publication>,
    /// What the server received.
    arrived: Vec<RtpPacket>,
    wanted: Vec<Happening>,
}

impl Scene {
    fn new(light: Light) -> Scene {
        let now = Instant::now();
        let config = RtcConfig::new().set_rtp_mode(true).set_dtls_cert(certificate());
        let mut rtc = config.clear_codecs().enable_opus(true).enable_vp8(true).build(now);
        let line = Line::udp(HERE).unwrap();
        add_candidate(&mut rtc, &line).unwrap();
        let server = Link::new(now, Beginning::new(monotonic_ns()), rtc, line, true);
        let poller = Poller::new().unwrap();
        poller.add(light.fd().unwrap(), 0, false).unwrap();
        poller.add(server.line.fd().unwrap(), 1, false).unwrap();
        Scene {
            now,
            poller,
            batch: ReceiveBatch::of_runs(BATCH),
            sending: SendBatch::new(),
            light,
            server,
            publications: Vec::new(),
            arrived: Vec::new(),
            wanted: Vec::new(),
        }
    }

    fn answering() -> Scene {
        Scene::new(Light::answering(Instant::now(), monotonic_ns(), HERE, &certificate(), 4).unwrap())
    }

    fn offering(shape: &Shape) -> (Scene, Offer) {
        let (light, offer) = Light::offering(Instant::now(), monotonic_ns(), HERE, &certificate(), shape, 4).unwrap();
        (Scene::new(light), offer)
    }

    /// Adds m-lines that the server sends on, and gives their mids.
    fn server_offers(&mut self, kinds: &[MediaKind]) -> (String, SdpPendingOffer, Vec<Mid>) {
        let mut api = self.server.rtc.sdp_api();
        let add = |kind: &MediaKind| api.add_media(*kind, Direction::SendOnly, None, None, None);
        let mids = kinds.iter().map(add).collect();
        let (offer, pending) = api.apply().unwrap();
        (offer.to_sdp_string(), pending, mids)
    }

    /// The server's answer to an offer of the participant.
    fn server_answers(&mut self, offer: &Offer) {
        let offer = SdpOffer::from_sdp_string(&offer.sdp).unwrap();
        let answer = self.server.rtc.sdp_api().accept_offer(offer).unwrap().to_sdp_string();
        self.server.drain();
        self.light.answer(self.now, &answer).unwrap();
    }

    /// One offer of the server and the answer to it.
    fn negotiate(&mut self, kinds: &[MediaKind]) -> Vec<Mid> {
        let (offer, pending, mids) = self.server_offers(kinds);
        let (answer, _) = self.light.accept(self.now, &offer, 0, 0).unwrap();
        let answer = SdpAnswer::from_sdp_string(&answer).unwrap();
        self.server.rtc.sdp_api().accept_answer(pending, answer).unwrap();
        self.server.drain();
        mids
    }

    fn server_writes(&mut self, mid: Mid, audio: bool, sequence: u64, key: bool) {
        let mut payload = if audio { vec![0xfc] } else { vec![0x80, 0x80, 0x80, 1] };
        let (source, layer) = if audio { (Source::Microphone, '-') } else { (Source::Camera, 'f') };
        stamp::prepare(&mut payload, &mid.to_string(), source, layer, key);
        stamp::set_time(&mut payload, monotonic_ns());
        let pt = if audio { 111 } else { 96 };
        let write = str0m::rtp::RtpWrite::new(pt.into(), sequence.into(), 0, Instant::now(), payload);
        let mut api = self.server.rtc.direct_api();
        api.stream_tx_by_mid(mid, None).unwrap().write_rtp(write.nackable(!audio));
        self.server.drain();
    }

    /// Lets both work until a condition holds.
    fn until(&mut self, mut enough: impl FnMut(&mut Scene) -> bool) {
        let end = Instant::now() + PATIENCE;
        let mut ready: Vec<Ready> = Vec::new();
        while !enough(self) {
            let now = Instant::now();
            assert!(now < end, "it did not come to that");
            let media = self.publications.iter().filter_map(Publication::due);
            let due = media.fold(self.light.due().min(self.server.due()), Instant::min);
            self.poller.wait(Some(due.saturating_duration_since(now)), &mut ready).unwrap();
            let now = Instant::now();
            self.light.tick(now);
            self.server.tick(now);
            for publication in self.publications.iter_mut().filter(|one| one.due().is_some_and(|due| due <= now)) {
                publication.send(now, &mut self.light, &mut SentCounts::default());
            }
            self.light.receive(&mut self.batch).unwrap();
            self.server.receive(&mut self.batch, |_, _, _| false).unwrap();
            self.arrived.append(&mut self.server.packets);
            self.wanted.extend(self.light.happenings());
            self.light.flush(&mut self.sending);
            self.server.flush(&mut self.sending);
        }
    }

    fn connect(&mut self) {
        self.until(|scene| scene.light.connected() && scene.server.connected());
    }

    fn received(&self, publication: &str) -> u64 {
        let from = self.light.from();
        from.iter().find(|(name, _)| *name == publication).map_or(0, |(_, meter)| meter.figures(monotonic_ns()).packets)
    }
}

fn certificate() -> DtlsCert {
    from_feature_flags().dtls_provider.generate_certificate().unwrap()
}

fn shape(publish: &[Source], layers: usize) -> Shape {
    Shape { publish: publish.to_vec(), layers, voices: 0, share_sound: false, videos: 0, tcp: false }
}

#[test]
fn a_servers_streams_arrive_and_more_of_them_after_a_renegotiation() {
    let mut scene = Scene::answering();
    let first = scene.negotiate(&[MediaKind::Audio, MediaKind::Video]);
    scene.connect();
    let more = scene.negotiate(&[MediaKind::Video, MediaKind::Audio]);
    let lines = [(first[0], true), (first[1], false), (more[0], false), (more[1], true)];
    for sequence in 1..=50 {
        for (mid, audio) in lines {
            scene.server_writes(mid, audio, sequence, sequence == 1);
        }
    }
    scene.server.flush(&mut scene.sending);
    let names: Vec<String> = lines
        .iter()
        .map(|(mid, audio)| format!("{mid}/{}", if *audio { Source::Microphone.name() } else { Source::Camera.name() }))
        .collect();
    scene.until(|scene| names.iter().all(|name| scene.received(name) == 50));
    let slots: Vec<Mid> = scene.light.slots().iter().map(|(mid, _)| *mid).collect();
    assert!(lines.iter().all(|(mid, _)| slots.contains(mid)), "{slots:?}");
    let (opened, unopened) = scene.light.opened();
    assert!((40..100).contains(&opened) && unopened == 0, "{opened} of 200 opened, {unopened} not");
    assert_eq!(scene.wanted, [Happening::Connected]);
}

#[test]
fn a_picture_that_comes_with_the_end_of_the_handshake_is_seen() {
    let (mut scene, offer) = Scene::offering(&Shape { videos: 1, ..shape(&[], 1) });
    scene.server_answers(&offer);
    scene.until(|scene| scene.server.connected());
    assert!(!scene.light.connected(), "what ends the handshake waits in its socket");
    scene.server_writes(Mid::from("0"), false, 1, true);
    scene.server.tick(scene.server.due());
    scene.server.flush(&mut scene.sending);
    scene.until(|scene| scene.light.connected());
    assert_eq!((scene.received("0/camera"), scene.light.opened()), (1, (1, 0)));
}

#[test]
fn a_rogue_seals_what_it_leaps_with_and_cannot_end_the_other_side() {
    let (mut scene, offer) = Scene::offering(&shape(&[Source::Camera], 1));
    scene.server_answers(&offer);
    scene.connect();
    scene.light.misbehave(Manner::Leaps, 500).unwrap();
    scene.until(|scene| scene.arrived.len() >= 20);
    let arrived = scene.arrived.len();
    for manner in [Manner::Garbage, Manner::Strangers, Manner::Truncated, Manner::Replays] {
        scene.light.misbehave(manner, 500).unwrap();
        scene.until(|scene| scene.light.rogue.as_ref().is_some_and(|rogue| rogue.done() >= 50));
    }
    assert!(scene.arrived.len() - arrived < 20, "a packet is taken once, and what is cut short never");
    scene.light.misbehave(Manner::Garbage, 0).unwrap();
    assert_eq!(scene.light.rogue.as_ref().map(Rogue::due_ns), Some(u64::MAX), "it has ended");
    assert!(scene.server.connected() && scene.light.connected());
}

#[test]
fn a_data_channel_in_an_offer_opens() {
    let mut scene = Scene::answering();
    let mut api = scene.server.rtc.sdp_api();
    let channel = api.add_channel("control".to_owned());
    api.add_media(MediaKind::Video, Direction::SendOnly, None, None, None);
    let (offer, pending) = api.apply().unwrap();
    let (answer, sending) = scene.light.accept(scene.now, &offer.to_sdp_string(), 0, 0).unwrap();
    assert!(answer.contains("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n") && sending.is_empty());
    let answer = SdpAnswer::from_sdp_string(&answer).unwrap();
    scene.server.rtc.sdp_api().accept_answer(pending, answer).unwrap();
    scene.server.drain();
    scene.until(|scene| scene.server.rtc.channel(channel).is_some());
}

#[test]
fn a_server_that_offers_to_receive_is_sent_what_is_published() {
    let mut scene = Scene::answering();
    let mut api = scene.server.rtc.sdp_api();
    api.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
    let video = api.add_media(MediaKind::Video, Direction::SendRecv, None, None, None);
    let (offer, pending) = api.apply().unwrap();
    let (answer, sending) = scene.light.accept(scene.now, &offer.to_sdp_string(), 0, 1).unwrap();
    assert_eq!(sending, [(video, false)]);
    scene.server.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer).unwrap()).unwrap();
    scene.server.drain();
    scene.connect();
    scene.publications.push(Publication::new(Instant::now(), "ann", Source::Camera, video, 1, 20));
    scene.until(|scene| scene.arrived.len() > 10);
    assert!(scene.arrived.iter().all(|packet| stamp::read(&packet.payload).is_some()));
    let ssrc = scene.arrived[0].header.ssrc;
    scene.negotiate(&[MediaKind::Video]);
    scene.arrived.clear();
    scene.until(|scene| scene.arrived.len() > 10);
    assert!(scene.arrived.iter().all(|packet| packet.header.ssrc == ssrc), "it goes on as it was");
    let lines = &scene.light.lines;
    assert_eq!((lines.len(), lines[1].sends(), lines[1].sent.len()), (3, true, 1));
}

#[test]
fn three_layers_are_told_apart_and_a_keyframe_of_one_is_asked_for() {
    let (mut scene, offer) = Scene::offering(&shape(&[Source::Microphone, Source::Camera], 3));
    assert_eq!((offer.mids.microphone.as_deref(), offer.mids.camera.as_deref()), (Some("0"), Some("1")));
    scene.server_answers(&offer);
    scene.connect();
    for (source, layers) in [(Source::Microphone, 1), (Source::Camera, 3)] {
        let mid = offer.outgoing[&source];
        scene.publications.push(Publication::new(Instant::now(), "ann", source, mid, layers, 20));
    }
    let half = Rid::from("h");
    let stream = |scene: &mut Scene, rid| {
        let mut api = scene.server.rtc.direct_api();
        let found = api.stream_rx_by_mid(Mid::from("1"), Some(Rid::from(rid)));
        found.map(|stream| stream.request_keyframe(KeyframeRequestKind::Pli)).is_some()
    };
    scene.until(|scene| {
        ["q", "f"].into_iter().all(|rid| {
            let mut api = scene.server.rtc.direct_api();
            api.stream_rx_by_mid(Mid::from("1"), Some(Rid::from(rid))).is_some()
        })
    });
    scene.until(|scene| stream(scene, "h"));
    scene.server.drain();
    let wanted = Happening::KeyframeWanted { mid: Mid::from("1"), rid: Some(half) };
    scene.until(|scene| scene.wanted.contains(&wanted));
    let voice = scene.arrived.iter().find(|packet| packet.header.payload_type == 111.into()).unwrap();
    assert_eq!((voice.header.ext_vals.audio_level, voice.header.ext_vals.voice_activity), (Some(-20), Some(true)));
}

#[test]
fn what_the_server_lost_is_sent_once_more() {
    let (mut scene, offer) = Scene::offering(&shape(&[Source::Camera], 1));
    scene.server_answers(&offer);
    scene.connect();
    let packet = |sequence| Outgoing {
        mid: Mid::from("0"),
        rid: None,
        audio: false,
        sequence,
        time: 0,
        marker: false,
        level: None,
        payload: vec![0x80, 0x80, 0x80, 1],
    };
    let (_, sealer) = scene.light.media.keys.as_mut().unwrap();
    scene.light.media.sender.write(monotonic_ns(), &packet(2), sealer).expect("sealed, and lost on the way");
    for sequence in [1, 3, 4] {
        scene.light.write(scene.now, packet(sequence));
    }
    scene.until(|scene| scene.arrived.iter().any(|packet| *packet.seq_no == 2));
}
