//! Writes the seeds that are made, not found: `cargo run --release -p echo-hostile --example make_seeds`.

use std::fs;
use std::path::Path;

use echo_wire::rtcp::{self, ReportBlock, SenderInfo};
use echo_wire::rtp::HeaderWriter;
use echo_wire::twcc::transport_feedback;

const HEADER: HeaderWriter =
    HeaderWriter { payload_type: 96, marker: true, sequence: 65_534, timestamp: 90_000, ssrc: 0x0a0b_0c0d };

fn main() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let all = [
        ("rtp", rtp()),
        ("rtcp", rtcp()),
        ("feedback", feedback()),
        ("srtp", srtp()),
        ("vp8", vp8()),
        ("demux", demux()),
        ("line", line()),
        ("pair", pair()),
    ];
    for (target, named) in all {
        fs::create_dir_all(seeds.join(target)).expect("a folder for seeds");
        for (name, bytes) in named {
            fs::write(seeds.join(target).join(name), bytes).expect("a seed");
        }
    }
}

type Seeds = Vec<(&'static str, Vec<u8>)>;

/// Bytes behind their length, as the targets read them.
fn counted(bytes: &[u8]) -> Vec<u8> {
    let bytes = &bytes[..bytes.len().min(255)];
    [&[bytes.len() as u8], bytes].concat()
}

fn packet(extensions: &[(u8, &[u8])], payload: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    HEADER.write(&mut packet, extensions);
    packet.extend(payload);
    packet
}

fn rtp() -> Seeds {
    let two_byte = b"\x90\x60\0\x01\0\0\0\x02\0\0\0\x03\x10\0\0\x02\x01\0\0\x03\x02ab\0payload";
    let padded = b"\xa2\x60\0\x01\0\0\0\x02\0\0\0\x03\x01\x01\x01\x01\x02\x02\x02\x02payload\0\0\x03";
    vec![
        ("plain", packet(&[], b"payload")),
        ("extended", packet(&[(3, &[1, 2]), (1, &[0x80]), (4, b"mid")], b"payload")),
        ("two_byte_extensions", two_byte.to_vec()),
        ("csrcs_and_padding", padded.to_vec()),
    ]
}

fn rtcp() -> Seeds {
    let block = ReportBlock {
        ssrc: 9,
        fraction_lost: 12,
        cumulative_lost: -3,
        highest_sequence: 0x0001_ffff,
        jitter: 44,
        last_report: 0x1234_5678,
        delay: 65_536,
    };
    let info = SenderInfo { ssrc: 7, ntp: 0xe000_0000_8000_0000, rtp_timestamp: 90_000, packets: 50, octets: 60_000 };
    let compound = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        write(&mut bytes);
        bytes
    };
    vec![
        (
            "sender",
            compound(&|bytes| {
                rtcp::sender_report(bytes, &info, &[block]);
                rtcp::sdes_cname(bytes, 7, "someone");
                rtcp::bye(bytes, &[7, 8]);
            }),
        ),
        (
            "receiver",
            compound(&|bytes| {
                rtcp::receiver_report(bytes, 1, &[block, block]);
                rtcp::nack(bytes, 1, 9, [65_530, 65_535, 3, 40]);
                rtcp::remb(bytes, 1, 1_200_000, &[9]);
            }),
        ),
        (
            "keyframes",
            compound(&|bytes| {
                rtcp::pli(bytes, 1, 9);
                rtcp::fir(bytes, 1, &[(9, 1), (10, 2)]);
            }),
        ),
        (
            "feedback",
            compound(&|bytes| {
                transport_feedback(
                    bytes,
                    1,
                    9,
                    (3, 65_534),
                    &[(65_534, 1000), (65_535, 2000), (4, 100_000), (5, 90_000)],
                );
            }),
        ),
        ("padded", b"\xa1\xce\0\x03\0\0\0\x01\0\0\0\x02\0\0\0\x04".to_vec()),
        ("extended_report", b"\x80\xcf\0\x04\0\0\0\x01\x04\0\0\x02\xe0\0\0\0\x80\0\0\0".to_vec()),
    ]
}

fn feedback() -> Seeds {
    let body = |arrivals: &[(u16, i64)]| {
        let mut bytes = Vec::new();
        let base = arrivals.first().map_or(0, |(sequence, _)| *sequence);
        transport_feedback(&mut bytes, 1, 9, (3, base), arrivals);
        bytes.split_off(4)
    };
    let steady: Vec<(u16, i64)> = (0..60).map(|n| (65_500 + n, 6_400_000 + i64::from(n) * 5250)).collect();
    let head = b"\0\0\0\x01\0\0\0\x09\xff\xfe\0\x20\0\0\x64\x03";
    vec![
        ("steady", body(&steady)),
        ("holes", body(&[(1, 70_000), (2, 69_000), (30, 200_000), (31, 300_000), (900, 8_000_000)])),
        (
            "runs_and_bits",
            [&head[..], b"\x20\x08\0\x05\xb4\0\xd8\0\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\xff\x9c\0"]
                .concat(),
        ),
    ]
}

fn srtp() -> Seeds {
    let sealed = |ahead: u16, damage: u8| {
        [&[2], &ahead.to_be_bytes()[..], &[0, damage], &counted(&packet(&[(3, &[1, 2])], b"payload"))].concat()
    };
    // Eleven rounds ahead, 1,023 packets: what was opened then lies in the same place of the window as what comes late now.
    let round = [sealed(93, 0), sealed(0u16.wrapping_sub(92), 0)].concat();
    let report = [&[3, 5][..], &counted(&rtcp()[2].1)].concat();
    let raw =
        [&[0][..], &counted(&packet(&[], &[9; 40])), &[1], &counted(&[0x80, 201, 0, 1, 0, 0, 0, 1, 9, 9])].concat();
    vec![
        ("in_order", [vec![0], sealed(0, 0), sealed(1, 1), sealed(1, 200)].concat()),
        (
            "out_of_order",
            [vec![1], sealed(0, 0), sealed(40, 0), sealed(0u16.wrapping_sub(3), 0), sealed(2000, 0)].concat(),
        ),
        ("round_the_window", [vec![0], round.repeat(40)].concat()),
        ("reports", [vec![0], report.clone(), report].concat()),
        ("garbage", [vec![1], raw].concat()),
    ]
}

fn vp8() -> Seeds {
    let key = |descriptor: &[u8]| [descriptor, &[0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 2, 0x68, 1, 7, 7, 7]].concat();
    let stream = |payloads: &[Vec<u8>]| -> Vec<u8> {
        payloads
            .iter()
            .enumerate()
            .flat_map(|(at, payload)| [&[payload.len() as u8, 3 | (at as u8 % 2) << 7], &payload[..]].concat())
            .collect()
    };
    vec![
        ("long_ids", stream(&[key(&[0x90, 0xe0, 0x80, 1, 5, 0x20]), vec![0x80, 0xe0, 0x80, 2, 6, 0x20, 1, 9, 9, 9]])),
        ("short_ids", stream(&[key(&[0x90, 0x80, 0x7f]), key(&[0x90, 0x80, 0]), vec![0x80, 0x80, 1, 1, 9, 9]])),
        ("no_ids", stream(&[key(&[0x10]), vec![0x00, 1, 9, 9, 9], vec![0x90, 0x20, 0x20, 1, 9, 9, 9]])),
    ]
}

fn demux() -> Seeds {
    let request = |username: &str| {
        let mut bytes = b"\0\x01\0\0\x21\x12\xa4\x42".to_vec();
        bytes.extend([7; 12]);
        bytes.extend([0x80, 0x22, 0, 5, b't', b'e', b's', b't', b's', 0, 0, 0, 0, 6]);
        bytes.extend((username.len() as u16).to_be_bytes());
        bytes.extend(username.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    };
    let from = |place: u8, datagram: &[u8]| [&[place], &counted(datagram)[..]].concat();
    let (first, second) = (request("0003000000ffabcd:them"), request("0003000100ffabcd:them"));
    let media = [0x80, 96, 0, 1, 0, 0, 0, 0];
    let moving: Vec<u8> = (0..12).flat_map(|place| from(place, &first)).collect();
    vec![
        ("two_peers", [from(1, &first), from(1, &media), from(2, &second), from(2, &media), from(3, &media)].concat()),
        ("one_takes_over", [from(1, &first), from(1, &second), from(1, &media)].concat()),
        ("many_addresses", [moving, from(0, &media), from(11, &media)].concat()),
        ("unknown", [from(1, &request("nobody:them")), from(255, &request("nocolon")), from(1, &[])].concat()),
    ]
}

fn line() -> Seeds {
    let send = [0, 20, 0x04, 0x9c];
    let told = |spread: u8| [&[1, 20, 0, 0, 0x10, 0, 6][..], &counted(&[spread; 20])].concat();
    let wait = |tenths: u8| [5, 0, 6 * tenths];
    let wishes =
        [6, 2, 0x3f, 2, 0xd0, 22, 0, 150, 45, 0, 150 + 100, 90, 4, 0x7f, 0, 180, 22, 0, 150, 45, 1, 90, 4, 4, 40];
    let steady: Vec<u8> = (0..8).flat_map(|_| [&send[..], &wait(1), &told(4)].concat()).collect();
    let late: Vec<u8> = (0..8).flat_map(|_| [&send[..], &wait(1), &told(60)].concat()).collect();
    vec![
        ("steady", [&wishes[..], &steady, &wishes].concat()),
        ("congested", [&wishes[..], &steady, &late, &[2, 0, 80, 128], &wishes, &wait(40), &wishes].concat()),
        ("never_sent", [&told(4)[..], &[1, 255, 0x12, 0x34, 0, 0, 0, 1, 23, 3, 1, 15, 200], &wait(9)].concat()),
    ]
}

fn pair() -> Seeds {
    let picture = [&[0, 1][..], &counted(&[0x90, 0xe0, 0x80, 40, 40, 0x20, 0x11, 2, 0, 7, 7, 7])].concat();
    let keyframe = [
        &[0, 0x83][..],
        &counted(&[0x90, 0xe0, 0x80, 41, 41, 0x20, 0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 2, 0x68, 1, 7, 7]),
    ]
    .concat();
    let voice = [&[0, 0][..], &counted(&[0xfc, 1, 2])].concat();
    let leap = [&[0, 0x61, 0x40, 0, 0x7f, 0xff, 0xff, 0xff][..], &counted(&[0x90, 0x80, 0x7f, 0x10, 1])].concat();
    let wait = [10, 5];
    let from_ben = |bytes: &[u8]| [&[bytes[0] | 0x80], &bytes[1..]].concat();
    let report = |compound: &[u8]| [&[4][..], &counted(compound)].concat();
    let mut seeds = vec![
        ("pictures", [&picture[..], &keyframe, &wait, &picture, &voice, &wait].concat()),
        ("leaps", [&leap[..], &keyframe, &wait, &leap, &picture, &wait].concat()),
        ("holes", [&from_ben(&[5, 3, 9, 1])[..], &wait, &[5, 0, 200, 7], &wait].concat()),
        ("arrivals", [&[6, 3, 0, 0, 0, 0, 1, 0][..], &counted(&[3; 20]), &wait].concat()),
        ("asks", (0..7).flat_map(|kind| [&[7, kind, 1, 0, 2, 0, 9][..], &wait].concat()).collect()),
        ("raw", [&[3][..], &counted(&packet(&[(3, &[1, 2]), (4, b"0")], b"payload")), &[9], &wait].concat()),
        ("unsealed", [&[8, 0][..], &counted(&[96; 40]), &[8, 1], &counted(&[201; 40]), &wait].concat()),
        ("wishes", [&[11, 1, 3][..], &wait, &from_ben(&[11, 0, 0]), &wait].concat()),
    ];
    for (name, compound) in rtcp() {
        seeds.push((name, [&report(&compound)[..], &wait].concat()));
    }
    seeds.into_iter().map(|(name, acts)| (name, [&[0], &acts[..]].concat())).collect()
}
