//! How the packets of a client look, as its offer settled it.

use echo_wire::rtp::Header;
use str0m::Rtc;
use str0m::media::{Mid, Rid, Rids};
use str0m::rtp::{Extension, VideoOrientation};

use super::streams::Place;
use crate::packet::Forwarded;

/// Our own view of an offer's m-lines on which the client sends. All of them share one transport, on which an id or a payload
/// type means the same in each (RFC 8843 sections 9.1 and 10).
#[derive(Debug, Clone)]
pub(crate) struct IngressForm {
    ids: Ids,
    payloads: Vec<(u8, Payload)>,
    pub(super) lines: Vec<LineIn>,
}

/// What a payload type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Payload {
    /// Media. `repairable`: lost packets may be asked for again, unless the offer names the stream's SSRC and none for that.
    Media { clock_rate: u32, repairable: bool },
    /// Packets sent again (RFC 4588).
    Repair,
}

/// One m-line on which the client sends.
#[derive(Debug, Clone)]
pub(super) struct LineIn {
    pub(super) mid: Mid,
    /// Its layers, where it has several.
    pub(super) rids: Option<Vec<Rid>>,
    pub(super) clock_rate: u32,
    /// SSRC of media and of retransmissions where the offer says so.
    pub(super) announced: Option<(u32, Option<u32>)>,
}

/// Ids of header extensions; 0 stands for one that was not agreed on.
#[derive(Debug, Clone, Copy, Default)]
struct Ids {
    transport_sequence: u8,
    mid: u8,
    rid: u8,
    repaired_rid: u8,
    audio_level: u8,
    orientation: u8,
}

/// What the extensions of a packet say.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) transport_sequence: Option<u16>,
    mid: Option<Mid>,
    rid: Option<Rid>,
    pub(super) forwarded: Forwarded,
}

impl Said {
    /// Where the packet says that it belongs.
    pub(super) fn place(&self) -> Option<Place> {
        Some(Place { mid: self.mid?, rid: self.rid })
    }
}

impl IngressForm {
    /// Reads the form of these m-lines, each with its clock rate.
    pub(crate) fn of(rtc: &mut Rtc, lines: impl Iterator<Item = (Mid, u32)>) -> IngressForm {
        let params = rtc.codec_config().params();
        let media = params.iter().map(|params| {
            let clock_rate = params.spec().clock_rate.get();
            (*params.pt(), Payload::Media { clock_rate, repairable: params.resend().is_some() })
        });
        let repairs = params.iter().filter_map(|params| Some((*params.resend()?, Payload::Repair)));
        let payloads = media.chain(repairs).collect();
        let mut form = IngressForm { ids: Ids::default(), payloads, lines: Vec::new() };
        for (mid, clock_rate) in lines {
            let mut api = rtc.direct_api();
            let announced = api.stream_rx_by_mid(mid, None);
            let announced = announced.map(|stream| (*stream.ssrc(), stream.rtx().map(|ssrc| *ssrc)));
            if let Some(media) = rtc.media(mid) {
                form.ids.learn(|extension| media.remote_extmap().id_of(extension));
                let rids = match media.rids_rx() {
                    Rids::Specific(rids) => Some(rids.clone()),
                    Rids::None | Rids::Any => None,
                };
                form.lines.push(LineIn { mid, rids, clock_rate, announced });
            }
        }
        form
    }

    /// One m-line of pictures, "cam", as VP8 of type 96 with retransmissions of type 97; transport-wide numbers have id 1, mids 2.
    #[cfg(test)]
    pub(super) fn of_a_camera() -> IngressForm {
        let line = LineIn { mid: Mid::from("cam"), rids: None, clock_rate: 90_000, announced: None };
        let payloads = vec![(96, Payload::Media { clock_rate: 90_000, repairable: true }), (97, Payload::Repair)];
        IngressForm { ids: Ids { transport_sequence: 1, mid: 2, ..Ids::default() }, payloads, lines: vec![line] }
    }

    /// The m-lines.
    pub(crate) fn mids(&self) -> impl Iterator<Item = Mid> {
        self.lines.iter().map(|line| line.mid)
    }

    pub(super) fn payload(&self, payload_type: u8) -> Option<Payload> {
        self.payloads.iter().find(|(known, _)| *known == payload_type).map(|(_, payload)| *payload)
    }

    /// Reads the extensions of a packet. What is malformed is not there.
    pub(super) fn read(&self, header: &Header, packet: &[u8]) -> Said {
        let (ids, mut said) = (&self.ids, Said::default());
        for (id, data) in header.extensions(packet) {
            match (id, data) {
                (0, _) | (_, []) => {}
                (id, [high, low]) if id == ids.transport_sequence => {
                    said.transport_sequence = Some(u16::from_be_bytes([*high, *low]));
                }
                (id, [level, ..]) if id == ids.audio_level => {
                    // RFC 6464: voice activity, and the level in -dBov.
                    said.forwarded.voice_activity = Some(level & 0x80 != 0);
                    said.forwarded.audio_level = Some(-((level & 0x7f) as i8));
                }
                (id, [turned, ..]) if id == ids.orientation => {
                    said.forwarded.video_orientation = Some(VideoOrientation::from(turned & 3));
                }
                (id, name) if id == ids.mid => said.mid = text(name).map(Mid::from),
                (id, name) if id == ids.rid || id == ids.repaired_rid => said.rid = text(name).map(Rid::from),
                _ => {}
            }
        }
        said
    }
}

impl Ids {
    /// Takes the ids that are not known yet.
    fn learn(&mut self, id_of: impl Fn(Extension) -> Option<u8>) {
        for (id, extension) in [
            (&mut self.transport_sequence, Extension::TransportSequenceNumber),
            (&mut self.mid, Extension::RtpMid),
            (&mut self.rid, Extension::RtpStreamId),
            (&mut self.repaired_rid, Extension::RepairedRtpStreamId),
            (&mut self.audio_level, Extension::AudioLevel),
            (&mut self.orientation, Extension::VideoOrientation),
        ] {
            if *id == 0 {
                *id = id_of(extension).unwrap_or(0);
            }
        }
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
