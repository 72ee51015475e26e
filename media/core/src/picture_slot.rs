//! A receiver's video slot: what it is to show, which layer it carries, and the switch from one to another.
//!
//! A switch is staged: the target waits for a keyframe while the old layer of the same picture goes on. The keyframe's
//! first packet makes the switch, and from there everything is numbered as the continuation of what was sent before.

use std::sync::Arc;

use str0m::media::{Mid, Pt};
use str0m::rtp::{Ssrc, Vp8Descriptor};

use crate::arena::Key;
use crate::history::{Span, Spans};
use crate::messages::{Layer, PictureSource, PictureState, Source};
use crate::packet::{MediaPacket, VideoPacket};
use crate::rewrite::{Place, Rewrite};
use crate::vp8::PictureRewrite;

pub(crate) const VIDEO_CLOCK: u32 = 90_000;

/// Where a slot's packets go in the receiver's transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) mid: Mid,
    pub(crate) ssrc: Ssrc,
    pub(crate) pt: Pt,
    /// Its place among the lines on which this receiver receives.
    pub(crate) at: usize,
}

/// What a slot is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) publisher: Arc<str>,
    pub(crate) source: PictureSource,
    pub(crate) max_height: u32,
}

/// What a slot told its owner last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) publisher: Arc<str>,
    pub(crate) source: PictureSource,
    pub(crate) state: PictureState,
    pub(crate) layer: Layer,
}

/// A packet as a slot sends it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlacedPicture<'a> {
    pub(crate) media: &'a MediaPacket,
    pub(crate) place: Place,
    /// VP8 fields as the receiver is to read them; `None` for a packet without payload.
    pub(crate) fields: Option<PictureFields<'a>>,
}

/// VP8 fields to be written over those of the shared payload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PictureFields<'a> {
    pub(crate) descriptor: &'a Vp8Descriptor,
    pub(crate) picture_id: u16,
    pub(crate) tl0: Option<u8>,
}

/// What a slot does with a packet of its publication.
#[derive(Debug)]
pub(crate) enum Verdict<'a> {
    /// To be sent.
    Send(PlacedPicture<'a>),
    /// To be sent; it completed a switch, and what overtook it is to be offered again.
    Switched(PlacedPicture<'a>),
    /// Of a layer that this slot does not carry.
    Pass,
    /// Of the carried layer, but from before the switch.
    Late,
}

/// One video slot.
#[derive(Debug)]
pub(crate) struct PictureSlot {
    pub(crate) line: Line,
    pub(crate) wanted: Option<Wanted>,
    /// Whose transport the slot is wired to now.
    pub(crate) publisher: Option<Key>,
    /// Whether the publication lets packets through.
    pub(crate) paused: bool,
    /// The receiver's line is too narrow for it.
    pub(crate) limited: bool,
    pub(crate) told: Option<Told>,
    current: Option<Layer>,
    target: Option<Layer>,
    rewrite: Rewrite,
    pictures: PictureRewrite,
    spans: Spans,
    /// Shows an old keyframe until a fresh one comes.
    frozen: bool,
    /// Switches of `rewrite` that `spans` knows.
    noted: u32,
}

impl PictureSlot {
    pub(crate) fn new(line: Line) -> PictureSlot {
        PictureSlot {
            line,
            wanted: None,
            publisher: None,
            paused: false,
            limited: false,
            told: None,
            current: None,
            target: None,
            rewrite: Rewrite::new(VIDEO_CLOCK, *line.ssrc),
            pictures: PictureRewrite::default(),
            spans: Spans::default(),
            frozen: false,
            noted: 0,
        }
    }

    /// The source that the slot is to show.
    pub(crate) fn source(&self) -> Option<Source> {
        self.wanted.as_ref().map(|wanted| wanted.source.into())
    }

    /// The layer on the wire.
    pub(crate) fn current(&self) -> Option<Layer> {
        self.current
    }

    /// The layer it waits for.
    pub(crate) fn target(&self) -> Option<Layer> {
        self.target
    }

    /// Stops what it carries; the next keyframe of the next target continues the stream.
    pub(crate) fn release(&mut self) {
        self.current = None;
        self.target = None;
        self.frozen = false;
        self.rewrite.release();
    }

    /// The layer's sender began another stream: where the slot carries that layer, it waits for a keyframe of it.
    pub(crate) fn begin_anew(&mut self, layer: Layer) {
        if self.current == Some(layer) {
            self.current = None;
            self.target = self.target.or(Some(layer));
            self.rewrite.release();
        }
    }

    /// Aims at a layer; true where a keyframe of it is needed now.
    pub(crate) fn aim(&mut self, layer: Option<Layer>) -> bool {
        if layer == self.current || layer.is_none() {
            self.target = None;
            return false;
        }
        let new = self.target != layer;
        self.target = layer;
        new
    }

    /// Decides about a packet of the publication that this slot shows.
    pub(crate) fn offer<'a>(&mut self, layer: Layer, packet: &'a VideoPacket) -> Verdict<'a> {
        let keyframe = packet.picture.as_ref().filter(|picture| picture.keyframe && self.target == Some(layer));
        let switches = keyframe.is_some();
        if let Some(keyframe) = keyframe {
            let media = &packet.media;
            self.rewrite.switch(media.sequence, media.timestamp, media.captured);
            self.pictures.switch(keyframe);
            self.current = Some(layer);
            self.target = None;
            self.frozen = false;
        } else if self.current != Some(layer) {
            return Verdict::Pass;
        }
        let placed = self.place(packet);
        if self.noted != self.rewrite.switches() {
            self.note_switch(layer);
        }
        match placed {
            Some(placed) if switches => Verdict::Switched(placed),
            Some(placed) => Verdict::Send(placed),
            None => Verdict::Late,
        }
    }

    /// Shows an old keyframe of the layer it waits for, once, as a still picture: what depends on it is gone, so the slot goes on
    /// waiting, and the fresh keyframe continues the stream.
    pub(crate) fn still<'a>(&mut self, layer: Layer, packets: &'a [VideoPacket]) -> Vec<PlacedPicture<'a>> {
        let Some((first, picture)) = packets.first().and_then(|first| Some((first, first.picture.as_ref()?))) else {
            return Vec::new();
        };
        if self.current.is_some() || self.target != Some(layer) || std::mem::replace(&mut self.frozen, true) {
            return Vec::new();
        }
        self.rewrite.switch(first.media.sequence, first.media.timestamp, first.media.captured);
        self.pictures.switch(picture);
        self.note_switch(layer);
        let placed = packets.iter().filter_map(|packet| self.place(packet)).collect();
        self.rewrite.release();
        placed
    }

    /// What the slot carried at one of its own sequence numbers, and the publication's number of that packet.
    pub(crate) fn carried(&self, sequence: u64) -> Option<(Span, u64)> {
        self.spans.find(sequence)
    }

    /// What the slot does, for its owner.
    pub(crate) fn state(&self) -> PictureState {
        if self.paused {
            PictureState::Paused
        } else if self.limited {
            PictureState::Limited
        } else if self.current.is_some() {
            PictureState::Live
        } else {
            PictureState::Starting
        }
    }

    fn note_switch(&mut self, layer: Layer) {
        self.noted = self.rewrite.switches();
        let (publisher, source) = (self.publisher, self.source());
        if let (Some(publisher), Some(source), Some(shift)) = (publisher, source, self.rewrite.shift()) {
            self.spans.note(Span { publisher, source, layer, shift, pictures: self.pictures.shift() });
        }
    }

    fn place<'a>(&mut self, packet: &'a VideoPacket) -> Option<PlacedPicture<'a>> {
        let media = &packet.media;
        let place = self.rewrite.place(media.sequence, media.timestamp, media.captured)?;
        let fields = packet.picture.as_ref().map(|picture| {
            let (picture_id, tl0) = self.pictures.place(picture);
            PictureFields { descriptor: &picture.descriptor, picture_id, tl0 }
        });
        Some(PlacedPicture { media, place, fields })
    }
}
