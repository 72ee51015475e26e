//! Our own way past str0m: packets are written and sealed straight into the outbox, at a price that does not depend on how many
//! lines a receiver has, and what comes in is opened here.
//!
//! One per peer. It owns the keys of both directions (see [`crate::tap`]); str0m keeps ICE and DTLS. Media waits in a queue until
//! the flush, so that equal packets lie behind each other. The parts: `lane` (one stream out), `seal` (packets), `feedback` (what
//! the peer says), `reports` (what it is told of our streams), `incoming` (its media, see [`crate::ingress`]), `bandwidth` (what
//! its line carries), `pace` (what may leave when).

mod bandwidth;
mod feedback;
mod form;
mod incoming;
mod lane;
mod pace;
mod repair;
mod reports;
mod seal;
mod wall;
mod window;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use echo_bandwidth::Bitrate;
use echo_wire::{Opener, Sealer};
use str0m::net::Transmit;

pub(crate) use self::form::LineForm;
pub(crate) use self::incoming::POKE;
pub(crate) use self::wall::{NTP_EPOCH, WallClock};
pub(crate) use self::window::SentWindow;

use self::bandwidth::Bandwidth;
use self::feedback::Meter;
use self::lane::Lane;
use crate::counters::Counters;
use crate::egress::{Egress, Outgoing};
use crate::ingress::{Ingress, IngressForm};
use crate::outbox::{Outbox, Route};
use crate::packet::Forwarded;
use crate::tap::Keys;

/// What has time waits so long for media to leave, and goes along with them: to wake up for it costs more than doing it.
const LEISURE: Duration = Duration::from_millis(100);

/// Until a receiver has told its round trip, it is taken for this.
const USUAL_ROUND_TRIP: Duration = Duration::from_millis(100);

/// Sends to one peer, and receives from it.
pub(crate) struct Direct {
    sealer: Sealer,
    opener: Opener,
    ingress: Ingress,
    lanes: Vec<Lane>,
    /// (SSRC, place in `lanes`), by SSRC.
    by_ssrc: Vec<(u32, usize)>,
    /// Where str0m would send, which is where the receiver wants it.
    route: Option<Route>,
    sound: Vec<Queued>,
    pictures: VecDeque<Queued>,
    /// Transport-wide sequence number of the next packet. Counted whoever listens: a receiver's feedback speaks in it.
    transport_sequence: u16,
    round_trip: Option<Duration>,
    wall: WallClock,
    reports_at: Option<Instant>,
    meter: Meter,
    bandwidth: Bandwidth,
    /// When to look again whether pictures may go on, while they may not.
    jam_review: Option<Instant>,
}

/// A packet that waits for the flush.
#[derive(Debug)]
struct Queued {
    lane: usize,
    sequence: u64,
    timestamp: u32,
    captured: Instant,
    marker: bool,
    payload: Arc<[u8]>,
    extensions: Forwarded,
    picture: Option<(u16, Option<u8>)>,
    /// Since when it waits; `None` until a flush has left it behind.
    since: Option<Instant>,
    /// It was sent before, and goes out on the stream of retransmissions.
    again: bool,
}

impl Direct {
    pub(crate) fn new(
        now: Instant,
        keys: &Keys,
        (forms, incoming): (Vec<LineForm>, IngressForm),
        wall: WallClock,
        estimates: bool,
    ) -> Direct {
        let lanes: Vec<Lane> = forms.into_iter().map(Lane::new).collect();
        let mut by_ssrc: Vec<(u32, usize)> =
            lanes.iter().enumerate().map(|(place, lane)| (*lane.form.line.ssrc, place)).collect();
        by_ssrc.sort_unstable();
        let told = lanes.iter().any(|lane| lane.is_picture() && lane.form.transport_sequence != 0);
        Direct {
            sealer: Sealer::new(&keys.ours),
            opener: Opener::new(&keys.theirs),
            ingress: Ingress::new(now, incoming),
            lanes,
            by_ssrc,
            route: None,
            sound: Vec::new(),
            pictures: VecDeque::new(),
            transport_sequence: 0,
            round_trip: None,
            wall,
            reports_at: None,
            meter: Meter::new(now),
            bandwidth: Bandwidth::new(now, estimates && told),
            jam_review: None,
        }
    }

    /// Learns where str0m would send.
    pub(crate) fn goes(&mut self, route: Route) {
        self.route = Some(route);
    }

    /// Takes what str0m wants to send.
    pub(crate) fn pass_on(&mut self, route: Route, transmit: &Transmit, outbox: &mut Outbox) {
        match transmit.contents.first() {
            // The poke: it has told where it would go.
            Some(128..=191) => self.goes(route),
            // DTLS goes where media does; STUN is answered to whoever asked.
            Some(20..=63) => {
                self.goes(route);
                outbox.push(route, &transmit.contents);
            }
            _ => outbox.push(route, &transmit.contents),
        }
    }

    /// Sends what waits, and reports that are due.
    pub(crate) fn flush(&mut self, now: Instant, outbox: &mut Outbox, counters: &mut Counters) {
        let Some(route) = self.route else { return };
        // Sound first: it is small, waits for nothing, and what is equal should lie together. The queue keeps its room.
        let mut sound = std::mem::take(&mut self.sound);
        for packet in sound.drain(..) {
            self.seal(now, route, &packet, outbox, counters);
        }
        self.sound = sound;
        self.pace(now, route, outbox, counters);
        if self.reports_at.is_some_and(|at| at <= now) {
            self.report(now, route, outbox);
        }
        self.reply(now, route, outbox);
    }

    /// When [`Direct::flush`] is wanted though nothing was queued.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.route?;
        let reports = self.reports_at.into_iter().chain(self.ingress.report_at()).min().map(|at| at + LEISURE);
        reports.into_iter().chain(self.pace_deadline()).chain(self.ingress.deadline()).min()
    }

    /// What the receiver's line carries; `None` where that is not estimated.
    pub(crate) fn estimate(&self) -> Option<Bitrate> {
        self.bandwidth.estimate()
    }

    /// Whether the line has to drain before pictures go on.
    pub(crate) fn is_jammed(&self, now: Instant) -> bool {
        self.bandwidth.is_jammed(now)
    }

    /// What there would be to send if the line carried it.
    pub(crate) fn set_desired(&mut self, now: Instant, desired: Bitrate) {
        self.bandwidth.set_desired(now, desired);
    }

    /// Sends a packet again that [`Happening::Missing`](crate::happening::Happening::Missing) named.
    pub(crate) fn repair(&mut self, packet: Outgoing<'_>) {
        if self.lanes.get(packet.line.at).is_some_and(|lane| lane.form.repair.is_some()) {
            // Ahead of what waits: its receiver cannot show that before it has this. Behind other repairs, in the order they were asked.
            let since = self.pictures.front().and_then(|first| first.since);
            let repairs = self.pictures.iter().take_while(|waiting| waiting.again).count();
            self.pictures.insert(repairs, Queued { since, ..Queued::of(&packet, true) });
        }
    }

    fn round_trip(&self) -> Duration {
        self.round_trip.unwrap_or(USUAL_ROUND_TRIP)
    }

    fn lane_of(&self, ssrc: u32) -> Option<usize> {
        let found = self.by_ssrc.binary_search_by_key(&ssrc, |(ssrc, _)| *ssrc).ok()?;
        Some(self.by_ssrc[found].1)
    }
}

impl Egress for Direct {
    fn send(&mut self, packet: Outgoing<'_>) -> bool {
        let Some(lane) = self.lanes.get_mut(packet.line.at) else { return false };
        if self.route.is_none() {
            // Nobody knows yet where to: it would wait for nothing.
            return false;
        }
        if !lane.sent.use_up(packet.sequence) {
            return false;
        }
        if lane.is_picture() {
            self.pictures.push_back(Queued::of(&packet, false));
        } else {
            self.sound.push(Queued::of(&packet, false));
        }
        true
    }
}

impl Queued {
    fn of(packet: &Outgoing<'_>, again: bool) -> Queued {
        Queued {
            lane: packet.line.at,
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            captured: packet.captured,
            marker: packet.marker,
            payload: Arc::clone(packet.payload),
            extensions: packet.extensions,
            picture: packet.picture.map(|fields| (fields.picture_id, fields.tl0)),
            since: None,
            again,
        }
    }
}
