use super::*;
use crate::testing::Random;

const HEADER: HeaderWriter =
    HeaderWriter { payload_type: 111, marker: true, sequence: 0xfffe, timestamp: 0x8000_0001, ssrc: 0xdead_beef };

fn all(header: &Header, packet: &[u8]) -> Vec<(u8, Vec<u8>)> {
    header.extensions(packet).map(|(id, data)| (id, data.to_vec())).collect()
}

#[test]
fn what_is_written_is_read() {
    let mut random = Random::new(1);
    for _ in 0..5000 {
        let writer = HeaderWriter {
            payload_type: random.below(128) as u8,
            marker: random.below(2) == 0,
            sequence: random.next() as u16,
            timestamp: random.next() as u32,
            ssrc: random.next() as u32,
        };
        let extensions: Vec<(u8, Vec<u8>)> = (0..random.below(6))
            .map(|_| {
                let (id, len) = (random.below(14) as u8 + 1, random.below(16) as usize + 1);
                (id, random.bytes(len))
            })
            .collect();
        let borrowed: Vec<(u8, &[u8])> = extensions.iter().map(|(id, data)| (*id, &data[..])).collect();
        let mut buffer = b"before".to_vec();
        let len = writer.write(&mut buffer, &borrowed);
        buffer.extend(b"payload");
        let packet = &buffer[6..];
        let header = Header::parse(packet).unwrap();
        let again = HeaderWriter {
            payload_type: header.payload_type,
            marker: header.marker,
            sequence: header.sequence,
            timestamp: header.timestamp,
            ssrc: header.ssrc,
        };
        assert_eq!((again, header.header_len, header.payload(packet)), (writer, len, &b"payload"[..]));
        assert_eq!(all(&header, packet), extensions);
        assert_eq!(len % 4, 0);
        if let Some((id, data)) = extensions.first() {
            assert_eq!(header.extension(packet, *id), Some(&data[..]));
            // Behind the fixed part, the four bytes that announce elements, and the first one's own.
            assert_eq!(packet[FIXED_LEN + 5..][..data.len()], data[..]);
        }
    }
}

#[test]
fn extensions_that_one_byte_cannot_say_are_left_out() {
    let mut packet = Vec::new();
    let sixteen = [7; 16];
    let len = HEADER.write(&mut packet, &[(0, &[1]), (15, &[1]), (1, &[]), (2, &[0; 17]), (14, &sixteen)]);
    assert_eq!((len, packet.len()), (36, 36));
    assert_eq!(all(&Header::parse(&packet).unwrap(), &packet), [(14, sixteen.to_vec())]);
    packet.clear();
    assert_eq!(HEADER.write(&mut packet, &[(0, &[1])]), FIXED_LEN);
    assert_eq!(Header::parse(&packet).unwrap().header_len, FIXED_LEN);
}

/// A packet with one extension of these bytes, which have to be whole words.
fn extended(profile: u16, elements: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x90, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
    packet.extend(profile.to_be_bytes());
    packet.extend((elements.len() as u16 / 4).to_be_bytes());
    packet.extend(elements);
    packet
}

fn found(profile: u16, elements: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let packet = extended(profile, elements);
    all(&Header::parse(&packet).unwrap(), &packet)
}

#[test]
fn both_forms_of_extensions_are_read() {
    assert_eq!(found(0xbede, &[0, 0x10, 9, 0, 0x31, 8, 7, 0]), [(1, vec![9]), (3, vec![8, 7])]);
    assert_eq!(found(0x1000, &[1, 0, 0, 3, 2, 8, 7, 0]), [(1, vec![]), (3, vec![8, 7])]);
    assert_eq!(found(0x100f, &[200, 2, 8, 7]), [(200, vec![8, 7])], "with bits of the application");
    assert_eq!(found(0x1234, &[0x10, 9, 0, 0]), [], "neither form");
}

#[test]
fn an_extension_that_lies_about_its_length_ends_them() {
    assert_eq!(found(0xbede, &[0x10, 9, 0x22, 1]), [(1, vec![9])]);
    assert_eq!(found(0xbede, &[0x10, 9, 0xf0, 1, 0x10, 8, 0, 0]), [(1, vec![9])], "id 15 stops");
    assert_eq!(found(0xbede, &[0x10, 9, 0x02, 1, 1, 1, 0x10, 8]), [(1, vec![9])], "padding with a length stops");
    assert_eq!(found(0x1000, &[1, 1, 9, 2]), [(1, vec![9])], "no length");
    assert_eq!(found(0x1000, &[1, 255, 9, 2]), []);
    let mut packet = extended(0xbede, &[0x10, 9, 0, 0]);
    packet[15] = 2;
    assert_eq!(Header::parse(&packet), None, "more words than there are");
}

#[test]
fn padding_and_csrcs_are_no_payload() {
    let mut packet = vec![0xa2, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1, 1, 1, 2, 2, 2, 2, 42, 43, 0, 2];
    let header = Header::parse(&packet).unwrap();
    assert_eq!((header.header_len, header.payload(&packet)), (20, &[42, 43][..]));
    assert_eq!(Header::parse_protected(&packet).unwrap().payload_end, 24, "encrypted padding is not looked at");
    for (padding, payload) in [(0, None), (4, Some(0)), (5, None), (1, Some(3))] {
        packet[23] = padding;
        assert_eq!(Header::parse(&packet).map(|header| header.payload(&packet).len()), payload, "{padding}");
    }
    packet.truncate(20);
    assert_eq!(Header::parse(&packet), None, "padding of nothing");
}

#[test]
fn a_packet_that_is_cut_short_has_no_header() {
    let mut packet = Vec::new();
    let len = HEADER.write(&mut packet, &[(1, &[1, 2, 3]), (2, &[4])]);
    for cut in 0..len {
        assert_eq!(Header::parse(&packet[..cut]), None);
        assert_eq!(Header::parse_protected(&packet[..cut]), None);
    }
    for version in [0x00, 0x40, 0xc0] {
        packet[0] = packet[0] & 0x3f | version;
        assert_eq!(Header::parse(&packet), None);
    }
}

#[test]
fn no_bytes_are_read_beyond_the_packet() {
    let mut random = Random::new(4);
    let good = [
        extended(0xbede, &[0, 0x10, 9, 0, 0x31, 8, 7, 0]),
        extended(0x1000, &[1, 0, 0, 3, 2, 8, 7, 0]),
        vec![0xa2, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1, 1, 1, 2, 2, 2, 2, 42, 43, 0, 2],
    ];
    let mut read = 0;
    for round in 0..60_000 {
        let packet = random.damaged(&good[round % good.len()]);
        let Some(header) = Header::parse(&packet) else { continue };
        let extended: usize = header.extensions(&packet).map(|(_, data)| data.len() + 1).sum();
        assert!(header.header_len >= FIXED_LEN + extended);
        assert!(header.payload(&packet).len() <= packet.len() - header.header_len);
        assert!(header.payload(&[]).is_empty() && header.extensions(&[]).next().is_none(), "of another packet");
        read += 1;
    }
    assert!(read > 20_000, "{read}");
}
