//! What sealing and opening promise beyond known answers.

use super::open::SSRCS;
use super::*;
use crate::rtp::HeaderWriter;
use crate::testing::Random;

const SSRC: u32 = 0x0102_0304;

fn keys(profile: Profile) -> KeyPair {
    let material: Vec<u8> = (0..profile.material_len() as u8).collect();
    KeyPair::derive(&material, profile).unwrap()
}

/// A sealed packet with this index behind `start` bytes of something else.
fn sealed(sealer: &mut Sealer, ssrc: u32, index: u64, payload: &[u8]) -> Vec<u8> {
    let header =
        HeaderWriter { payload_type: 96, marker: false, sequence: index as u16, timestamp: index as u32, ssrc };
    let mut buffer = b"before".to_vec();
    let header_len = header.write(&mut buffer, &[(5, &[1, 2])]);
    buffer.extend_from_slice(payload);
    sealer.seal_rtp(&mut buffer, 6, header_len, ssrc, index).unwrap();
    assert_eq!(buffer[..6], *b"before");
    buffer.split_off(6)
}

#[test]
fn what_one_side_seals_only_the_other_opens() {
    let pair = keys(Profile::AeadAes256Gcm);
    let mut client = Sealer::new(&pair.client);
    let mut into = Vec::new();
    let packet = sealed(&mut client, SSRC, 7, b"hello");
    assert_eq!(Opener::new(&pair.client).open_rtp(&packet, &mut into).unwrap().payload(), b"hello");
    assert_eq!(Opener::new(&pair.server).open_rtp(&packet, &mut into), Err(OpenError::Forged));
}

#[test]
fn rollovers_are_followed_in_both_directions() {
    let keys = keys(Profile::AeadAes128Gcm).client;
    let (mut sealer, mut opener, mut into) = (Sealer::new(&keys), Opener::new(&keys), Vec::new());
    // The first packet is the second one that was sent; later ones cross the rollover forwards and, late, backwards.
    for index in [
        65_000, 64_999, 65_535, 65_537, 65_536, 65_534, 65_539, 65_533, 80_000, 105_000, 131_071, 131_073, 131_070,
        131_072,
    ] {
        let packet = sealed(&mut sealer, SSRC, index, b"x");
        let opened = opener.open_rtp(&packet, &mut into).map(|opened| opened.index);
        assert_eq!(opened, Ok(index));
        assert_eq!(opener.open_rtp(&packet, &mut into), Err(OpenError::Replayed), "{index} again");
    }
}

#[test]
fn what_is_older_than_the_first_rollover_is_not_opened() {
    let keys = keys(Profile::AeadAes128Gcm).client;
    let (mut sealer, mut opener, mut into) = (Sealer::new(&keys), Opener::new(&keys), Vec::new());
    opener.open_rtp(&sealed(&mut sealer, SSRC, 2, b"x"), &mut into).unwrap();
    let late = sealed(&mut sealer, SSRC, 65_535, b"x");
    assert_eq!(opener.open_rtp(&late, &mut into), Err(OpenError::Replayed));
}

#[test]
fn the_last_index_is_sealed_and_none_after_it() {
    let keys = keys(Profile::AeadAes128Gcm).client;
    let (mut sealer, opener, mut into) = (Sealer::new(&keys), Opener::new(&keys), Vec::new());
    let last = (1 << INDEX_BITS) - 1;
    let packet = sealed(&mut sealer, SSRC, last, b"x");
    assert_eq!(opener.open_rtp_as(&packet, last, &mut into).unwrap().payload(), b"x");
    assert_eq!(opener.open_rtp_as(&packet, last + 65_536, &mut into), Err(OpenError::Replayed));
    let mut plain = vec![0x80, 96, 0xff, 0xff, 0, 0, 0, 0, 1, 2, 3, 4, 9];
    assert_eq!(sealer.seal_rtp(&mut plain, 0, 12, SSRC, last + 65_536), Err(SealError::Exhausted));
}

#[test]
fn rtcp_is_sealed_2_to_the_31_times() {
    let keys = keys(Profile::AeadAes256Gcm).server;
    let (mut sealer, mut opener, mut into) = (Sealer::new(&keys), Opener::new(&keys), Vec::new());
    let plain = [0x80, 201, 0, 1, 0, 0, 0, 9];
    for (index, expected) in [(0, Ok(())), (ENCRYPTED - 1, Ok(())), (ENCRYPTED, Err(SealError::Exhausted))] {
        sealer.rtcp_index = index;
        let mut packet = plain.to_vec();
        assert_eq!(sealer.seal_rtcp(&mut packet, 0), expected);
        if expected.is_ok() {
            assert_eq!(opener.open_rtcp(&packet, &mut into).unwrap(), plain);
            assert_eq!(packet[packet.len() - 4..], (index | ENCRYPTED).to_be_bytes());
        } else {
            assert_eq!(packet, plain, "left as it was");
        }
    }
}

#[test]
fn a_packet_that_is_not_what_its_index_says_is_left_as_it_was() {
    let mut sealer = Sealer::new(&keys(Profile::AeadAes128Gcm).client);
    let plain = vec![0x80, 96, 0, 7, 0, 0, 0, 0, 1, 2, 3, 4, 9, 9];
    for (start, header_len, ssrc, index) in [
        (0, 12, SSRC, 8),
        (0, 12, SSRC + 1, 7),
        (0, 11, SSRC, 7),
        (0, 15, SSRC, 7),
        (1, 12, SSRC, 7),
        (15, 12, SSRC, 7),
    ] {
        let mut buffer = plain.clone();
        assert_eq!(sealer.seal_rtp(&mut buffer, start, header_len, ssrc, index), Err(SealError::Malformed));
        assert_eq!(buffer, plain);
    }
    for start in [7, 8, 9] {
        let mut buffer = plain[..8].to_vec();
        assert_eq!(sealer.seal_rtcp(&mut buffer, start), Err(SealError::Malformed));
        assert_eq!(buffer, plain[..8]);
    }
}

#[test]
#[should_panic(expected = "used a second time")]
fn sealing_twice_with_one_index_is_noticed() {
    let mut sealer = Sealer::new(&keys(Profile::AeadAes128Gcm).client);
    sealed(&mut sealer, SSRC, 7, b"once");
    sealed(&mut sealer, SSRC, 7, b"twice");
}

#[test]
fn sealing_allocates_nothing_where_there_is_room() {
    let mut sealer = Sealer::new(&keys(Profile::AeadAes128Gcm).client);
    let mut buffer = Vec::with_capacity(12 + 100 + TAG_LEN);
    buffer.extend([0x80, 96, 0, 7, 0, 0, 0, 0, 1, 2, 3, 4]);
    buffer.extend([9; 100]);
    let place = buffer.as_ptr();
    sealer.seal_rtp(&mut buffer, 0, 12, SSRC, 7).unwrap();
    assert_eq!((buffer.as_ptr(), buffer.len()), (place, buffer.capacity()));
}

#[test]
fn any_change_on_the_way_is_noticed_and_teaches_nothing() {
    let keys = keys(Profile::AeadAes128Gcm).client;
    let (mut sealer, mut opener, mut into) = (Sealer::new(&keys), Opener::new(&keys), Vec::new());
    let mut random = Random::new(2);
    for index in 0..3000 {
        let len = random.below(60) as usize;
        let payload = random.bytes(len);
        let rtp = sealed(&mut sealer, SSRC, index, &payload);
        let mut rtcp = vec![0x81, 201, 0, 7, 0, 0, 0, 9];
        rtcp.extend(&payload);
        sealer.seal_rtcp(&mut rtcp, 0).unwrap();
        for _ in 0..10 {
            let (other_rtp, other_rtcp) = (random.damaged(&rtp), random.damaged(&rtcp));
            assert!(other_rtp == rtp || opener.open_rtp(&other_rtp, &mut into).is_err());
            assert!(other_rtcp == rtcp || opener.open_rtcp(&other_rtcp, &mut into).is_err());
        }
        if random.below(5) > 0 {
            assert_eq!(opener.open_rtp(&rtp, &mut into).unwrap().payload(), payload);
            assert_eq!(opener.open_rtcp(&rtcp, &mut into).unwrap()[8..], payload);
        }
    }
}

#[test]
fn garbage_is_refused() {
    let mut opener = Opener::new(&keys(Profile::AeadAes256Gcm).client);
    let (mut random, mut into) = (Random::new(3), Vec::new());
    for _ in 0..20_000 {
        let len = random.below(80) as usize;
        let mut bytes = random.bytes(len);
        if let Some(first) = bytes.first_mut() {
            *first = 0x80 | *first & 0x3f;
        }
        assert!(opener.open_rtp(&bytes, &mut into).is_err());
        assert!(opener.open_rtcp(&bytes, &mut into).is_err());
    }
    for len in 0..RTCP_HEADER_LEN + RTCP_OVERHEAD {
        assert_eq!(opener.open_rtcp(&vec![0x80; len], &mut into), Err(OpenError::Short));
    }
}

#[test]
fn padding_that_lies_is_refused_though_it_is_authentic() {
    let keys = keys(Profile::AeadAes128Gcm).client;
    let (mut sealer, mut opener, mut into) = (Sealer::new(&keys), Opener::new(&keys), Vec::new());
    for (sequence, (padding, payload)) in (0..).zip([(0, None), (1, Some(3)), (4, Some(0)), (5, None), (255, None)]) {
        let mut packet = vec![0xa0, 96, 0, sequence, 0, 0, 0, 0, 1, 2, 3, 4, 8, 8, 8, padding];
        sealer.seal_rtp(&mut packet, 0, 12, SSRC, sequence.into()).unwrap();
        let opened = opener.open_rtp(&packet, &mut into).map(|opened| opened.payload().len());
        assert_eq!(opened, payload.ok_or(OpenError::Short), "{padding} bytes of padding");
    }
}

#[test]
fn of_too_many_ssrcs_the_later_ones_are_refused() {
    let keys = keys(Profile::AeadAes128Gcm).client;
    let (mut sealer, mut opener, mut into) = (Sealer::new(&keys), Opener::new(&keys), Vec::new());
    for ssrc in 0..SSRCS as u32 + 3 {
        let packet = sealed(&mut sealer, ssrc, 1, b"x");
        let opened = opener.open_rtp(&packet, &mut into).map(|opened| opened.index);
        assert_eq!(opened, if ssrc < SSRCS as u32 { Ok(1) } else { Err(OpenError::Crowded) });
    }
    let packet = sealed(&mut sealer, 0, 2, b"x");
    assert!(opener.open_rtp(&packet, &mut into).is_ok(), "known ones go on");
}
