//! What a participant offers, made by str0m.

use std::collections::BTreeMap;
use std::io;

use str0m::Rtc;
use str0m::change::SdpPendingOffer;
use str0m::media::{Direction, MediaKind, Mid, Simulcast, SimulcastLayer};

use crate::control::{Mids, Source};

/// What a participant offers.
pub struct Shape {
    /// What it can send, in the order of the m-lines.
    pub publish: Vec<Source>,
    /// Layers of its camera, 1 or 3.
    pub layers: usize,
    /// Voice slots to receive.
    pub voices: usize,
    /// A slot for the sound of somebody's screen.
    pub share_sound: bool,
    /// Video slots to receive.
    pub videos: usize,
    /// Reaches the other side by TCP.
    pub tcp: bool,
}

/// An offer and what its m-lines are.
pub struct Offer {
    pub sdp: String,
    pub mids: Mids,
    /// The same for what is sent.
    pub outgoing: BTreeMap<Source, Mid>,
}

/// Everything that our pages can send, in their order.
pub const EVERYTHING: [Source; 4] = [Source::Microphone, Source::Camera, Source::Screen, Source::ScreenSound];

/// Makes the offer: what is sent, then voices, the sound of a screen, pictures.
pub fn make_offer(rtc: &mut Rtc, shape: &Shape) -> io::Result<(SdpPendingOffer, Offer)> {
    let mut api = rtc.sdp_api();
    let mut outgoing = BTreeMap::new();
    for &source in &shape.publish {
        let kind = if source.is_audio() { MediaKind::Audio } else { MediaKind::Video };
        let layers = (source == Source::Camera && shape.layers >= 3).then(three_layers);
        outgoing.insert(source, api.add_media(kind, Direction::SendOnly, None, None, layers));
    }
    let mut receive = |kind| api.add_media(kind, Direction::RecvOnly, None, None, None).to_string();
    let sent = |source| outgoing.get(&source).map(Mid::to_string);
    let mids = Mids {
        microphone: sent(Source::Microphone),
        camera: sent(Source::Camera),
        screen: sent(Source::Screen),
        screen_sound: sent(Source::ScreenSound),
        voices: (0..shape.voices).map(|_| receive(MediaKind::Audio)).collect(),
        share_sound: shape.share_sound.then(|| receive(MediaKind::Audio)),
        videos: (0..shape.videos).map(|_| receive(MediaKind::Video)).collect(),
    };
    let (sdp, pending) = api.apply().ok_or_else(|| io::Error::other("an offer without m-lines"))?;
    Ok((pending, Offer { sdp: sdp.to_sdp_string(), mids, outgoing }))
}

fn three_layers() -> Simulcast {
    let mut simulcast = Simulcast::new();
    for rid in ["q", "h", "f"] {
        simulcast.add_send_layer(SimulcastLayer::new(rid));
    }
    simulcast
}
