//! Which SSRC is what: learned from the offer, or from what the first packets of a stream say (RFC 8843 section 9.2), and only
//! from what was sealed by the client.

use std::time::{Duration, Instant};

use str0m::media::{Mid, Rid};

use super::form::{IngressForm, Payload};
use super::stream::Stream;

/// Streams of a client that are kept apart, and as many of retransmissions: several times what a browser with three layers of
/// camera and screen has. Whoever has more loses those that were silent for longest.
const MOST: usize = 32;

/// A stream that was silent for so long has ended; its retransmissions may be those of another one by now.
const ENDED: Duration = Duration::from_secs(2);

/// An m-line, and the layer of it that a stream carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) mid: Mid,
    pub(super) rid: Option<Rid>,
}

/// The streams of a client.
#[derive(Debug, Default)]
pub(super) struct Streams {
    media: Vec<Stream>,
    /// SSRC of retransmissions, and of the stream that they repair, oldest first.
    repairs: Vec<(u32, u32)>,
}

impl Streams {
    /// The streams that the offer names.
    pub(super) fn announced(now: Instant, form: &IngressForm) -> Streams {
        let mut streams = Streams::default();
        for line in &form.lines {
            let Some((ssrc, repair)) = line.announced else { continue };
            let place = Place { mid: line.mid, rid: None };
            streams.media.push(Stream::new(now, ssrc, place, line.clock_rate, repair.is_some()));
            streams.repairs.extend(repair.map(|repair| (repair, ssrc)));
        }
        streams
    }

    pub(super) fn get(&self, ssrc: u32) -> Option<&Stream> {
        self.media.iter().find(|stream| stream.ssrc == ssrc)
    }

    pub(super) fn get_mut(&mut self, ssrc: u32) -> Option<&mut Stream> {
        self.media.iter_mut().find(|stream| stream.ssrc == ssrc)
    }

    /// The stream that a packet is of, sent for the first time or again. `place` is where it says that it belongs, which counts
    /// for the first packet of an SSRC only.
    pub(super) fn of(
        &mut self,
        now: Instant,
        ssrc: u32,
        place: Option<Place>,
        payload: Payload,
        form: &IngressForm,
    ) -> Option<&mut Stream> {
        match payload {
            Payload::Media { clock_rate, repairable } => {
                let known = self.media.iter().position(|stream| stream.ssrc == ssrc);
                let at = known.or_else(|| {
                    let place = place.filter(|place| form.takes(place, clock_rate))?;
                    if self.media.len() == MOST {
                        let silent = (0..MOST).min_by_key(|at| self.media[*at].heard)?;
                        self.media.remove(silent);
                    }
                    self.media.push(Stream::new(now, ssrc, place, clock_rate, repairable));
                    Some(self.media.len() - 1)
                })?;
                self.media.get_mut(at).filter(|stream| stream.clock_rate == clock_rate)
            }
            Payload::Repair => {
                let known = self.repairs.iter().find(|(known, _)| *known == ssrc).map(|(_, of)| *of);
                let lives = known.and_then(|of| self.get(of)).is_some_and(|stream| now < stream.heard + ENDED);
                let Some(place) = place.filter(|_| !lives) else { return self.get_mut(known?) };
                let there = self.media.iter().filter(|stream| stream.place == place);
                let of = there.max_by_key(|stream| stream.heard)?.ssrc;
                self.repairs.retain(|(known, _)| *known != ssrc);
                self.repairs.drain(..(self.repairs.len() + 1).saturating_sub(MOST));
                self.repairs.push((ssrc, of));
                self.get_mut(of)
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Stream> {
        self.media.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Stream> {
        self.media.iter_mut()
    }

    /// An SSRC of what the client sends, or 0.
    pub(super) fn any(&self) -> u32 {
        self.media.first().map_or(0, |stream| stream.ssrc)
    }
}

impl IngressForm {
    /// Whether the client may send there what has this clock rate.
    fn takes(&self, place: &Place, clock_rate: u32) -> bool {
        self.lines.iter().any(|line| {
            let has_layer = match (&line.rids, &place.rid) {
                (Some(rids), Some(rid)) => rids.contains(rid),
                (rids, rid) => rids.is_none() && rid.is_none(),
            };
            line.mid == place.mid && line.clock_rate == clock_rate && has_layer
        })
    }
}
