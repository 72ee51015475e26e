//! One RTCP packet, told apart by its type.

use super::fields::{BLOCK_LEN, Bitrate, Blocks, FirRequests, Lost, ReportBlock, SenderInfo, Ssrcs};
use super::{feedback, packet_type};
use crate::bytes::{u8_at, u16_at, u24_at, u32_at, u64_at};
use crate::twcc::TransportFeedback;

/// Where the reports of a sender report begin, behind SSRC and sender information.
const SENDER_REPORTS_AT: usize = 24;
/// Where the reports of a receiver report begin.
const RECEIVER_REPORTS_AT: usize = 4;
/// Where feedback control information begins, behind the SSRCs of sender and media.
const FEEDBACK_AT: usize = 8;
const REMB: &[u8] = b"REMB";

/// A packet of a compound.
#[derive(Debug, Clone)]
pub enum Message<'a> {
    /// What a sender has sent, and when (RFC 3550 section 6.4.1).
    SenderReport {
        /// Clocks and counts of the sender.
        info: SenderInfo,
        /// What it receives.
        blocks: Blocks<'a>,
    },
    /// What a receiver gets (RFC 3550 section 6.4.2).
    ReceiverReport {
        /// Who reports.
        ssrc: u32,
        /// One for each source.
        blocks: Blocks<'a>,
    },
    /// Packets asked for again (RFC 4585 section 6.2.1).
    Nack {
        /// Who asks.
        sender: u32,
        /// The stream that has holes.
        media: u32,
        /// Their sequence numbers.
        lost: Lost<'a>,
    },
    /// A keyframe is needed (RFC 4585 section 6.3.1).
    Pli {
        /// Who asks.
        sender: u32,
        /// The stream.
        media: u32,
    },
    /// Keyframes are needed (RFC 5104 section 4.3.1).
    Fir {
        /// Who asks.
        sender: u32,
        /// For which streams.
        requests: FirRequests<'a>,
    },
    /// What a receiver thinks its line carries (draft-alvestrand-rmcat-remb-03).
    Remb {
        /// Who says so.
        sender: u32,
        /// How much.
        bitrate: Bitrate,
        /// For which streams.
        ssrcs: Ssrcs<'a>,
    },
    /// Which packets arrived when.
    Transport(TransportFeedback<'a>),
    /// Source description; its chunks are not read.
    Sdes,
    /// Sources that have ended (RFC 3550 section 6.6).
    Bye {
        /// Which.
        ssrcs: Ssrcs<'a>,
    },
    /// Extended report (RFC 3611); its blocks are not read.
    ExtendedReport {
        /// Who reports.
        ssrc: u32,
    },
    /// Another type, or one whose inside is cut short.
    Other {
        /// RTCP packet type.
        packet_type: u8,
    },
}

impl<'a> Message<'a> {
    /// A packet from the count and type of its header and what follows without padding.
    pub(super) fn read(count: u8, packet_type: u8, body: &'a [u8]) -> Message<'a> {
        let known = match packet_type {
            packet_type::SENDER_REPORT => Message::sender_report(count, body),
            packet_type::RECEIVER_REPORT => Message::receiver_report(count, body),
            packet_type::SDES => Some(Message::Sdes),
            packet_type::BYE => Ssrcs::read(body, count).map(|ssrcs| Message::Bye { ssrcs }),
            packet_type::TRANSPORT_FEEDBACK => Message::transport(count, body),
            packet_type::PAYLOAD_FEEDBACK => Message::payload(count, body),
            packet_type::EXTENDED_REPORT => u32_at(body, 0).map(|ssrc| Message::ExtendedReport { ssrc }),
            _ => None,
        };
        known.unwrap_or(Message::Other { packet_type })
    }

    fn sender_report(count: u8, body: &'a [u8]) -> Option<Message<'a>> {
        let info = SenderInfo {
            ssrc: u32_at(body, 0)?,
            ntp: u64_at(body, 4)?,
            rtp_timestamp: u32_at(body, 12)?,
            packets: u32_at(body, 16)?,
            octets: u32_at(body, 20)?,
        };
        let blocks = Blocks::read(body.get(SENDER_REPORTS_AT..)?, count)?;
        Some(Message::SenderReport { info, blocks })
    }

    fn receiver_report(count: u8, body: &'a [u8]) -> Option<Message<'a>> {
        let blocks = Blocks::read(body.get(RECEIVER_REPORTS_AT..)?, count)?;
        Some(Message::ReceiverReport { ssrc: u32_at(body, 0)?, blocks })
    }

    fn transport(kind: u8, body: &'a [u8]) -> Option<Message<'a>> {
        let (sender, media) = (u32_at(body, 0)?, u32_at(body, 4)?);
        match kind {
            feedback::NACK => Some(Message::Nack { sender, media, lost: Lost::new(&body[FEEDBACK_AT..]) }),
            feedback::TRANSPORT_WIDE => TransportFeedback::read(body).map(Message::Transport),
            _ => None,
        }
    }

    fn payload(kind: u8, body: &'a [u8]) -> Option<Message<'a>> {
        let (sender, media) = (u32_at(body, 0)?, u32_at(body, 4)?);
        let control = &body[FEEDBACK_AT..];
        match kind {
            feedback::PLI => Some(Message::Pli { sender, media }),
            feedback::FIR => Some(Message::Fir { sender, requests: FirRequests::new(control) }),
            feedback::APPLICATION if control.starts_with(REMB) => {
                let bitrate = Bitrate::new(u24_at(control, 5)?);
                Some(Message::Remb { sender, bitrate, ssrcs: Ssrcs::read(control.get(8..)?, u8_at(control, 4)?)? })
            }
            _ => None,
        }
    }
}

impl ReportBlock {
    /// One report of `BLOCK_LEN` bytes.
    pub(super) fn read(bytes: &[u8; BLOCK_LEN]) -> Option<ReportBlock> {
        Some(ReportBlock {
            ssrc: u32_at(bytes, 0)?,
            fraction_lost: u8_at(bytes, 4)?,
            cumulative_lost: crate::bytes::signed24(u24_at(bytes, 5)?),
            highest_sequence: u32_at(bytes, 8)?,
            jitter: u32_at(bytes, 12)?,
            last_report: u32_at(bytes, 16)?,
            delay: u32_at(bytes, 20)?,
        })
    }
}

impl Lost<'_> {
    /// Packet id and mask of the pair at the front of `pairs`.
    pub(super) fn pair(pairs: &[u8]) -> Option<(u16, u16)> {
        Some((u16_at(pairs, 0)?, u16_at(pairs, 2)?))
    }
}
