//! Writing headers.

use super::FIXED_LEN;

/// Bytes from the start of a packet to the data of its first extension: what changes per send is written first, so that
/// it can be stamped here when the packet leaves.
pub const FIRST_EXTENSION: usize = FIXED_LEN + 4 + 1;

const VERSION: u8 = 2 << 6;
const EXTENSION: u8 = 0x10;
const MARKER: u8 = 0x80;
const ONE_BYTE: u16 = 0xbede;
/// Ids and bytes of data that the one-byte form can say (RFC 8285 section 4.2).
const IDS: std::ops::RangeInclusive<u8> = 1..=14;
const LENGTHS: std::ops::RangeInclusive<usize> = 1..=16;

/// What a header without CSRCs and padding says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderWriter {
    /// Payload type, 0 to 127.
    pub payload_type: u8,
    /// The marker bit.
    pub marker: bool,
    /// Sequence number.
    pub sequence: u16,
    /// Timestamp in units of the payload's clock.
    pub timestamp: u32,
    /// Synchronization source.
    pub ssrc: u32,
}

impl HeaderWriter {
    /// Appends the header with these extensions (id, data) in the one-byte form of RFC 8285 and returns its length. What
    /// that form cannot say (an id other than 1 to 14, data other than 1 to 16 bytes) is left out. Without extensions
    /// the header has 12 bytes.
    pub fn write(&self, buffer: &mut Vec<u8>, extensions: &[(u8, &[u8])]) -> usize {
        let start = buffer.len();
        buffer.extend([VERSION, self.payload_type & !MARKER | if self.marker { MARKER } else { 0 }]);
        buffer.extend(self.sequence.to_be_bytes());
        buffer.extend(self.timestamp.to_be_bytes());
        buffer.extend(self.ssrc.to_be_bytes());
        let mut sayable =
            extensions.iter().filter(|(id, data)| IDS.contains(id) && LENGTHS.contains(&data.len())).peekable();
        if sayable.peek().is_some() {
            buffer[start] |= EXTENSION;
            buffer.extend(ONE_BYTE.to_be_bytes());
            buffer.extend([0, 0]);
            let elements = buffer.len();
            for (id, data) in sayable {
                buffer.push(id << 4 | (data.len() - 1) as u8);
                buffer.extend_from_slice(data);
            }
            buffer.resize(elements + (buffer.len() - elements).next_multiple_of(4), 0);
            let words = ((buffer.len() - elements) / 4) as u16;
            buffer[elements - 2..elements].copy_from_slice(&words.to_be_bytes());
        }
        buffer.len() - start
    }
}
