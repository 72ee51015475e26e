//! Compound RTCP packets (RFC 3550 section 6) and the feedback of RFC 4585 and RFC 5104.

mod fields;
mod message;
mod write;

pub use fields::{Bitrate, Blocks, FirRequests, Lost, ReportBlock, SenderInfo, Ssrcs};
pub use message::Message;
pub use write::{bye, fir, nack, pli, receiver_report, remb, sdes_cname, sender_report};
pub(crate) use write::{close, open_feedback};

use crate::bytes::{u8_at, u16_at};

pub(crate) const HEADER_LEN: usize = 4;
const VERSION: u8 = 2;
const PADDING: u8 = 0x20;
const COUNT: u8 = 0x1f;

/// Packet types (RFC 3550 section 12.1, RFC 4585 section 6.1, RFC 3611 section 2).
pub(crate) mod packet_type {
    pub(crate) const SENDER_REPORT: u8 = 200;
    pub(crate) const RECEIVER_REPORT: u8 = 201;
    pub(crate) const SDES: u8 = 202;
    pub(crate) const BYE: u8 = 203;
    pub(crate) const TRANSPORT_FEEDBACK: u8 = 205;
    pub(crate) const PAYLOAD_FEEDBACK: u8 = 206;
    pub(crate) const EXTENDED_REPORT: u8 = 207;
}

/// Feedback message types, the "count" of a feedback packet.
pub(crate) mod feedback {
    /// With [`super::packet_type::TRANSPORT_FEEDBACK`] (RFC 4585 section 6.2.1).
    pub(crate) const NACK: u8 = 1;
    /// With [`super::packet_type::TRANSPORT_FEEDBACK`] (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    pub(crate) const TRANSPORT_WIDE: u8 = 15;
    /// With [`super::packet_type::PAYLOAD_FEEDBACK`] (RFC 4585 section 6.3.1).
    pub(crate) const PLI: u8 = 1;
    /// With [`super::packet_type::PAYLOAD_FEEDBACK`] (RFC 5104 section 4.3.1).
    pub(crate) const FIR: u8 = 4;
    /// With [`super::packet_type::PAYLOAD_FEEDBACK`] (RFC 4585 section 6.4, draft-alvestrand-rmcat-remb-03).
    pub(crate) const APPLICATION: u8 = 15;
}

/// The packets of a plain compound packet, in their order.
pub fn parse(compound: &[u8]) -> Parse<'_> {
    Parse { rest: compound }
}

/// Reads one packet after the other. A header or length that does not fit ends it; a packet whose inside does not fit its
/// type comes as [`Message::Other`].
#[derive(Debug, Clone)]
pub struct Parse<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Parse<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let packet = self.packet();
        if packet.is_none() {
            self.rest = &[];
        }
        let (count, packet_type, body) = packet?;
        Some(Message::read(count, packet_type, body))
    }
}

impl<'a> Parse<'a> {
    /// Count, type and body without padding of the next packet.
    fn packet(&mut self) -> Option<(u8, u8, &'a [u8])> {
        let first = u8_at(self.rest, 0)?;
        let packet_type = u8_at(self.rest, 1)?;
        let len = (usize::from(u16_at(self.rest, 2)?) + 1) * 4;
        if first >> 6 != VERSION {
            return None;
        }
        let (packet, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        let mut body = &packet[HEADER_LEN..];
        if first & PADDING != 0 {
            // Only the last one may be padded (RFC 3550 section 6.4.1); who pads another one says nothing false by it.
            let padding = usize::from(*body.last()?);
            if padding == 0 {
                return None;
            }
            body = body.get(..body.len().checked_sub(padding)?)?;
        }
        Some((first & COUNT, packet_type, body))
    }
}

#[cfg(test)]
#[path = "rtcp/tests.rs"]
mod tests;
