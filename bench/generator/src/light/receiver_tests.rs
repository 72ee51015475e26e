use echo_wire::rtcp::{Message, parse};
use echo_wire::rtp::HeaderWriter;
use echo_wire::{Profile, Sealer, SessionKeys};

use super::super::description::{Description, Kind};
use super::super::media_line::MediaLine;
use super::*;
use crate::control::Source;
use crate::measure::Beginning;
use crate::stamp;

const PICTURE: u8 = 96;
const REPAIR: u8 = 97;
const SSRC: u32 = 77;
const REPAIR_SSRC: u32 = 78;
const SECOND: u64 = 1000 * MS;

/// A receiver of one picture and the server that sends it.
struct Scene {
    sealer: Sealer,
    opener: Opener,
    receiver: Receiver,
    beginning: Beginning,
}

impl Scene {
    fn new(sample: u32) -> Scene {
        Scene::with(sample, &[MediaLine::offered(Kind::Video, "0".to_owned(), Vec::new())])
    }

    fn with(sample: u32, lines: &[MediaLine]) -> Scene {
        let keys = SessionKeys::derive(Profile::AeadAes128Gcm, &[5; 16], &[6; 12]).unwrap();
        let mut receiver = Receiver::new(1, sample, 0);
        receiver.routes = Routes::new(lines, &[]);
        let (sealer, opener) = (Sealer::new(&keys), Opener::new(&keys));
        Scene { sealer, opener, receiver, beginning: Beginning::new(0) }
    }

    fn sealed(&mut self, payload_type: u8, ssrc: u32, index: u64, wide: u16, payload: &[u8]) -> Vec<u8> {
        let sequence = index as u16;
        let header = HeaderWriter { payload_type, marker: false, sequence, timestamp: 3000 * index as u32, ssrc };
        let mut packet = Vec::new();
        let header_len = header.write(&mut packet, &[(3, &wide.to_be_bytes())]);
        packet.extend_from_slice(payload);
        self.sealer.seal_rtp(&mut packet, 0, header_len, ssrc, index).unwrap();
        packet
    }

    fn picture(&mut self, now_ns: u64, index: u64, key: bool) {
        let packet = self.sealed(PICTURE, SSRC, index, index as u16, &stamped(key));
        self.take(now_ns, &packet);
    }

    fn take(&mut self, now_ns: u64, packet: &[u8]) {
        self.receiver.packet(now_ns, packet, &self.opener, &mut self.beginning);
    }

    fn says(&mut self, now_ns: u64) -> Vec<u8> {
        let mut said = Vec::new();
        self.receiver.feedback(now_ns, true, &mut said);
        said
    }

    fn asks_for(&mut self, now_ns: u64) -> Vec<u16> {
        let said = self.says(now_ns);
        parse(&said)
            .filter_map(|one| if let Message::Nack { lost, .. } = one { Some(lost) } else { None })
            .flatten()
            .collect()
    }

    fn asks_for_keyframe(&mut self, now_ns: u64) -> bool {
        let said = self.says(now_ns);
        parse(&said).any(|one| matches!(one, Message::Pli { media: SSRC, .. }))
    }

    /// What it reports to have arrived, in milliseconds.
    fn reports(&mut self, now_ns: u64) -> Vec<(u16, Option<i64>)> {
        let said = self.says(now_ns);
        let reported = parse(&said).filter_map(|one| if let Message::Transport(all) = one { Some(all) } else { None });
        reported.flat_map(|all| all.iter()).map(|(sequence, at)| (sequence, at.map(|us| us / 1000))).collect()
    }

    fn lost(&self, now_ns: u64) -> u64 {
        self.receiver.slots().map(|(_, slot)| slot.figures(now_ns).lost).sum()
    }
}

/// A payload of Ann's camera, written at 0.
fn stamped(key: bool) -> Vec<u8> {
    let mut payload = vec![0x80, 0x80, 0x80, 1];
    stamp::prepare(&mut payload, "ann", Source::Camera, 'f', key);
    payload
}

#[test]
fn after_the_first_keyframe_one_packet_in_sample_is_opened_and_all_are_counted() {
    let mut scene = Scene::new(16);
    scene.picture(MS, 100, true);
    (0..160).for_each(|n| scene.picture((2 + n) * MS, 101 + n, false));
    assert_eq!((scene.receiver.opened, scene.receiver.unopened), (11, 0));
    let [(name, meter)] = scene.receiver.publications().collect::<Vec<_>>()[..] else { panic!("one publication") };
    let figures = meter.figures(161 * MS);
    assert_eq!((name, figures.packets, figures.layers[&'f']), ("ann/camera", 161, 161));
    assert_eq!(figures.bytes, 161 * stamped(true).len() as u64);
    assert_eq!((figures.delay_worst_ms, figures.delta_worst_ms), (161.0, 161.0));
}

#[test]
fn a_keyframe_is_asked_for_until_one_came_and_delays_are_given_without_it() {
    let mut scene = Scene::new(16);
    scene.picture(900 * MS, 1, false);
    assert!(scene.asks_for_keyframe(900 * MS));
    assert!(!scene.asks_for_keyframe(1399 * MS));
    scene.picture(1399 * MS, 2, false);
    assert!(scene.asks_for_keyframe(1400 * MS));
    scene.picture(1450 * MS, 3, true);
    assert!(!scene.asks_for_keyframe(3 * SECOND));
    assert_eq!(scene.receiver.opened, 3);
    let mut peer = crate::control::Peer::default();
    scene.beginning.figures(&mut peer);
    assert_eq!(peer.first_picture_ms, Some(1450.0));
    let figures = scene.receiver.publications().next().unwrap().1.figures(1450 * MS);
    assert_eq!((figures.delay_worst_ms, figures.delta_worst_ms), (1450.0, 1399.0));
}

#[test]
fn a_hole_is_asked_for_when_it_is_old_enough_and_a_retransmission_fills_it() {
    let mut scene = Scene::new(16);
    for (at, index) in [(1, 0xfffe), (2, 0xffff), (3, 0x1_0002), (4, 0x1_0001)] {
        scene.picture(at * MS, index, index == 0xfffe);
    }
    assert_eq!(scene.asks_for(22 * MS), [0; 0]);
    assert_eq!(scene.asks_for(23 * MS), [0]);
    assert_eq!(scene.asks_for(82 * MS), [0; 0]);
    assert_eq!(scene.asks_for(83 * MS), [0]);
    assert_eq!(scene.lost(83 * MS), 1);
    let repeated = [&[0, 0][..], &stamped(false)].concat();
    let packet = scene.sealed(REPAIR, REPAIR_SSRC, 9, 9, &repeated);
    scene.take(90 * MS, &packet);
    assert_eq!((scene.lost(90 * MS), scene.asks_for(500 * MS)), (0, vec![]));
    let slots: Vec<_> = scene.receiver.slots().map(|(mid, slot)| (mid.to_string(), slot.figures(90 * MS))).collect();
    assert_eq!((slots.len(), &*slots[0].0, slots[0].1.packets, slots[0].1.late), (1, "0", 5, 2));
}

#[test]
fn nobody_asks_for_ever_or_after_a_jump() {
    let mut scene = Scene::new(16);
    [1, 3, 3000].into_iter().for_each(|index| scene.picture(MS, index, true));
    let asked = (0..100).filter(|n| scene.asks_for(n * 100 * MS) == [2]).count();
    assert_eq!(asked, 8);
}

#[test]
fn arrivals_are_reported_every_100_ms_in_their_order() {
    let mut scene = Scene::new(16);
    for (at, index) in [(10, 0xffff), (12, 0x1_0001), (13, 0x1_0000), (15, 0x1_0004)] {
        scene.picture(at * MS, index, true);
    }
    let arrivals = scene.reports(20 * MS);
    let expected = [(0xffff, Some(10)), (0, Some(13)), (1, Some(12)), (2, None), (3, None), (4, Some(15))];
    assert_eq!(arrivals, expected);
    scene.picture(30 * MS, 0x1_0005, false);
    assert_eq!(scene.reports(119 * MS), []);
    assert_eq!(scene.reports(120 * MS), [(5, Some(30))]);
    assert_eq!(scene.reports(SECOND), []);
    scene.picture(SECOND, 0x1_0007, false);
    assert_eq!(scene.reports(2 * SECOND), [(6, None), (7, Some(1000))]);
}

#[test]
fn a_report_a_second_says_what_was_lost() {
    let mut scene = Scene::new(16);
    [1, 2, 3, 5].into_iter().for_each(|index| scene.picture(index * MS, index, true));
    let info = SenderInfo { ssrc: SSRC, ntp: 0x1234_5678_9abc_def0, rtp_timestamp: 0, packets: 4, octets: 0 };
    scene.receiver.sender_report(SECOND, &info);
    let said = scene.says(2 * SECOND);
    let Some(Message::ReceiverReport { mut blocks, .. }) = parse(&said).next() else { panic!("a report comes first") };
    let block = blocks.next().unwrap();
    assert_eq!((block.ssrc, block.highest_sequence, block.cumulative_lost, block.fraction_lost), (SSRC, 5, 1, 51));
    assert_eq!((block.last_report, block.delay), (0x5678_9abc, 65_536));
    let said = scene.says(3 * SECOND);
    let Some(Message::ReceiverReport { mut blocks, .. }) = parse(&said).next() else { panic!("a report comes first") };
    assert!(blocks.next().is_none(), "nothing new came");
}

#[test]
fn without_reduced_size_every_compound_begins_with_a_report() {
    let mut scene = Scene::new(16);
    scene.picture(MS, 1, false);
    let mut said = Vec::new();
    scene.receiver.feedback(MS, false, &mut said);
    let kinds: Vec<_> = parse(&said).collect();
    assert!(matches!(kinds[..], [Message::ReceiverReport { .. }, Message::Pli { .. }, ..]), "{kinds:?}");
}

#[test]
fn an_estimate_is_said_where_the_other_side_wants_one_and_has_no_transport_wide_numbers() {
    let mut line = MediaLine::offered(Kind::Video, "0".to_owned(), Vec::new());
    let answer = "v=0\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\na=fingerprint:sha-256 00\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n\
                  a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 goog-remb\r\na=rtcp-fb:96 nack pli\r\na=sendonly\r\n";
    line.settle(&Description::read(answer).unwrap().sections[0]);
    let mut scene = Scene::with(16, &[line]);
    scene.picture(MS, 1, true);
    scene.picture(MS, 3, true);
    let said = scene.says(2 * SECOND);
    assert!(parse(&said).any(|one| matches!(one, Message::Remb { bitrate, .. } if bitrate.bps() >= 99_000_000)));
    let others = parse(&said).any(|one| matches!(one, Message::Transport(_) | Message::Nack { .. }));
    assert!(!others, "neither was agreed on");
}

#[test]
fn what_was_not_sealed_with_these_keys_is_counted_apart() {
    let mut scene = Scene::new(16);
    let mut packet = scene.sealed(PICTURE, SSRC, 1, 1, &stamped(true));
    *packet.last_mut().unwrap() ^= 1;
    scene.take(MS, &packet);
    assert_eq!((scene.receiver.opened, scene.receiver.unopened), (0, 1));
    assert_eq!(scene.receiver.publications().count(), 0);
}

#[test]
fn pictures_without_stamps_are_known_by_their_own_header() {
    let mut scene = Scene::new(16);
    for index in 1..=40 {
        let key = index == 3;
        let payload = [0x10, u8::from(!key), 0, 0];
        let packet = scene.sealed(PICTURE, SSRC, index, 0, &payload);
        scene.take(index * MS, &packet);
    }
    let mut peer = crate::control::Peer::default();
    scene.beginning.figures(&mut peer);
    assert_eq!((peer.first_picture_ms, scene.receiver.opened), (Some(3.0), 5));
    assert!(!scene.asks_for_keyframe(SECOND));
    assert_eq!((scene.receiver.slots().count(), scene.receiver.publications().count()), (1, 0));
}
