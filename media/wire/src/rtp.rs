//! RTP packets (RFC 3550 section 5.1) and their header extensions (RFC 8285).

mod extensions;
mod sequence;
mod write;

pub use extensions::Extensions;
pub use sequence::extend;
pub use write::{HeaderWriter, MOST_ELEMENT_BYTES};

use crate::bytes::{u8_at, u16_at, u32_at};

/// Bytes of a header without CSRCs and extensions.
pub const FIXED_LEN: usize = 12;

const VERSION: u8 = 2;
const PADDING: u8 = 0x20;
const EXTENSION: u8 = 0x10;
const CSRC_COUNT: u8 = 0x0f;
const MARKER: u8 = 0x80;
const WORD: usize = 4;

/// The header of one packet, and where its parts are. It holds no bytes: its methods take the packet it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The marker bit.
    pub marker: bool,
    /// Payload type, 0 to 127.
    pub payload_type: u8,
    /// Sequence number as sent, without its rollovers.
    pub sequence: u16,
    /// Timestamp in units of the payload's clock.
    pub timestamp: u32,
    /// Synchronization source.
    pub ssrc: u32,
    /// Bytes before the payload: what SRTP leaves readable.
    pub header_len: usize,
    /// Where the payload ends and the padding begins; the length of the packet where nobody may look at the padding.
    pub payload_end: usize,
    extension_at: usize,
    extension_profile: u16,
}

impl Header {
    /// Reads the header of a plain packet. `None` where it is cut short, of another version, or has padding longer than
    /// its payload.
    pub fn parse(packet: &[u8]) -> Option<Header> {
        let mut header = Header::parse_protected(packet)?;
        if packet[0] & PADDING != 0 {
            let padding = usize::from(*packet.last()?);
            if padding == 0 || padding > packet.len() - header.header_len {
                return None;
            }
            header.payload_end -= padding;
        }
        Some(header)
    }

    /// Reads the header of a packet whose payload is encrypted; the padding is part of that (RFC 3711 section 3.1).
    /// `None` where it is cut short or of another version.
    pub fn parse_protected(packet: &[u8]) -> Option<Header> {
        let first = u8_at(packet, 0)?;
        if first >> 6 != VERSION {
            return None;
        }
        let second = u8_at(packet, 1)?;
        let extension_at = FIXED_LEN + usize::from(first & CSRC_COUNT) * WORD;
        let (extension_profile, header_len) = if first & EXTENSION == 0 {
            (0, extension_at)
        } else {
            let words = usize::from(u16_at(packet, extension_at + 2)?);
            (u16_at(packet, extension_at)?, extension_at + WORD + words * WORD)
        };
        if header_len > packet.len() {
            return None;
        }
        Some(Header {
            marker: second & MARKER != 0,
            payload_type: second & !MARKER,
            sequence: u16_at(packet, 2)?,
            timestamp: u32_at(packet, 4)?,
            ssrc: u32_at(packet, 8)?,
            header_len,
            payload_end: packet.len(),
            extension_at,
            extension_profile,
        })
    }

    /// The payload without its padding. Empty where `packet` is not the one that was read.
    pub fn payload<'a>(&self, packet: &'a [u8]) -> &'a [u8] {
        packet.get(self.header_len..self.payload_end).unwrap_or_default()
    }

    /// Header extensions in their order. One that lies about its length ends them.
    pub fn extensions<'a>(&self, packet: &'a [u8]) -> Extensions<'a> {
        let elements = packet.get(self.extension_at + WORD..self.header_len).unwrap_or_default();
        Extensions::new(self.extension_profile, elements)
    }

    /// The first extension with this id.
    pub fn extension<'a>(&self, packet: &'a [u8], id: u8) -> Option<&'a [u8]> {
        self.extensions(packet).find(|(found, _)| *found == id).map(|(_, data)| data)
    }
}

#[cfg(test)]
#[path = "rtp/tests.rs"]
mod tests;
