//! What a receiver's line has room for: the layers of all its slots, chosen together.

use std::time::{Duration, Instant};

use echo_bandwidth::allocate::{
    Budget, Choice, Hysteresis, LayerRate, MOST_LAYERS, Priority, Shown, Wish, allocate, desired,
};
use echo_bandwidth::{Bitrate, Steady};

use crate::arena::Key;
use crate::core::Core;
use crate::layers::{LAYERS, index};
use crate::messages::PictureSource;
use crate::peer::Peer;
use crate::picture_slot::PictureSlot;
use crate::publication::{Video, Viewer};
use crate::rates::{SHARED_SOUND, VOICE};

/// An estimate is looked at no oftener than this.
const APART: Duration = Duration::from_millis(100);
/// Layers change in what they take, so that all is looked at again after this.
const REVIEW: Duration = Duration::from_secs(1);
/// An estimate that moved less than this, in percent, is no reason to choose again.
const SAME_PERCENT: u64 = 2;

/// What was chosen for one receiver.
#[derive(Debug, Default)]
pub(crate) struct Allotment {
    choices: Vec<Choice>,
    state: Hysteresis,
    steady: Steady,
    /// Estimate of the last choice, and when that was.
    last: Option<(Bitrate, Instant)>,
    review: Option<Instant>,
    asked: bool,
}

impl Allotment {
    /// Asks for a choice before anything else is sent; true where that had not been asked for.
    pub(crate) fn ask(&mut self) -> bool {
        !std::mem::replace(&mut self.asked, true)
    }

    /// A slot shows something else from now on.
    pub(crate) fn forget(&mut self, slot: usize) {
        self.choices.retain(|choice| choice.slot != slot);
    }

    /// When a choice is due without being asked for.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.review
    }

    /// Whether this estimate is reason to choose again.
    fn moved(&self, now: Instant, estimate: Bitrate) -> bool {
        let Some((used, at)) = self.last else { return true };
        let (now_bps, used) = (estimate.as_bps(), used.as_bps());
        now >= at + APART && now_bps.abs_diff(used) * 100 > used * SAME_PERCENT
    }
}

impl Core {
    /// A receiver's line was measured.
    pub(crate) fn line_measured(&mut self, now: Instant, key: Key) {
        let Some(peer) = self.peers.get(key) else { return };
        if peer.transport.estimate().is_some_and(|estimate| peer.allotment.moved(now, estimate)) {
            self.allot(now, key);
        }
    }

    /// Chooses anew where time alone may have changed something.
    pub(crate) fn allotment_duties(&mut self, now: Instant, key: Key) {
        if self.peers.get(key).and_then(|peer| peer.allotment.due()).is_some_and(|due| due <= now) {
            self.allot(now, key);
        }
    }

    /// Chooses the layers of all slots of a receiver, and aims the slots at them.
    pub(crate) fn allot(&mut self, now: Instant, key: Key) {
        let Some(wishes) = self.peers.get(key).map(|peer| self.wishes(peer)) else { return };
        let Some(choices) = self.guard(key, |peer, _| peer.allot(now, &wishes)).flatten() else { return };
        for slot in 0..self.peers.get(key).map_or(0, |peer| peer.pictures.len()) {
            let choice = choices.iter().find(|choice| choice.slot == slot).map(|choice| choice.shown);
            self.carry_out(now, Viewer { peer: key, slot }, choice);
        }
    }

    fn carry_out(&mut self, now: Instant, viewer: Viewer, shown: Option<Shown>) {
        let Some(peer) = self.peers.get_mut(viewer.peer) else { return };
        let jammed = peer.transport.is_jammed(now);
        let Some(slot) = peer.pictures.get_mut(viewer.slot) else { return };
        let chosen = match shown {
            Some(Shown::Layer(place)) => LAYERS.get(usize::from(place)).copied(),
            _ => None,
        };
        let limited = shown == Some(Shown::Paused { by_bandwidth: true });
        let was = std::mem::replace(&mut slot.limited, limited);
        // A line that has jammed carries no more of the larger layer, not even until the smaller one has come.
        let lowered = chosen.is_some() && chosen < slot.current();
        let released = (limited && !was) || (lowered && jammed);
        if released {
            slot.release();
            peer.transport.forget(slot.line.at);
            let publisher = slot.publisher;
            self.counters.pictures_limited += u64::from(limited);
            publisher.into_iter().for_each(|publisher| self.stir(publisher));
        }
        if chosen.is_some() {
            self.aim_at(now, viewer, chosen);
        }
        if limited != was || released {
            self.report_picture(viewer);
        }
    }

    /// What the slots of a receiver are to show, as far as it flows.
    fn wishes(&self, peer: &Peer) -> Vec<Wish> {
        let heights = || peer.pictures.iter().filter_map(|slot| slot.wanted.as_ref()).map(|wanted| wanted.max_height);
        let (least, most) = (heights().min().unwrap_or(0), heights().max().unwrap_or(0));
        let wish = |(place, slot): (usize, &PictureSlot)| {
            let wanted = slot.wanted.as_ref()?;
            let video = self.shown(slot.publisher?, wanted.source.into())?;
            let flows = video.flow.flowing && !video.muted;
            // The page shows largest what everybody looks at: who is spotlit, pinned, or speaks.
            let stage = wanted.source == PictureSource::Screen || (wanted.max_height == most && most > least);
            let priority = if stage { Priority::Stage } else { Priority::Other };
            flows.then(|| Wish { slot: place, priority, wanted_height: wanted.max_height, layers: layers(video) })
        };
        peer.pictures.iter().enumerate().filter_map(wish).collect()
    }
}

impl Peer {
    /// Chooses a layer for each wish; `None` where the line is not estimated.
    fn allot(&mut self, now: Instant, wishes: &[Wish]) -> Option<Vec<Choice>> {
        let estimate = self.transport.estimate()?;
        let audio = sound(self);
        self.transport.set_desired(now, desired(wishes, audio));
        let Allotment { choices, state, steady, .. } = &mut self.allotment;
        let budget = Budget { total: steady.take(now, estimate), audio };
        *choices = allocate(choices, wishes, budget, now, state);
        let next = state.next_timeout().into_iter().chain(steady.next_timeout()).fold(now + REVIEW, Instant::min);
        let next = (!wishes.is_empty()).then_some(next.max(now + APART));
        let chosen = choices.clone();
        self.allotment.last = Some((estimate, now));
        self.allotment.review = next;
        self.allotment.asked = false;
        Some(chosen)
    }
}

fn layers(video: &Video) -> [Option<LayerRate>; MOST_LAYERS] {
    let mut layers = [None; MOST_LAYERS];
    for view in video.views() {
        if let Some(place) = index(view.layer) {
            let (height, bitrate, usable) = (view.height, view.bitrate, view.usable);
            layers[place] = Some(LayerRate { layer: place as u8, height, bitrate, usable });
        }
    }
    layers
}

/// What a receiver's sound takes.
fn sound(peer: &Peer) -> Bitrate {
    let voices = peer.voices.iter().filter(|slot| slot.holder().is_some()).map(|_| VOICE).sum::<Bitrate>();
    let shared = peer.share_sound.as_ref().and_then(|slot| slot.holder());
    voices + shared.map_or(Bitrate::ZERO, |_| SHARED_SOUND)
}
