use super::*;
use crate::testing::{Random, hex};

fn names(compound: &[u8]) -> Vec<String> {
    parse(compound).map(|message| format!("{message:?}").split([' ', '(']).next().unwrap().to_string()).collect()
}

fn block(random: &mut Random) -> ReportBlock {
    ReportBlock {
        ssrc: random.next() as u32,
        fraction_lost: random.next() as u8,
        cumulative_lost: random.below(1 << 24) as i32 - (1 << 23),
        highest_sequence: random.next() as u32,
        jitter: random.next() as u32,
        last_report: random.next() as u32,
        delay: random.next() as u32,
    }
}

#[test]
fn reports_are_read_as_written() {
    let mut random = Random::new(1);
    for _ in 0..500 {
        let blocks: Vec<ReportBlock> = (0..random.below(40)).map(|_| block(&mut random)).collect();
        let kept = &blocks[..blocks.len().min(31)];
        let info = SenderInfo {
            ssrc: random.next() as u32,
            ntp: random.next(),
            rtp_timestamp: random.next() as u32,
            packets: random.next() as u32,
            octets: random.next() as u32,
        };
        let mut buffer = Vec::new();
        sender_report(&mut buffer, &info, &blocks);
        receiver_report(&mut buffer, 7, &blocks);
        let mut messages = parse(&buffer);
        let Some(Message::SenderReport { info: read, blocks }) = messages.next() else { panic!("no sender report") };
        assert_eq!((read, blocks.collect::<Vec<_>>()), (info, kept.to_vec()));
        let Some(Message::ReceiverReport { ssrc: 7, blocks }) = messages.next() else { panic!("no receiver report") };
        assert_eq!(blocks.collect::<Vec<_>>(), kept);
        assert!(messages.next().is_none());
    }
}

#[test]
fn lost_packets_are_read_as_written() {
    let mut random = Random::new(2);
    for _ in 0..1000 {
        let mut at = random.next() as u16;
        let lost: Vec<u16> = (0..random.below(200))
            .map(|_| {
                at = at.wrapping_add([1, 2, 16, 17, 300][random.below(5) as usize]);
                at
            })
            .collect();
        let mut buffer = Vec::new();
        nack(&mut buffer, 1, 2, lost.iter().copied());
        match parse(&buffer).next() {
            Some(Message::Nack { sender: 1, media: 2, lost: read }) => assert_eq!(read.collect::<Vec<_>>(), lost),
            other => assert!(lost.is_empty() && other.is_none() && buffer.is_empty()),
        }
    }
}

#[test]
fn one_nack_asks_for_no_more_than_its_limit() {
    let mut buffer = Vec::new();
    nack(&mut buffer, 1, 2, 0..5000);
    let Some(Message::Nack { lost, .. }) = parse(&buffer).next() else { panic!("no nack") };
    assert!(lost.eq(0..fields::MAX_LOST));
}

#[test]
fn requests_and_endings_are_read_as_written() {
    let mut buffer = Vec::new();
    pli(&mut buffer, 1, 2);
    fir(&mut buffer, 3, &[(4, 5), (6, 7)]);
    bye(&mut buffer, &[8, 9]);
    sdes_cname(&mut buffer, 10, "someone");
    let mut messages = parse(&buffer);
    assert!(matches!(messages.next(), Some(Message::Pli { sender: 1, media: 2 })));
    let Some(Message::Fir { sender: 3, requests }) = messages.next() else { panic!("no FIR") };
    assert!(requests.eq([(4, 5), (6, 7)]));
    let Some(Message::Bye { ssrcs }) = messages.next() else { panic!("no BYE") };
    assert!(ssrcs.eq([8, 9]));
    assert!(matches!(messages.next(), Some(Message::Sdes)));
    assert!(messages.next().is_none());
}

#[test]
fn bitrates_are_read_as_written() {
    let mut random = Random::new(3);
    for _ in 0..5000 {
        let bps = random.next() >> random.below(56);
        let mut buffer = Vec::new();
        remb(&mut buffer, 1, bps, &[2, 3]);
        let Some(Message::Remb { sender: 1, bitrate, ssrcs }) = parse(&buffer).next() else { panic!("no REMB") };
        assert!(ssrcs.eq([2, 3]));
        assert!(bitrate.bps() <= bps && bps - bitrate.bps() <= bps >> 17, "{bps} became {}", bitrate.bps());
    }
    assert_eq!(Bitrate::new(0xff_ffff).bps(), u64::MAX);
    assert_eq!(Bitrate::new(63 << 18).bps(), 0);
    assert_eq!(Bitrate::new(63 << 18 | 1).bps(), 1 << 63);
    assert_eq!(Bitrate::new(63 << 18 | 2).bps(), u64::MAX);
}

#[test]
fn a_source_description_is_whole_words_with_an_end() {
    for len in 0..300 {
        let mut buffer = Vec::new();
        sdes_cname(&mut buffer, 0x0a0b_0c0d, &"x".repeat(len));
        let kept = len.min(255);
        assert_eq!(buffer.len() % 4, 0);
        assert_eq!(buffer[4..10], [0x0a, 0x0b, 0x0c, 0x0d, 1, kept as u8]);
        assert_eq!(buffer[10 + kept..].iter().filter(|byte| **byte == 0).count(), buffer.len() - 10 - kept);
        assert!((1..=4).contains(&(buffer.len() - 10 - kept)));
        assert_eq!(names(&buffer), ["Sdes"]);
    }
}

#[test]
fn what_is_not_known_is_passed_over() {
    // APP, a goodbye of nobody, feedback of unknown kinds, an extended report, and a sender report cut inside.
    let compound = hex("80cc0002 00000001 41424344  80cb0000  87cd0002 00000001 00000002  8fce0003 00000001 00000002
                        4e4f5045  80cf0001 00000007  80c80001 00000001");
    assert_eq!(names(&compound), ["Other", "Bye", "Other", "Other", "ExtendedReport", "Other"]);
}

#[test]
fn counts_beyond_the_packet_make_it_an_unknown_one() {
    let mut buffer = Vec::new();
    receiver_report(&mut buffer, 1, &[block(&mut Random::new(1))]);
    buffer[0] |= 2;
    bye(&mut buffer, &[1]);
    let last = buffer.len() - 8;
    buffer[last] |= 2;
    remb(&mut buffer, 1, 1000, &[2]);
    let last = buffer.len() - 8;
    buffer[last] = 9;
    assert_eq!(names(&buffer), ["Other", "Other", "Other"]);
}

#[test]
fn a_length_or_version_that_lies_ends_the_compound() {
    let mut buffer = Vec::new();
    pli(&mut buffer, 1, 2);
    let one = buffer.len();
    pli(&mut buffer, 1, 2);
    assert_eq!(names(&buffer).len(), 2);
    for cut in 0..buffer.len() {
        assert_eq!(names(&buffer[..cut]).len(), cut / one);
    }
    buffer[3] = 9;
    assert!(names(&buffer).is_empty());
    buffer[3] = 2;
    buffer[one] = 0x41;
    assert_eq!(names(&buffer).len(), 1);
}

#[test]
fn padding_is_no_content() {
    let mut buffer = Vec::new();
    nack(&mut buffer, 1, 2, [7]);
    buffer.extend([0, 0, 0, 4]);
    buffer[0] |= 0x20;
    buffer[3] += 1;
    let Some(Message::Nack { lost, .. }) = parse(&buffer).next() else { panic!("no nack") };
    assert!(lost.eq([7]));
    for (padding, readable) in [(0, false), (16, true), (17, false), (255, false)] {
        *buffer.last_mut().unwrap() = padding;
        assert_eq!(parse(&buffer).next().is_some(), readable, "{padding}");
    }
}

/// Reads all there is; returns how many items.
fn read_all(compound: &[u8]) -> usize {
    let items = |message: Message<'_>| match message {
        Message::SenderReport { blocks, .. } | Message::ReceiverReport { blocks, .. } => blocks.count(),
        Message::Nack { lost, .. } => lost.count(),
        Message::Fir { requests, .. } => requests.count(),
        Message::Remb { ssrcs, bitrate, .. } => ssrcs.count() + usize::from(bitrate.bps() > 0),
        Message::Bye { ssrcs } => ssrcs.count(),
        Message::Transport(feedback) => feedback.iter().count(),
        Message::Pli { .. } | Message::Sdes | Message::ExtendedReport { .. } | Message::Other { .. } => 1,
    };
    parse(compound).map(items).sum()
}

#[test]
fn damaged_compounds_are_read_without_harm() {
    let mut random = Random::new(5);
    let mut good = Vec::new();
    let blocks = [block(&mut random), block(&mut random)];
    receiver_report(&mut good, 1, &blocks);
    sdes_cname(&mut good, 1, "someone");
    nack(&mut good, 1, 2, [1, 2, 3, 40]);
    pli(&mut good, 1, 2);
    fir(&mut good, 1, &[(2, 3)]);
    remb(&mut good, 1, 300_000, &[2]);
    crate::twcc::transport_feedback(&mut good, 1, 2, (0, 1), &[(1, 1000), (2, 9000), (30, 700_000)]);
    bye(&mut good, &[1]);
    assert!(read_all(&good) > 40);
    for _ in 0..30_000 {
        let bytes = random.damaged(&good);
        read_all(&bytes);
    }
    for _ in 0..30_000 {
        let len = random.below(200) as usize;
        let mut bytes = random.bytes(len);
        if let [first, packet_type, high, low, ..] = &mut bytes[..] {
            *first = 0x80 | *first & 0x1f;
            *packet_type = 200 + *packet_type % 8;
            (*high, *low) = (0, *low % 50);
        }
        read_all(&bytes);
    }
}
