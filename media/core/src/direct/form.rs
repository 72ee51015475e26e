//! How packets of one m-line look to its receiver, as its offer settled it.

use str0m::Rtc;
use str0m::rtp::Extension;

use crate::picture_slot::Line;

/// What the packets of an m-line have in common. An extension id of 0 stands for an extension that was not agreed on.
#[derive(Debug, Clone)]
pub(crate) struct LineForm {
    pub(crate) line: Line,
    /// SSRC and payload type of retransmissions (RFC 4588).
    pub(crate) repair: Option<(u32, u8)>,
    /// Ticks of the timestamps in a second.
    pub(crate) clock_rate: u32,
    pub(crate) cname: Box<str>,
    pub(crate) transport_sequence: u8,
    pub(crate) mid: u8,
    pub(crate) audio_level: u8,
    pub(crate) orientation: u8,
}

impl LineForm {
    /// Reads the form of a line. `None` where the transport knows no such line.
    pub(crate) fn of(rtc: &mut Rtc, line: Line, clock_rate: u32) -> Option<LineForm> {
        let repair_ssrc = rtc.direct_api().stream_tx(&line.ssrc)?.rtx();
        let params = rtc.codec_config().params().iter().find(|params| params.pt() == line.pt)?;
        let repair_pt = params.resend();
        let media = rtc.media(line.mid)?;
        let id = |extension| media.remote_extmap().id_of(extension).unwrap_or(0);
        Some(LineForm {
            line,
            repair: repair_ssrc.zip(repair_pt).map(|(ssrc, pt)| (*ssrc, *pt)),
            clock_rate,
            cname: media.cname().into(),
            transport_sequence: id(Extension::TransportSequenceNumber),
            mid: id(Extension::RtpMid),
            audio_level: id(Extension::AudioLevel),
            orientation: id(Extension::VideoOrientation),
        })
    }
}
