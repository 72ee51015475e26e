//! Writing RTCP packets. Each writer appends one packet; a compound is several after one another, the first of them a
//! report (RFC 3550 section 6.1), or one alone where reduced size was negotiated (RFC 5506).

use super::fields::Bitrate;
use super::{HEADER_LEN, ReportBlock, SenderInfo, feedback, packet_type};

const VERSION: u8 = 2 << 6;
/// Items that a count of 5 bits can say.
const MAX_COUNT: usize = 31;
const CNAME: u8 = 1;
/// Bytes that an SDES item can hold.
const MAX_TEXT: usize = 255;
/// Packets after the first that one pair of a NACK can name.
const MASK_BITS: u16 = 16;

/// Appends a sender report. Of more than 31 reports the first 31.
pub fn sender_report(buffer: &mut Vec<u8>, info: &SenderInfo, blocks: &[ReportBlock]) {
    let blocks = &blocks[..blocks.len().min(MAX_COUNT)];
    let start = open(buffer, blocks.len() as u8, packet_type::SENDER_REPORT);
    put_u32(buffer, info.ssrc);
    buffer.extend(info.ntp.to_be_bytes());
    for number in [info.rtp_timestamp, info.packets, info.octets] {
        put_u32(buffer, number);
    }
    put_blocks(buffer, blocks);
    close(buffer, start);
}

/// Appends a receiver report. Of more than 31 reports the first 31.
pub fn receiver_report(buffer: &mut Vec<u8>, ssrc: u32, blocks: &[ReportBlock]) {
    let blocks = &blocks[..blocks.len().min(MAX_COUNT)];
    let start = open(buffer, blocks.len() as u8, packet_type::RECEIVER_REPORT);
    put_u32(buffer, ssrc);
    put_blocks(buffer, blocks);
    close(buffer, start);
}

/// Appends a source description with the canonical name of one source, cut to 255 bytes.
pub fn sdes_cname(buffer: &mut Vec<u8>, ssrc: u32, cname: &str) {
    let text = &cname.as_bytes()[..cname.len().min(MAX_TEXT)];
    let start = open(buffer, 1, packet_type::SDES);
    put_u32(buffer, ssrc);
    buffer.extend([CNAME, text.len() as u8]);
    buffer.extend_from_slice(text);
    // A chunk ends with at least one zero (RFC 3550 section 6.5).
    buffer.push(0);
    close(buffer, start);
}

/// Appends the end of these sources, of more than 31 the first 31.
pub fn bye(buffer: &mut Vec<u8>, ssrcs: &[u32]) {
    let ssrcs = &ssrcs[..ssrcs.len().min(MAX_COUNT)];
    let start = open(buffer, ssrcs.len() as u8, packet_type::BYE);
    for ssrc in ssrcs {
        put_u32(buffer, *ssrc);
    }
    close(buffer, start);
}

/// Appends a request for these packets, which should come in their order so that neighbours share a pair. Nothing is
/// appended where there are none.
pub fn nack(buffer: &mut Vec<u8>, sender: u32, media: u32, lost: impl IntoIterator<Item = u16>) {
    let mut lost = lost.into_iter();
    let Some(mut first) = lost.next() else { return };
    let start = open_feedback(buffer, feedback::NACK, packet_type::TRANSPORT_FEEDBACK, sender, media);
    let mut mask = 0_u16;
    for sequence in lost {
        match sequence.wrapping_sub(first) {
            0 => {}
            ahead @ 1..=MASK_BITS => mask |= 1 << (ahead - 1),
            _ => {
                put_pair(buffer, first, mask);
                (first, mask) = (sequence, 0);
            }
        }
    }
    put_pair(buffer, first, mask);
    close(buffer, start);
}

/// Appends a request for a keyframe.
pub fn pli(buffer: &mut Vec<u8>, sender: u32, media: u32) {
    let start = open_feedback(buffer, feedback::PLI, packet_type::PAYLOAD_FEEDBACK, sender, media);
    close(buffer, start);
}

/// Appends requests for keyframes: (stream, sequence number of the request).
pub fn fir(buffer: &mut Vec<u8>, sender: u32, requests: &[(u32, u8)]) {
    let start = open_feedback(buffer, feedback::FIR, packet_type::PAYLOAD_FEEDBACK, sender, 0);
    for (ssrc, sequence) in requests {
        put_u32(buffer, *ssrc);
        buffer.extend([*sequence, 0, 0, 0]);
    }
    close(buffer, start);
}

/// Appends what the line is thought to carry, in bits per second, for these streams; of more than 255 the first 255.
pub fn remb(buffer: &mut Vec<u8>, sender: u32, bps: u64, ssrcs: &[u32]) {
    let ssrcs = &ssrcs[..ssrcs.len().min(u8::MAX.into())];
    let start = open_feedback(buffer, feedback::APPLICATION, packet_type::PAYLOAD_FEEDBACK, sender, 0);
    buffer.extend_from_slice(b"REMB");
    put_u32(buffer, (ssrcs.len() as u32) << 24 | Bitrate::from_bps(bps).bits());
    for ssrc in ssrcs {
        put_u32(buffer, *ssrc);
    }
    close(buffer, start);
}

/// Starts a feedback packet; returns where.
pub(crate) fn open_feedback(buffer: &mut Vec<u8>, kind: u8, packet_type: u8, sender: u32, media: u32) -> usize {
    let start = open(buffer, kind, packet_type);
    put_u32(buffer, sender);
    put_u32(buffer, media);
    start
}

/// Fills the packet that starts there up to a word and writes its length.
pub(crate) fn close(buffer: &mut Vec<u8>, start: usize) {
    let len = (buffer.len() - start).next_multiple_of(4);
    buffer.resize(start + len, 0);
    let words = (len / 4 - 1) as u16;
    buffer[start + 2..start + HEADER_LEN].copy_from_slice(&words.to_be_bytes());
}

fn open(buffer: &mut Vec<u8>, count: u8, packet_type: u8) -> usize {
    let start = buffer.len();
    buffer.extend([VERSION | count, packet_type, 0, 0]);
    start
}

fn put_u32(buffer: &mut Vec<u8>, number: u32) {
    buffer.extend(number.to_be_bytes());
}

fn put_pair(buffer: &mut Vec<u8>, first: u16, mask: u16) {
    put_u32(buffer, u32::from(first) << 16 | u32::from(mask));
}

fn put_blocks(buffer: &mut Vec<u8>, blocks: &[ReportBlock]) {
    for block in blocks {
        put_u32(buffer, block.ssrc);
        let [_, lost @ ..] = block.cumulative_lost.to_be_bytes();
        buffer.push(block.fraction_lost);
        buffer.extend(lost);
        for number in [block.highest_sequence, block.jitter, block.last_report, block.delay] {
            put_u32(buffer, number);
        }
    }
}
