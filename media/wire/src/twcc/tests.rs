use super::*;
use crate::rtcp::{self, Message};
use crate::testing::{Random, hex};

fn feedback(packet: &[u8]) -> TransportFeedback<'_> {
    match rtcp::parse(packet).next() {
        Some(Message::Transport(feedback)) => feedback,
        other => panic!("{other:?}"),
    }
}

/// What one message says, as written from these chunks and deltas.
fn read(count: u16, chunks_and_deltas: &str) -> Vec<(u16, Option<i64>)> {
    let mut packet = hex("8fcd0000 00000001 00000002 fffe");
    packet.extend(count.to_be_bytes());
    packet.extend(hex("000002 09"));
    packet.extend(hex(chunks_and_deltas));
    rtcp::close(&mut packet, 0);
    feedback(&packet).iter().collect()
}

#[test]
fn each_kind_of_chunk_is_read() {
    let base = 128_000;
    // A run of three small deltas.
    let expected = [(65_534, Some(base + 250)), (65_535, Some(base + 750)), (0, Some(base + 1500))];
    assert_eq!(read(3, "2003 010203"), expected);
    // A run of lost ones, then one bit each, then two bits each with a negative delta.
    let all = read(19, "0003  b400  d800  01 02 04 08 ff9c");
    let arrived: Vec<(u16, i64)> = all.iter().filter_map(|(sequence, at)| Some((*sequence, (*at)?))).collect();
    let after = |deltas: i64| base + deltas * 250;
    assert_eq!(all.len(), 19);
    assert_eq!(arrived, [(1, after(1)), (2, after(3)), (4, after(7)), (15, after(15)), (16, after(15 - 100))]);
}

#[test]
fn a_message_that_ends_early_is_read_as_far_as_it_goes() {
    assert_eq!(read(3, "2002 2001").len(), 0, "no delta at all");
    assert_eq!(read(9, "4009 0001").len(), 1, "one large delta");
    assert_eq!(read(9, "").len(), 0);
    assert_eq!(read(9, "6009 00000000").len(), 0, "the reserved symbol");
    assert_eq!(read(9, "0000 0000 0009").len(), 9, "empty runs first");
    assert_eq!(read(u16::MAX, "1fff 1fff 1fff").len(), usize::from(MAX_STATUSES));
    assert_eq!(read(20, "000a").len(), 10, "fewer chunks than packets");
}

#[test]
fn its_head_is_read() {
    let mut packet = hex("8fcd0005 00000001 00000002 0003 0001 fffffe 09 0001 0000");
    let read = feedback(&packet);
    assert_eq!((read.sender, read.media, read.base_seq, read.status_count), (1, 2, 3, 1));
    assert_eq!((read.reference_time, read.feedback_count), (-2, 9));
    packet[3] = 3;
    packet.truncate(16);
    assert!(matches!(rtcp::parse(&packet).next(), Some(Message::Other { packet_type: 205 })), "cut short");
}

#[test]
fn what_is_written_is_read() {
    let mut random = Random::new(6);
    for round in 0..3000 {
        let mut sequence = random.next() as u16;
        let mut at: i64 = random.below(1 << 33) as i64;
        let arrivals: Vec<(u16, i64)> = (0..random.below(900))
            .map(|_| {
                let rare = if random.below(100) == 0 { [20, 3000, 9000, 40_000][random.below(4) as usize] } else { 0 };
                sequence = sequence.wrapping_add(1 + random.below(3) as u16 + rare);
                let step = [250, 2000, 30_000, 70_000][round % 4];
                at += random.below(step) as i64 - if random.below(20) == 0 { 1000 } else { 0 };
                if random.below(300) == 0 {
                    at += 9_000_000;
                }
                (sequence, at.max(0))
            })
            .collect();
        let (mut rest, mut count) = (&arrivals[..], 0_u8);
        while !rest.is_empty() {
            let mut packet = Vec::new();
            let taken = transport_feedback(&mut packet, 1, 2, (count, rest[0].0), rest);
            assert!(taken > 0 && packet.len() <= 920, "{taken} in {} bytes", packet.len());
            let read = feedback(&packet);
            assert_eq!((read.feedback_count, read.base_seq), (count, rest[0].0));
            assert_eq!(rtcp::parse(&packet).count(), 1);
            let read: Vec<(u16, Option<i64>)> = read.iter().collect();
            let arrived: Vec<(u16, i64)> = read.iter().filter_map(|(sequence, at)| Some((*sequence, (*at)?))).collect();
            let expected: Vec<(u16, i64)> =
                rest[..taken].iter().map(|(sequence, at)| (*sequence, at.div_euclid(250) * 250)).collect();
            assert_eq!(arrived, expected);
            assert!(read.windows(2).all(|pair| pair[1].0 == pair[0].0.wrapping_add(1)));
            assert_eq!(read.last().unwrap().0, rest[taken - 1].0);
            rest = &rest[taken..];
            count = count.wrapping_add(1);
        }
    }
}

#[test]
fn a_message_full_of_holes_stays_short() {
    let arrivals: Vec<(u16, i64)> = (0..399).map(|n| (n * 14, i64::from(n) * 70_000)).collect();
    let (mut rest, mut messages) = (&arrivals[..], 0);
    while let Some((base, _)) = rest.first() {
        let mut packet = Vec::new();
        rest = &rest[transport_feedback(&mut packet, 1, 2, (0, *base), rest)..];
        assert!(packet.len() <= 920, "{} bytes", packet.len());
        messages += 1;
    }
    assert_eq!(messages, 3);
}

#[test]
fn nothing_is_written_of_nothing() {
    let mut packet = Vec::new();
    assert_eq!(transport_feedback(&mut packet, 1, 2, (0, 0), &[]), 0);
    assert!(packet.is_empty());
}

#[test]
fn damaged_messages_are_read_without_harm() {
    let mut random = Random::new(7);
    for _ in 0..20_000 {
        let len = random.below(40) as usize * 2;
        let body = random.bytes(len);
        if let Some(feedback) = TransportFeedback::read(&body) {
            assert!(feedback.iter().count() <= usize::from(MAX_STATUSES));
        }
    }
}
