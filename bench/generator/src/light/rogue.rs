//! A participant that behaves badly on purpose: what a broken or hostile client sends beside its media, so much a second.

use std::io;
use std::net::{SocketAddr, UdpSocket};

use echo_wire::rtcp;
use echo_wire::rtp::HeaderWriter;
use echo_wire::twcc::transport_feedback;

use super::media::Media;
use crate::control::Manner;

/// Between two bursts.
const BEAT_NS: u64 = 5_000_000;
/// Nobody is owed more than this at once, be it late.
const MOST_AT_ONCE: u64 = 200;
/// Streams that a publisher claims to have.
const CLAIMED: u32 = 40;
/// Packets that one message says to be missing, or to have come.
const NAMED: usize = 200;
const PICTURE_BYTES: usize = 1000;
/// Id and data of a header extension that will say it is longer (RFC 8285, section 4.2).
const LIAR: u8 = 14;
const LIE: [u8; 8] = [0; 8];
/// First bytes that lead to STUN, DTLS, RTP and RTCP (RFC 7983).
const FIRST_BYTES: [u8; 6] = [0, 1, 20, 23, 0x80, 0x90];

/// How it behaves, and how far it has come.
pub struct Rogue {
    manner: Manner,
    per_second: u64,
    began_ns: u64,
    done: u64,
    dice: u64,
    /// Index of its next sealed packet, on a stream that it publishes nothing on.
    index: u64,
    /// A packet that was sent before.
    sent: Option<Vec<u8>>,
    /// Of whom nobody has heard.
    stranger: Option<UdpSocket>,
}

impl Rogue {
    /// One that begins at `now_ns`. `index` is where its sealed packets begin: never below what it has sealed before.
    pub fn new(manner: Manner, per_second: u32, now_ns: u64, index: u64) -> Rogue {
        let (dice, sent, stranger) = (now_ns | 1, None, None);
        Rogue { manner, per_second: per_second.into(), began_ns: now_ns, done: 0, dice, index, sent, stranger }
    }

    /// Where the sealed packets of the next one may begin.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Datagrams so far.
    #[cfg(test)]
    pub fn done(&self) -> u64 {
        self.done
    }

    /// When [`Rogue::act`] is due.
    pub fn due_ns(&self) -> u64 {
        let next = ((self.done + 1) * 1_000_000_000).checked_div(self.per_second);
        next.map_or(u64::MAX, |after| self.began_ns + after + BEAT_NS)
    }

    /// What is due, to be sent as it is. A stranger sends by itself, to `remote`.
    pub fn act(&mut self, now_ns: u64, media: &mut Media, remote: Option<SocketAddr>) -> io::Result<Vec<Vec<u8>>> {
        let owed = (now_ns - self.began_ns) as u128 * u128::from(self.per_second) / 1_000_000_000;
        let count = (owed as u64).saturating_sub(self.done).min(MOST_AT_ONCE);
        self.done = owed as u64;
        let datagrams: Vec<Vec<u8>> = (0..count).filter_map(|_| self.datagram(media)).collect();
        if self.manner != Manner::Strangers {
            return Ok(datagrams);
        }
        if let Some(remote) = remote {
            let socket = match &self.stranger {
                Some(socket) => socket,
                None => self.stranger.insert(UdpSocket::bind((remote.ip(), 0))?),
            };
            // What the kernel does not take is a stranger less.
            datagrams.iter().for_each(|datagram| _ = socket.send_to(datagram, remote));
        }
        Ok(Vec::new())
    }

    fn datagram(&mut self, media: &mut Media) -> Option<Vec<u8>> {
        match self.manner {
            Manner::Strangers | Manner::Garbage => Some(self.garbage()),
            Manner::Nacks | Manner::Keyframes | Manner::Feedback => self.feedback(media),
            Manner::Streams | Manner::Extensions | Manner::Leaps => self.picture(media),
            Manner::Truncated => {
                let whole = self.picture(media)?;
                let kept = self.below(whole.len() as u64) as usize;
                Some(whole[..kept].to_vec())
            }
            Manner::Replays => {
                if self.sent.is_none() {
                    self.sent = self.picture(media);
                }
                self.sent.clone()
            }
        }
    }

    fn garbage(&mut self) -> Vec<u8> {
        let length = 1 + self.below(1200) as usize;
        let mut bytes: Vec<u8> = (0..length).map(|_| self.next() as u8).collect();
        bytes[0] = FIRST_BYTES[self.below(FIRST_BYTES.len() as u64) as usize];
        bytes
    }

    /// Sealed feedback about every stream that it receives.
    fn feedback(&mut self, media: &mut Media) -> Option<Vec<u8>> {
        let (own, streams) = (media.receiver.ssrc(), media.receiver.ssrcs());
        let mut compound = Vec::with_capacity(1200);
        rtcp::receiver_report(&mut compound, own, &[]);
        let share = NAMED / streams.len().max(1);
        for ssrc in streams {
            match self.manner {
                Manner::Nacks => {
                    let lost: Vec<u16> = (0..share).map(|_| self.next() as u16).collect();
                    rtcp::nack(&mut compound, own, ssrc, lost);
                }
                Manner::Keyframes => {
                    rtcp::pli(&mut compound, own, ssrc);
                    rtcp::fir(&mut compound, own, &[(ssrc, self.next() as u8)]);
                }
                _ => {
                    let first = self.next() as u16;
                    let at = self.below(1 << 40) as i64;
                    let arrivals: Vec<(u16, i64)> = (0..NAMED as u16)
                        .map(|place| (first.wrapping_add(place), at + i64::from(place) * 250))
                        .collect();
                    transport_feedback(&mut compound, own, ssrc, (self.next() as u8, first), &arrivals);
                }
            }
        }
        let (_, sealer) = media.keys.as_mut()?;
        sealer.seal_rtcp(&mut compound, 0).ok()?;
        Some(compound)
    }

    /// A sealed packet on the camera's line.
    fn picture(&mut self, media: &mut Media) -> Option<Vec<u8>> {
        let (claim, sealer) = (media.sender.claim()?, &mut media.keys.as_mut()?.1);
        self.index += match self.manner {
            Manner::Leaps => 1 + self.below(1 << 15),
            _ => 1,
        };
        let ssrc = match self.manner {
            Manner::Streams => claim.ssrc.wrapping_add(self.below(CLAIMED.into()) as u32),
            _ => claim.ssrc,
        };
        let timestamp = if self.manner == Manner::Leaps { self.next() as u32 } else { self.index as u32 * 3000 };
        let header = HeaderWriter {
            payload_type: claim.payload_type,
            marker: true,
            sequence: self.index as u16,
            timestamp,
            ssrc,
        };
        let number = self.below(2 * u64::from(CLAIMED));
        let unknown = format!("r{number}");
        let mut extensions = vec![(claim.mid_id, claim.mid.as_bytes())];
        extensions.extend(claim.rid.as_ref().map(|(rid, id)| match self.manner {
            Manner::Streams if number.is_multiple_of(2) => (*id, unknown.as_bytes()),
            _ => (*id, rid.as_bytes()),
        }));
        if self.manner == Manner::Extensions {
            extensions.push((LIAR, &LIE));
        }
        let mut packet = Vec::with_capacity(PICTURE_BYTES + 96);
        let header_len = header.write(&mut packet, &extensions);
        if self.manner == Manner::Extensions {
            // The last element reaches beyond the block that it is in.
            let liar = packet.iter().rposition(|byte| *byte == LIAR << 4 | (LIE.len() - 1) as u8)?;
            packet[liar] |= 0x0F;
        }
        // A VP8 keyframe of no content (RFC 7741, section 4.2).
        packet.extend([0x10, 0]);
        (2..PICTURE_BYTES).for_each(|_| packet.push(self.next() as u8));
        sealer.seal_rtp(&mut packet, 0, header_len, ssrc, self.index).ok()?;
        Some(packet)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// Marsaglia's xorshift: noise is all that is wanted.
    fn next(&mut self) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.dice
    }
}
