//! Headers of RTP and their extensions.

use echo_wire::datagram;
use echo_wire::rtp::{FIXED_LEN, Header, HeaderWriter, MOST_ELEMENT_BYTES, extend};

/// Reads a packet, writes what was read, and reads that again.
///
/// # Panics
/// Where a part reaches beyond the packet, or the two readings differ.
pub fn rtp(data: &[u8]) {
    datagram::kind(data);
    let protected = Header::parse_protected(data);
    let Some(header) = Header::parse(data) else { return };
    assert_eq!(protected.map(|header| (header.ssrc, header.header_len)), Some((header.ssrc, header.header_len)));
    assert!(header.header_len >= FIXED_LEN && header.header_len <= header.payload_end);
    assert!(header.payload_end <= data.len());
    let extensions: Vec<(u8, &[u8])> = header.extensions(data).collect();
    assert!(extensions.iter().map(|(_, bytes)| bytes.len() + 1).sum::<usize>() <= header.header_len);

    let writer = HeaderWriter {
        payload_type: header.payload_type,
        marker: header.marker,
        sequence: header.sequence,
        timestamp: header.timestamp,
        ssrc: header.ssrc,
    };
    let mut written = Vec::new();
    let header_len = writer.write(&mut written, &extensions);
    written.extend_from_slice(header.payload(data));
    let again = Header::parse(&written).expect("what we write can be read");
    assert_eq!(again.header_len, header_len);
    assert_eq!((again.sequence, again.timestamp, again.ssrc), (header.sequence, header.timestamp, header.ssrc));
    assert_eq!((again.payload_type, again.marker), (header.payload_type, header.marker));
    assert_eq!(again.payload(&written), header.payload(data));
    let mut room = MOST_ELEMENT_BYTES;
    let written_too = extensions.iter().filter(|(id, bytes)| {
        let taken = (1..=14).contains(id) && (1..=16).contains(&bytes.len()) && bytes.len() < room;
        room -= if taken { bytes.len() + 1 } else { 0 };
        taken
    });
    assert!(again.extensions(&written).eq(written_too.copied()));

    let newest = u64::from(header.timestamp) << 16 | u64::from(header.ssrc as u16);
    if let Some(index) = extend(newest, header.sequence) {
        assert_eq!(index as u16, header.sequence);
        assert!(index.abs_diff(newest) <= 1 << 15);
    }
}
