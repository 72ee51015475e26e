//! What a light participant sends: packets sealed by itself, sender reports, repeats of what was lost.

use std::collections::VecDeque;
use std::time::{SystemTime, UNIX_EPOCH};

use echo_wire::rtcp::{self, SenderInfo};
use echo_wire::rtp::HeaderWriter;
use echo_wire::{SealError, Sealer};
use str0m::media::{Mid, Rid};

use super::description::Kind;
use super::media_line::{AUDIO_LEVEL, MID, MediaLine, REPAIRED_RID, RID};
use crate::client::Outgoing;

const REPORT_NS: u64 = 1_000_000_000;
/// Packets of a stream that can be repeated: about two seconds of the full layer.
const KEPT: usize = 256;
/// From the epoch of NTP to that of UNIX, in seconds.
const NTP_EPOCH: u64 = 2_208_988_800;
/// Bit of the level's byte that says "a voice" (RFC 6464, section 3).
const VOICE: u8 = 0x80;
const CNAME: &str = "load";
/// RTP clocks, in Hz.
const SOUND_CLOCK: u64 = 48_000;
const PICTURE_CLOCK: u64 = 90_000;

/// Ids of the header extensions that were agreed on.
#[derive(Clone, Copy)]
struct Ids {
    level: Option<u8>,
    mid: Option<u8>,
    rid: Option<u8>,
    repaired_rid: Option<u8>,
}

/// What was sent, to be repeated.
struct Kept {
    sequence: u16,
    time: u32,
    marker: bool,
    payload: Vec<u8>,
}

/// The retransmissions of a stream (RFC 4588).
struct Repair {
    ssrc: u32,
    payload_type: u8,
    sequence: u64,
    /// The newest last.
    kept: VecDeque<Kept>,
}

/// An outgoing stream.
struct Outbound {
    mid: Mid,
    rid: Option<Rid>,
    ssrc: u32,
    payload_type: u8,
    ids: Ids,
    repair: Option<Repair>,
    /// RTP clock, in Hz.
    clock: u64,
    packets: u32,
    octets: u32,
    /// RTP time of the last packet, and when it was written.
    last: Option<(u32, u64)>,
}

/// What a packet of a line is known by.
pub struct Claim {
    pub ssrc: u32,
    pub payload_type: u8,
    pub mid: Mid,
    /// Id of the header extension for that.
    pub mid_id: u8,
    /// The layer, and the id of the header extension for that.
    pub rid: Option<(Rid, u8)>,
}

/// All outgoing streams.
#[derive(Default)]
pub struct Sender {
    streams: Vec<Outbound>,
    report_due_ns: u64,
}

impl Sender {
    /// Takes over what was agreed on. Streams that are there go on.
    pub fn settle(&mut self, lines: &[MediaLine]) {
        for line in lines.iter().filter(|line| line.sends()) {
            for sent in &line.sent {
                let rid = sent.rid.map(|rid| Rid::from(&*rid.to_string()));
                if self.streams.iter().any(|stream| stream.ssrc == sent.ssrc) {
                    continue;
                }
                let repair = sent.repair.zip(line.payload_types.1);
                let repair = repair.filter(|_| line.has_feedback("nack"));
                self.streams.push(Outbound {
                    mid: line.name(),
                    rid,
                    ssrc: sent.ssrc,
                    payload_type: line.payload_types.0,
                    ids: Ids {
                        level: line.extension(AUDIO_LEVEL),
                        mid: line.extension(MID),
                        rid: line.extension(RID),
                        repaired_rid: line.extension(REPAIRED_RID),
                    },
                    repair: repair.map(|(ssrc, payload_type)| Repair::new(ssrc, payload_type)),
                    clock: if line.kind == Kind::Audio { SOUND_CLOCK } else { PICTURE_CLOCK },
                    packets: 0,
                    octets: 0,
                    last: None,
                });
            }
        }
    }

    /// Seals a packet, ready to be sent. `None` where there is no such stream.
    pub fn write(&mut self, now_ns: u64, packet: &Outgoing, sealer: &mut Sealer) -> Option<Vec<u8>> {
        let mut streams = self.streams.iter_mut();
        let stream = streams.find(|stream| stream.mid == packet.mid && stream.rid == packet.rid)?;
        let sealed = stream.seal(packet, sealer).ok()?;
        stream.packets = stream.packets.wrapping_add(1);
        stream.octets = stream.octets.wrapping_add(packet.payload.len() as u32);
        stream.last = Some((packet.time, now_ns));
        if let Some(repair) = &mut stream.repair {
            repair.keep(packet);
        }
        Some(sealed)
    }

    /// Seals what was lost once more, as a retransmission. `None` for what is no longer kept.
    pub fn repeat(&mut self, ssrc: u32, sequence: u16, sealer: &mut Sealer) -> Option<Vec<u8>> {
        let stream = self.streams.iter_mut().find(|stream| stream.ssrc == ssrc)?;
        let (mid, rid, ids) = (stream.mid, stream.rid, stream.ids);
        stream.repair.as_mut()?.seal(sequence, (mid, rid, ids), sealer)
    }

    /// Which stream has this SSRC.
    pub fn stream(&self, ssrc: u32) -> Option<(Mid, Option<Rid>)> {
        self.streams.iter().find(|stream| stream.ssrc == ssrc).map(|stream| (stream.mid, stream.rid))
    }

    /// What packets of the first picture's line are known by.
    pub fn claim(&self) -> Option<Claim> {
        let stream = self.streams.iter().find(|stream| stream.clock == PICTURE_CLOCK)?;
        let (mid_id, rid) = (stream.ids.mid?, stream.rid.zip(stream.ids.rid));
        Some(Claim { ssrc: stream.ssrc, payload_type: stream.payload_type, mid: stream.mid, mid_id, rid })
    }

    /// When [`Sender::reports`] has something to say.
    pub fn due_ns(&self) -> Option<u64> {
        self.streams.iter().any(|stream| stream.last.is_some()).then_some(self.report_due_ns)
    }

    /// Sender reports, one compound packet a stream, if they are due.
    pub fn reports(&mut self, now_ns: u64) -> Vec<Vec<u8>> {
        if self.due_ns().is_none_or(|due| due > now_ns) {
            return Vec::new();
        }
        self.report_due_ns = now_ns + REPORT_NS;
        let ntp = ntp_now();
        self.streams.iter().filter_map(|stream| stream.report(now_ns, ntp)).collect()
    }
}

impl Outbound {
    fn seal(&self, packet: &Outgoing, sealer: &mut Sealer) -> Result<Vec<u8>, SealError> {
        let header = HeaderWriter {
            payload_type: self.payload_type,
            marker: packet.marker,
            sequence: packet.sequence as u16,
            timestamp: packet.time,
            ssrc: self.ssrc,
        };
        let level = packet.level.map(|(level, voice)| [level.unsigned_abs().min(127) | if voice { VOICE } else { 0 }]);
        let extensions = [
            self.ids.level.zip(level.as_ref().map(|level| &level[..])),
            self.ids.mid.map(|id| (id, self.mid.as_bytes())),
            self.ids.rid.zip(self.rid.as_ref().map(|rid| rid.as_bytes())),
        ];
        seal(&header, &extensions, &[&packet.payload], packet.sequence, sealer)
    }

    fn report(&self, now_ns: u64, ntp: u64) -> Option<Vec<u8>> {
        let (time, at_ns) = self.last?;
        let since = ((now_ns - at_ns) * self.clock / 1_000_000_000) as u32;
        let info = SenderInfo {
            ssrc: self.ssrc,
            ntp,
            rtp_timestamp: time.wrapping_add(since),
            packets: self.packets,
            octets: self.octets,
        };
        let mut report = Vec::with_capacity(96);
        rtcp::sender_report(&mut report, &info, &[]);
        rtcp::sdes_cname(&mut report, self.ssrc, CNAME);
        Some(report)
    }
}

impl Repair {
    fn new(ssrc: u32, payload_type: u8) -> Repair {
        Repair { ssrc, payload_type, sequence: 1, kept: VecDeque::with_capacity(KEPT) }
    }

    fn keep(&mut self, packet: &Outgoing) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        let (sequence, payload) = (packet.sequence as u16, packet.payload.clone());
        self.kept.push_back(Kept { sequence, time: packet.time, marker: packet.marker, payload });
    }

    fn seal(
        &mut self,
        sequence: u16,
        (mid, rid, ids): (Mid, Option<Rid>, Ids),
        sealer: &mut Sealer,
    ) -> Option<Vec<u8>> {
        let kept = self.kept.iter().find(|kept| kept.sequence == sequence)?;
        let header = HeaderWriter {
            payload_type: self.payload_type,
            marker: kept.marker,
            sequence: self.sequence as u16,
            timestamp: kept.time,
            ssrc: self.ssrc,
        };
        let extensions =
            [ids.mid.map(|id| (id, mid.as_bytes())), ids.repaired_rid.zip(rid.as_ref().map(|rid| rid.as_bytes()))];
        let original = sequence.to_be_bytes();
        let sealed = seal(&header, &extensions, &[&original, &kept.payload], self.sequence, sealer);
        self.sequence += 1;
        sealed.ok()
    }
}

/// A sealed packet of a header, those extensions that there are, and the parts of a payload.
fn seal(
    header: &HeaderWriter,
    extensions: &[Option<(u8, &[u8])>],
    payload: &[&[u8]],
    index: u64,
    sealer: &mut Sealer,
) -> Result<Vec<u8>, SealError> {
    let extensions: Vec<(u8, &[u8])> = extensions.iter().copied().flatten().collect();
    let mut sealed = Vec::with_capacity(96 + payload.iter().map(|part| part.len()).sum::<usize>());
    let header_len = header.write(&mut sealed, &extensions);
    payload.iter().for_each(|part| sealed.extend_from_slice(part));
    sealer.seal_rtp(&mut sealed, 0, header_len, header.ssrc, index)?;
    Ok(sealed)
}

/// The time of day as NTP writes it: seconds, and fractions of them in 2^-32.
fn ntp_now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let fraction = (u64::from(now.subsec_nanos()) << 32) / 1_000_000_000;
    ((now.as_secs() + NTP_EPOCH) << 32) | fraction
}
