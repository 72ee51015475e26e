use std::time::Duration;

use echo_wire::rtcp::{Message, parse};
use echo_wire::rtp::{Header, HeaderWriter};

use super::*;

const FROM: Replier = Replier { ssrc: 1, round_trip: Duration::from_millis(50) };
/// A stream of the camera, and the stream of its retransmissions.
const A: (u32, u32) = (100, 101);
const B: (u32, u32) = (200, 201);

struct Scene {
    ingress: Ingress,
    start: Instant,
    transport_sequence: u16,
}

impl Scene {
    fn new() -> Scene {
        let start = Instant::now();
        Scene { ingress: Ingress::new(start, IngressForm::of_a_camera()), start, transport_sequence: 0 }
    }

    fn at(&self, ms: u64) -> Instant {
        self.start + Duration::from_millis(ms)
    }

    /// A packet comes; what is handed on of it, by SSRC and number.
    fn take(&mut self, ms: u64, ssrc: u32, payload_type: u8, sequence: u16, payload: &[u8]) -> Option<(u32, u64)> {
        self.transport_sequence += 1;
        let number = self.transport_sequence.to_be_bytes();
        let header = HeaderWriter { payload_type, marker: false, sequence, timestamp: 3000, ssrc };
        let mut packet = Vec::new();
        header.write(&mut packet, &[(1, &number), (2, b"cam")]);
        packet.extend_from_slice(payload);
        let opened = Opened { packet: &packet, header: Header::parse(&packet)?, index: sequence.into() };
        let received = self.ingress.take(self.at(ms), &opened)?;
        Some((*received.ssrc, received.sequence))
    }

    fn media(&mut self, ms: u64, (ssrc, _): (u32, u32), sequence: u16) -> Option<(u32, u64)> {
        self.take(ms, ssrc, 96, sequence, b"picture")
    }

    fn again(&mut self, ms: u64, (_, ssrc): (u32, u32), sequence: u16, original: u16) -> Option<(u32, u64)> {
        self.take(ms, ssrc, 97, sequence, &[&original.to_be_bytes()[..], b"picture"].concat())
    }

    /// What is said by then, in one compound.
    fn said(&mut self, ms: u64) -> Option<Vec<u8>> {
        let mut buffer = Vec::new();
        let now = self.at(ms);
        (self.ingress.is_due(now) && self.ingress.reply(now, FROM, &mut buffer)).then_some(buffer)
    }
}

#[test]
fn a_retransmission_belongs_to_the_stream_that_lost_it_whatever_came_since() {
    let mut scene = Scene::new();
    [20_000, 20_001, 20_003].iter().for_each(|sequence| assert!(scene.media(0, A, *sequence).is_some()));
    assert_eq!(scene.again(20, A, 1, 20_001), None, "it had come");
    assert_eq!(scene.media(30, B, 1000), Some((200, 1000)), "the client has changed its stream");
    assert_eq!(scene.again(40, A, 2, 20_002), Some((100, 20_002)));
    assert_eq!(scene.again(50, B, 1, 20_002), None, "far ahead of what that stream has sent");
    assert!((1001..1100).all(|sequence| scene.media(60, B, sequence).is_some()));
    assert_eq!(scene.media(2500, B, 1101), Some((200, 1101)));
    assert_eq!(scene.again(2600, A, 3, 1100), Some((200, 1100)), "it kept its stream of retransmissions");
}

#[test]
fn what_was_only_overtaken_is_not_spoken_of() {
    let mut scene = Scene::new();
    [1, 3, 2].iter().for_each(|sequence| assert!(scene.media(0, A, *sequence).is_some()));
    assert_eq!(scene.said(99), None);
    assert!(scene.media(110, A, 6).is_some());
    let said = scene.said(130).unwrap();
    let kinds: Vec<_> = parse(&said).collect();
    let [Message::ReceiverReport { .. }, Message::Nack { media: 100, lost, .. }, Message::Transport(told)] = &kinds[..]
    else {
        panic!("{kinds:?}")
    };
    assert_eq!(lost.clone().collect::<Vec<_>>(), [4, 5]);
    assert_eq!(told.status_count, 4);
}

#[test]
fn whatever_comes_every_deadline_is_met_and_ends() {
    let mut random = 7_u64;
    let mut next = |limit: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % limit
    };
    for round in 0..40 {
        let mut scene = Scene::new();
        let mut sequence = next(65_536) as u16;
        for ms in 0..1000 {
            let leap = [1, 1, 1, 2, 65_535, 300, 5000, 40_000][next(8) as usize];
            sequence = sequence.wrapping_add(leap as u16);
            let ssrc = 100 + next(3 + round) as u32;
            match next(8) {
                0 => drop(scene.again(ms, (0, ssrc + 1000), sequence, next(65_536) as u16)),
                1 => drop(scene.take(ms, ssrc, [96, 97, 98][next(3) as usize], sequence, &[])),
                2 => drop(scene.ingress.request_keyframe(ssrc.into())),
                _ => drop(scene.media(ms, (ssrc, 0), sequence)),
            }
            let mut replies = 0;
            while scene.ingress.is_due(scene.at(ms)) {
                let said = scene.said(ms).map_or(0, |said| said.len());
                replies += 1;
                assert!(said <= 1200 && replies < 60, "{said} bytes in reply {replies}");
            }
        }
        assert!(scene.ingress.streams.iter().count() <= 32);
    }
}
