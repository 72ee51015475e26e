//! str0m's own feedback to a client that also receives: receiver reports, requests for packets and keyframes, and
//! transport-wide feedback. It comes out of str0m plain (see [`crate::tap`]) and is sealed here.

use echo_wire::srtp::RTCP_OVERHEAD;

use super::Direct;
use crate::outbox::Outbox;

/// SSRC of a message that str0m is made to send to itself, to learn from it where it would send; it is never sent.
pub(crate) const POKE: u32 = 1;

const RECEIVER_REPORT: u8 = 201;
const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;
const EXTENDED_REPORT: u8 = 207;
/// Application layer feedback (RFC 4585 section 6.4): the poke.
const APPLICATION: u8 = 15;
const FORMAT: u8 = 0x1f;

impl Direct {
    /// Seals what is to go out of a compound packet of str0m's.
    pub(super) fn seal_own(&mut self, unsealed: &[u8], outbox: &mut Outbox) {
        let Some(route) = self.route else { return };
        let compound = &unsealed[..unsealed.len().saturating_sub(RTCP_OVERHEAD)];
        outbox.write(route, |buffer| {
            let start = buffer.len();
            packets(compound).filter(|packet| goes_out(packet)).for_each(|packet| buffer.extend_from_slice(packet));
            if buffer.len() == start {
                return None;
            }
            self.sealer.seal_rtcp(buffer, start).ok()
        });
    }
}

/// Reports about streams to the client are ours to make: str0m does not know them any more.
fn goes_out(packet: &[u8]) -> bool {
    match packet[1] {
        RECEIVER_REPORT | TRANSPORT_FEEDBACK | EXTENDED_REPORT => true,
        PAYLOAD_FEEDBACK => packet[0] & FORMAT != APPLICATION,
        _ => false,
    }
}

/// The packets of a compound, header and all.
fn packets(mut compound: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let words = u16::from_be_bytes([*compound.get(2)?, *compound.get(3)?]);
        let (packet, rest) = compound.split_at_checked((usize::from(words) + 1) * 4)?;
        compound = rest;
        Some(packet)
    })
}
