//! One device of one person in a room: its connection, what it publishes, what it receives.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::rtp::Ssrc;

use crate::allotment::Allotment;
use crate::arena::Key;
use crate::capture::CaptureClock;
use crate::config::EgressKind;
use crate::deadlines::Alarm;
use crate::demux::Bound;
use crate::direct::WallClock;
use crate::egress::Outgoing;
use crate::messages::{Layer, Source};
use crate::offer::{Publishing, layer_of_rid};
use crate::packet::{MediaPacket, Received};
use crate::picture_slot::PictureSlot;
use crate::prepare::PreparedPeer;
use crate::publication::{Sound, Video};
use crate::publications::Publications;
use crate::rewrite::LONGEST_LEAP;
use crate::transport::Transport;
use crate::voice_slots::VoiceSlot;

/// Numbers from here on are those of packets from before the first one, extended below zero.
const BELOW_ZERO: u64 = 1 << 63;
/// A connection that is not up by then never will be.
const NEVER_CONNECTED: Duration = Duration::from_secs(15);
/// Packets of a replaced stream that come this soon afterwards were overtaken: they do not bring it back.
const OVERTAKEN: Duration = Duration::from_secs(2);

/// Where a received stream belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) source: Source,
    /// [`Layer::None`] for sound.
    pub(crate) layer: Layer,
}

/// One stream of the client, whose numbers are made to continue those of the stream that it replaced.
#[derive(Debug, Clone, Copy)]
struct Stream {
    origin: Origin,
    /// Added to its sequence numbers.
    offset: u64,
    /// The highest one of this origin so far, offset included.
    furthest: u64,
    /// The stream that it replaced, and when.
    former: Option<(Ssrc, Instant)>,
}

/// A packet that was let in.
pub(crate) struct Admitted {
    pub(crate) origin: Origin,
    /// The first one of a stream that replaced another one: nothing in it depends on what came before.
    pub(crate) anew: bool,
    pub(crate) media: MediaPacket,
}

/// One peer of a core.
pub(crate) struct Peer {
    pub(crate) id: Arc<str>,
    pub(crate) room: Key,
    pub(crate) generation: u32,
    pub(crate) transport: Transport,
    pub(crate) bound: Bound,
    pub(crate) alarm: Alarm,
    /// Something was queued that a flush has to send.
    pub(crate) dirty: bool,
    /// Its work panicked; it is about to be closed and not to be touched again.
    pub(crate) broken: bool,
    pub(crate) connected: bool,
    /// Last authentic packet.
    pub(crate) seen: Option<Instant>,
    pub(crate) publications: Publications,
    pub(crate) voices: Vec<VoiceSlot>,
    pub(crate) share_sound: Option<VoiceSlot>,
    pub(crate) pictures: Vec<PictureSlot>,
    /// Which layers its line has room for.
    pub(crate) allotment: Allotment,
    /// What changed since the owner was told.
    pub(crate) voices_changed: bool,
    pub(crate) echo: VecDeque<(Instant, MediaPacket)>,
    #[cfg(feature = "failpoints")]
    pub(crate) fails: bool,
    publishing: Vec<Publishing>,
    streams: HashMap<Ssrc, Stream>,
    capture: CaptureClock,
    added: Instant,
}

impl Peer {
    pub(crate) fn new(
        now: Instant,
        room: Key,
        generation: u32,
        prepared: PreparedPeer,
        egress: (EgressKind, WallClock, bool),
    ) -> Peer {
        let offers = |source| prepared.publishing.iter().any(|line| line.source == source);
        Peer {
            id: prepared.peer.into(),
            room,
            generation,
            bound: Bound::new(prepared.ufrag),
            alarm: Alarm::default(),
            dirty: false,
            broken: false,
            connected: false,
            seen: None,
            publications: Publications::offered(offers),
            voices: prepared.voices.into_iter().map(VoiceSlot::new).collect(),
            share_sound: prepared.share_sound.map(VoiceSlot::new),
            pictures: prepared.videos.into_iter().map(PictureSlot::new).collect(),
            allotment: Allotment::default(),
            voices_changed: false,
            echo: VecDeque::new(),
            #[cfg(feature = "failpoints")]
            fails: false,
            publishing: prepared.publishing,
            streams: HashMap::new(),
            capture: CaptureClock::new(now),
            added: now,
            transport: Transport::new(now, prepared.rtc, (prepared.forms, prepared.incoming), prepared.tap, egress),
        }
    }

    /// Where a packet belongs, and the packet in the engine's own form. `None` where it belongs nowhere.
    pub(crate) fn admit(&mut self, packet: Received) -> Option<Admitted> {
        if packet.sequence >= BELOW_ZERO {
            return None;
        }
        let (stream, anew) = self.stream(packet.arrived, packet.ssrc)?;
        let sequence = stream.offset.checked_add(packet.sequence).filter(|sequence| *sequence < BELOW_ZERO)?;
        stream.furthest = stream.furthest.max(sequence);
        let origin = stream.origin;
        let captured = self.capture.captured(&packet);
        let media = MediaPacket {
            sequence,
            timestamp: packet.timestamp,
            captured,
            arrived: packet.arrived,
            marker: packet.marker,
            extensions: packet.extensions,
            payload: packet.payload,
        };
        Some(Admitted { origin, anew, media })
    }

    /// When this peer has something to do.
    pub(crate) fn deadline(&self) -> Instant {
        let publications = &self.publications;
        let sounds = [&publications.microphone, &publications.screen_sound];
        let sounds = sounds.into_iter().flatten().filter_map(|sound| sound.flow.deadline());
        let videos = [&publications.camera, &publications.screen];
        let videos = videos.into_iter().flatten().filter_map(Video::deadline);
        let joining = (!self.connected).then_some(self.added + NEVER_CONNECTED);
        let echo = self.echo.front().map(|(due, _)| *due);
        let allotment = self.allotment.due();
        sounds.chain(videos).chain(joining).chain(echo).chain(allotment).fold(self.transport.timeout(), Instant::min)
    }

    pub(crate) fn never_connected(&self, now: Instant) -> bool {
        !self.connected && now >= self.added + NEVER_CONNECTED
    }

    /// The stream as which a layer comes in.
    pub(crate) fn stream_of(&self, origin: Origin) -> Option<Ssrc> {
        self.streams.iter().find(|(_, known)| known.origin == origin).map(|(ssrc, _)| *ssrc)
    }

    /// Where a stream belongs, which is found out once, and whether it has just replaced another one.
    fn stream(&mut self, now: Instant, ssrc: Ssrc) -> Option<(&mut Stream, bool)> {
        let replaced = if self.streams.contains_key(&ssrc) { None } else { self.begin(now, ssrc)? };
        Some((self.streams.get_mut(&ssrc)?, replaced.is_some()))
    }

    /// Takes up a stream that is not known yet; gives the one that it replaces, if any. `None` where it belongs nowhere.
    fn begin(&mut self, now: Instant, ssrc: Ssrc) -> Option<Option<Stream>> {
        let (mid, rid) = self.transport.origin(ssrc)?;
        let source = self.publishing.iter().find(|line| line.mid == mid)?.source;
        let layer = match rid {
            _ if source.is_audio() => Layer::None,
            Some(rid) => layer_of_rid(&rid)?,
            None => Layer::F,
        };
        let origin = Origin { source, layer };
        // A sender that changes its stream leaves nothing behind, however often it does.
        let replaced =
            self.streams.iter().find(|(_, known)| known.origin == origin).map(|(ssrc, known)| (*ssrc, *known));
        let former = replaced.and_then(|(_, known)| known.former);
        if former.is_some_and(|(old, at)| old == ssrc && now < at + OVERTAKEN) {
            return None;
        }
        self.streams.retain(|_, known| known.origin != origin);
        // A browser that replaces its sender begins with any number. Slots refuse what is below theirs, so it is put above, and so
        // far that they count it as a leap, not as a loss.
        let offset = replaced.map_or(0, |(_, old)| old.furthest.saturating_add(LONGEST_LEAP + 1));
        self.streams
            .insert(ssrc, Stream { origin, offset, furthest: offset, former: replaced.map(|(old, _)| (old, now)) });
        Some(replaced.map(|(_, old)| old))
    }

    pub(crate) fn is_muted(&self, source: Source) -> bool {
        match source {
            Source::Microphone => self.publications.microphone.as_ref().is_some_and(|sound| sound.muted),
            Source::ScreenSound => self.publications.screen_sound.as_ref().is_some_and(|sound| sound.muted),
            Source::Camera => self.publications.camera.as_ref().is_some_and(|video| video.muted),
            Source::Screen => self.publications.screen.as_ref().is_some_and(|video| video.muted),
        }
    }

    pub(crate) fn is_flowing(&self, source: Source) -> bool {
        match source {
            Source::Microphone => self.publications.microphone.as_ref().is_some_and(|sound| sound.flow.flowing),
            Source::ScreenSound => self.publications.screen_sound.as_ref().is_some_and(|sound| sound.flow.flowing),
            Source::Camera => self.publications.camera.as_ref().is_some_and(|video| video.flow.flowing),
            Source::Screen => self.publications.screen.as_ref().is_some_and(|video| video.flow.flowing),
        }
    }

    /// Sends a packet; it leaves with the next flush. False where the transport has no such stream.
    pub(crate) fn send(&mut self, packet: Outgoing<'_>) -> bool {
        self.transport.send(packet)
    }

    /// A publication with pictures, to be looked at.
    pub(crate) fn shown(&self, source: Source) -> Option<&Video> {
        self.publications.shown(source)
    }

    pub(crate) fn video(&mut self, source: Source) -> Option<&mut Video> {
        self.publications.video(source)
    }

    pub(crate) fn sound(&mut self, source: Source) -> Option<&mut Sound> {
        self.publications.sound(source)
    }
}
