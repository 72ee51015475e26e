//! What an offer must have for us to use it, and the sentences that say what it lacks.

use std::fmt::Display;

use str0m::Rtc;
use str0m::format::Codec;
use str0m::media::{Media, Mid, Pt, Rids};

use crate::direct::LineForm;
use crate::layers::MOST_LAYERS;
use crate::messages::{Layer, Source};
use crate::picture_slot::{Line, VIDEO_CLOCK};
use crate::refusal::{Refusal, RefusalCode};
use crate::voice_slots::OPUS_CLOCK;

/// A desktop offers 4 + 4 + 25 m-lines and perhaps a data channel.
const MOST_LINES: usize = 64;
/// A browser's offer with every codec and 33 m-lines stays under half of this.
const MOST_BYTES: usize = 512 * 1024;

/// An m-line on which a client sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Publishing {
    pub(crate) mid: Mid,
    pub(crate) source: Source,
}

/// Refuses what is too large before it costs anything to parse.
pub(crate) fn check_size(offer: &str) -> Result<(), Refusal> {
    if offer.len() > MOST_BYTES {
        return Err(Refusal::bad_offer(format!(
            "The offer has {} bytes; at most {MOST_BYTES} are allowed. Offer fewer codecs or m-lines.",
            offer.len()
        )));
    }
    let lines = offer.lines().filter(|line| line.starts_with("m=")).count();
    if lines > MOST_LINES {
        return Err(Refusal::bad_offer(format!(
            "The offer has {lines} m-lines; at most {MOST_LINES} are allowed. Ask for fewer video slots."
        )));
    }
    Ok(())
}

/// The refusal of an offer that is no SDP that we can answer.
pub(crate) fn unreadable(error: impl Display) -> Refusal {
    Refusal::bad_offer(format!("The offer is not SDP that this server can answer: {error}."))
}

/// The refusal of a mid that stands for two things.
pub(crate) fn named_twice(mid: &str) -> Refusal {
    Refusal::bad_offer(format!("The mids name \"{mid}\" twice; each m-line can be one thing only."))
}

/// Checks the m-line of a publication.
pub(crate) fn publishing(rtc: &Rtc, mid: Mid, source: Source) -> Result<Publishing, Refusal> {
    let media = media(rtc, mid, source.is_audio())?;
    if !media.direction().is_receiving() {
        return Err(Refusal::bad_offer(format!(
            "The m-line with mid \"{mid}\" is to send, but the offer does not say so."
        )));
    }
    payload_type(rtc, media, source.is_audio())?;
    if let Rids::Specific(rids) = media.rids_rx() {
        let unknown = rids.iter().find(|rid| layer_of_rid(rid).is_none());
        if rids.len() > MOST_LAYERS || unknown.is_some() {
            let names: Vec<String> = rids.iter().map(ToString::to_string).collect();
            return Err(Refusal::bad_offer(format!(
                "The m-line with mid \"{mid}\" has the rids {}; at most {MOST_LAYERS} are allowed, named q, h and f.",
                names.join(", ")
            )));
        }
    }
    Ok(Publishing { mid, source })
}

/// Checks the m-line of a slot and finds our stream in it.
pub(crate) fn slot(rtc: &mut Rtc, mid: Mid, audio: bool, at: usize) -> Result<(Line, LineForm), Refusal> {
    let media = media(rtc, mid, audio)?;
    if !media.direction().is_sending() {
        return Err(Refusal::bad_offer(format!(
            "The m-line with mid \"{mid}\" is to receive, but the offer does not say so."
        )));
    }
    let pt = payload_type(rtc, media, audio)?;
    let ssrc = rtc.direct_api().stream_tx_by_mid(mid, None).map(|stream| stream.ssrc());
    let line = ssrc.map(|ssrc| Line { mid, ssrc, pt, at });
    let form = line.and_then(|line| LineForm::of(rtc, line, clock_rate(audio)));
    line.zip(form).ok_or_else(|| {
        Refusal::bad_offer(format!("The m-line with mid \"{mid}\" asks for simulcast; a slot receives one stream."))
    })
}

/// Ticks of a stream's timestamps in a second.
pub(crate) fn clock_rate(audio: bool) -> u32 {
    if audio { OPUS_CLOCK } else { VIDEO_CLOCK }
}

/// The layer that a rid means.
pub(crate) fn layer_of_rid(rid: &str) -> Option<Layer> {
    match rid {
        "q" => Some(Layer::Q),
        "h" => Some(Layer::H),
        "f" => Some(Layer::F),
        _ => None,
    }
}

fn media(rtc: &Rtc, mid: Mid, audio: bool) -> Result<&Media, Refusal> {
    let kind = if audio { "audio" } else { "video" };
    let media = rtc.media(mid).ok_or_else(|| {
        Refusal::bad_offer(format!("The offer has no m-line with mid \"{mid}\", which the mids name."))
    })?;
    if media.kind().is_audio() != audio {
        return Err(Refusal::bad_offer(format!(
            "The m-line with mid \"{mid}\" is to be {kind}, but the offer differs."
        )));
    }
    Ok(media)
}

fn payload_type(rtc: &Rtc, media: &Media, audio: bool) -> Result<Pt, Refusal> {
    let (codec, name) = if audio { (Codec::Opus, "Opus") } else { (Codec::Vp8, "VP8") };
    let params = rtc.codec_config().params();
    let found = params.iter().find(|p| p.spec().codec == codec && media.remote_pts().contains(&p.pt()));
    found.map(|params| params.pt()).ok_or_else(|| {
        Refusal::new(
            RefusalCode::BadOffer,
            format!(
                "The m-line with mid \"{}\" does not offer {name}; this server takes Opus for sound and VP8 for pictures.",
                media.mid()
            ),
        )
    })
}
