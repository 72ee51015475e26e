//! Transport-wide feedback.

use echo_wire::rtcp::{self, Message};
use echo_wire::twcc::{MAX_STATUSES, transport_feedback};

/// The first word of such a packet, but for its length.
const HEADER: [u8; 2] = [0x8f, 205];

/// Takes the input as the body of a message, writes what was read, and reads that again.
///
/// # Panics
/// Where more is read than may be, packets do not follow one another, or the two readings differ.
pub fn feedback(data: &[u8]) {
    let mut packet = HEADER.to_vec();
    let body = &data[..data.len().min(4000) / 4 * 4];
    packet.extend(((body.len() / 4) as u16).to_be_bytes());
    packet.extend(body);
    let Some((sender, told)) = read(&packet) else { return };
    assert!(told.len() <= usize::from(MAX_STATUSES));
    assert!(told.windows(2).all(|pair| pair[1].0 == pair[0].0.wrapping_add(1)));

    let arrived: Vec<(u16, i64)> = told.into_iter().filter_map(|(sequence, at)| Some((sequence, at?))).collect();
    let (mut rest, mut count) = (&arrived[..], 0);
    while !rest.is_empty() {
        let mut written = Vec::new();
        let taken = transport_feedback(&mut written, sender, 2, (count, rest[0].0), rest);
        assert!((1..=rest.len()).contains(&taken), "each message takes some");
        let (_, again) = read(&written).expect("what we write can be read");
        let again: Vec<(u16, i64)> = again.into_iter().filter_map(|(sequence, at)| Some((sequence, at?))).collect();
        let wrapped = |(sequence, at): &(u16, i64)| (*sequence, at.rem_euclid(64_000 << 24));
        assert!(again.iter().map(wrapped).eq(rest[..taken].iter().map(wrapped)));
        (rest, count) = (&rest[taken..], count.wrapping_add(1));
    }
}

type Told = Vec<(u16, Option<i64>)>;

fn read(packet: &[u8]) -> Option<(u32, Told)> {
    match rtcp::parse(packet).next()? {
        Message::Transport(feedback) => Some((feedback.sender, feedback.iter().collect())),
        _ => None,
    }
}
