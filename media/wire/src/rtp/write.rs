//! Writing headers.

use super::FIXED_LEN;

const VERSION: u8 = 2 << 6;
const EXTENSION: u8 = 0x10;
const MARKER: u8 = 0x80;
const ONE_BYTE: u16 = 0xbede;
/// Ids and bytes of data that the one-byte form can say (RFC 8285 section 4.2).
const IDS: std::ops::RangeInclusive<u8> = 1..=14;
const LENGTHS: std::ops::RangeInclusive<usize> = 1..=16;
/// Where the first element begins, behind the four bytes that announce them.
const ELEMENTS: usize = FIXED_LEN + 4;
/// Bytes of all elements of a written header at most: as many as there are ids, each as long as can be.
pub const MOST_ELEMENT_BYTES: usize = (14_usize * 17).next_multiple_of(4);
const LONGEST: usize = ELEMENTS + MOST_ELEMENT_BYTES;

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
    /// that form cannot say (an id other than 1 to 14, data other than 1 to 16 bytes) is left out, and so is what exceeds
    /// [`MOST_ELEMENT_BYTES`]. Without extensions the header has 12 bytes.
    pub fn write(&self, buffer: &mut Vec<u8>, extensions: &[(u8, &[u8])]) -> usize {
        // Put together on the stack and appended in one piece: a packet has one of these for each receiver.
        let mut header = [0; LONGEST];
        header[0] = VERSION;
        header[1] = self.payload_type & !MARKER | if self.marker { MARKER } else { 0 };
        header[2..4].copy_from_slice(&self.sequence.to_be_bytes());
        header[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        header[8..FIXED_LEN].copy_from_slice(&self.ssrc.to_be_bytes());
        let mut end = ELEMENTS;
        for (id, data) in extensions {
            let next = end + 1 + data.len();
            if IDS.contains(id) && LENGTHS.contains(&data.len()) && next <= LONGEST {
                header[end] = id << 4 | (data.len() - 1) as u8;
                match **data {
                    // A call to copy these would take longer than all else here.
                    [one] => header[end + 1] = one,
                    [high, low] => (header[end + 1], header[end + 2]) = (high, low),
                    _ => header[end + 1..next].copy_from_slice(data),
                }
                end = next;
            }
        }
        if end == ELEMENTS {
            end = FIXED_LEN;
        } else {
            end = end.next_multiple_of(4);
            header[0] |= EXTENSION;
            header[FIXED_LEN..FIXED_LEN + 2].copy_from_slice(&ONE_BYTE.to_be_bytes());
            header[FIXED_LEN + 2..ELEMENTS].copy_from_slice(&(((end - ELEMENTS) / 4) as u16).to_be_bytes());
        }
        buffer.extend_from_slice(&header[..end]);
        end
    }
}
