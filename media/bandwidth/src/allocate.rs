//! From a bitrate to layers.
//!
//! Sound first; then the lowest layer of each picture on the stage, then of the others; then pictures climb, the stage
//! first, up to the height they are shown at. What is on the wire changes reluctantly: down at once where the line is
//! too narrow, up only after a while and with room to spare.

mod greedy;

use std::time::{Duration, Instant};

use crate::Bitrate;
use greedy::Slot;
pub use greedy::fills;

/// How many layers a publication has at most.
pub const MOST_LAYERS: usize = 3;

/// Who comes first where there is not enough for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// What everybody looks at: spotlit, pinned, dominant, a shared screen.
    Stage,
    /// Everybody else in view.
    Other,
}

/// One layer of what a slot is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerRate {
    /// Place in the publication, the lowest first.
    pub layer: u8,
    /// Height in pixels.
    pub height: u32,
    /// What it takes on the wire, as measured.
    pub bitrate: Bitrate,
    /// Whether it flows.
    pub usable: bool,
}

/// What a slot is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Which slot; each at most once in a list.
    pub slot: usize,
    /// Whether it comes before others.
    pub priority: Priority,
    /// Height in pixels at which the receiver shows it.
    pub wanted_height: u32,
    /// Its layers, in any order; `None` where there are fewer.
    pub layers: [Option<LayerRate>; MOST_LAYERS],
}

/// What a slot shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A layer, by its place in the publication.
    Layer(u8),
    /// Nothing.
    Paused {
        /// The line is too narrow; otherwise nothing flows that could be shown.
        by_bandwidth: bool,
    },
}

/// What is chosen for a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Which slot.
    pub slot: usize,
    /// What it shows.
    pub shown: Shown,
}

/// What there is to spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// What the line carries.
    pub total: Bitrate,
    /// What sound takes of it, before all else.
    pub audio: Bitrate,
}

/// After a congestion downgrade nothing that is shown climbs for this long.
const HOLD: Duration = Duration::from_secs(10);
/// A climb that did not last is followed by a hold of twice the length, up to this. Ours: each attempt costs a glitch.
const LONGEST_HOLD: Duration = Duration::from_secs(60);
/// A climb has lasted when no congestion followed for this long. Ours: a keyframe or two.
const RELAPSE: Duration = Duration::from_secs(15);
/// A paused picture resumes with its lowest layer when there has been room for it for this long, and nothing was lowered
/// meanwhile...
const RESUME: Duration = Duration::from_secs(5);
/// ... or room for [`CLIMB`], where so many times as much is free. Ours.
const PLENTY: u64 = 3;
/// A picture climbs when there has been room for this long. Ours: ten estimates.
const CLIMB: Duration = Duration::from_secs(1);
/// Both waits are for lines that have been too narrow in this time; at the start a line is merely unknown. Ours.
const REMEMBERED: Duration = Duration::from_secs(60);

/// What is left over of the budget when something climbs, in percent: one decrease of the estimate, to 85% of what came
/// through, is then no reason to fall back, for the estimate itself is below that. Ours.
const RESERVE: u64 = 15;
/// The same after a climb that did not last, room for two decreases...
const RESERVE_AFTER_RELAPSE: u64 = 35;
/// ... unless there is so much more than at that time, in percent, that the line has become another...
const ANOTHER_LINE: u64 = 150;
/// ... or so much less. What did not last on the old one says nothing of it. Ours.
const NARROWER_LINE: u64 = 60;
/// What congestion leaves of the budget to spend, in percent, so that one downgrade is enough. Ours.
const SPARED: u64 = 95;

#[derive(Debug, Clone, Copy)]
struct Memory {
    slot: usize,
    priority: Priority,
    wanted_height: u32,
    /// Since when there is room for more than it shows.
    room_since: Option<Instant>,
    /// How far it could climb.
    room: usize,
}

/// The last congestion downgrade.
#[derive(Debug, Clone, Copy)]
struct Held {
    at: Instant,
    /// What there was to spend, in bits per second.
    spend: u64,
    /// For how long nothing that is shown climbs...
    climbs: Duration,
    /// ... and nothing that is paused resumes.
    resumes: Duration,
}

/// What was decided before and still binds.
#[derive(Debug, Clone, Default)]
pub struct Hysteresis {
    memories: Vec<Memory>,
    held: Option<Held>,
    climbed: Option<Instant>,
    resumed: Option<Instant>,
}

impl Hysteresis {
    /// When time alone may change the choice: a hold ends, or there has been room for long enough.
    pub fn next_timeout(&self) -> Option<Instant> {
        let since = self.memories.iter().filter_map(|memory| memory.room_since).min()?;
        // Whoever has not been answered by then is asked again.
        Some(self.held.map_or(since + CLIMB, |held| (held.at + held.resumes.min(held.climbs)).max(since + CLIMB)))
    }

    fn has_relapsed(&self, spend: u64) -> bool {
        self.held.is_some_and(|held| held.climbs > HOLD && spend < held.spend / 100 * ANOTHER_LINE)
    }

    /// What there was to spend, while nothing may climb.
    fn holds(&self, now: Instant) -> Option<u64> {
        self.held.filter(|held| now < held.at + held.climbs).map(|held| held.spend)
    }

    fn may_resume(&self, now: Instant) -> bool {
        self.held.is_none_or(|held| now >= held.at + held.resumes)
    }

    fn lowered(&mut self, now: Instant, spend: u64) {
        let lately = |at: Option<Instant>| at.is_some_and(|at| now < at + RELAPSE);
        let before = self.held.filter(|held| spend >= held.spend / 100 * NARROWER_LINE);
        let again = |hold: fn(&Held) -> Duration, first, relapsed| match &before {
            Some(held) if relapsed => (hold(held) * 2).min(LONGEST_HOLD),
            _ => first,
        };
        self.held = Some(Held {
            at: now,
            spend,
            climbs: again(|held| held.climbs, HOLD, lately(self.climbed)),
            resumes: again(|held| held.resumes, RESUME, lately(self.resumed)),
        });
    }
}

/// Chooses a layer for each wish, in the order of the wishes. Depends on its arguments alone.
///
/// `previous` is what is on the wire now; a slot that is missing there, or that shows nothing for want of packets, begins
/// at once with what there is room for.
pub fn allocate(
    previous: &[Choice],
    wishes: &[Wish],
    budget: Budget,
    now: Instant,
    state: &mut Hysteresis,
) -> Vec<Choice> {
    let spend = budget.total.saturating_sub(budget.audio).as_bps();
    let mut slots: Vec<Slot> = wishes.iter().map(|wish| Slot::new(wish, previous)).collect();
    let on_wire: u64 = slots.iter().map(|slot| slot.cost(slot.previous.unwrap_or(0))).sum();
    let congested = on_wire > spend;
    let spared = spend / 100 * SPARED;
    let percent = if state.has_relapsed(spend) { RESERVE_AFTER_RELAPSE } else { RESERVE };
    let reserve = spend / 100 * percent;
    let held = if congested { Some(spared) } else { state.holds(now) };
    let room = greedy::levels(&slots, spend, reserve);
    let narrow = state.held.is_some_and(|held| now < held.at + held.climbs + REMEMBERED);
    let mut left = spend.saturating_sub(on_wire);
    let mut resumed = 0;
    let mut memories = Vec::with_capacity(wishes.len());
    for (place, wish) in wishes.iter().enumerate() {
        let slot = &mut slots[place];
        let old = state.memories.iter().find(|memory| memory.slot == wish.slot);
        let changed = old.is_none_or(|old| (old.priority, old.wanted_height) != (wish.priority, wish.wanted_height));
        let known = slot.previous.filter(|_| !changed);
        let room_since = known
            .filter(|previous| room[place] > *previous)
            // While it is still being found out how much there is, one climb is better than two.
            .map(|previous| {
                let known = old.filter(|old| previous == 0 || room[place] <= old.room);
                known.and_then(|old| old.room_since).unwrap_or(now)
            });
        let patience = match known {
            _ if !narrow => Duration::ZERO,
            Some(0) if left < slot.cost(1) * PLENTY => RESUME,
            _ => CLIMB,
        };
        let patient = room_since.is_some_and(|since| now >= since + patience);
        // While nothing may climb, what is paused may come back where nothing has to make room for it.
        let resumes = known == Some(0) && patient && !congested && state.may_resume(now) && slot.cost(1) <= left;
        slot.most = match known {
            Some(0) if held.is_some() && resumes => 1,
            Some(previous) if held.is_some() || !patient => previous,
            // What is on the stage may be about to climb.
            Some(0) if narrow => 1,
            _ => slot.highest(),
        };
        if resumes {
            left -= slot.cost(1);
            resumed += slot.cost(1);
        }
        let (slot, priority, wanted_height) = (wish.slot, wish.priority, wish.wanted_height);
        memories.push(Memory { slot, priority, wanted_height, room_since, room: room[place] });
    }
    let limit = if congested { spared } else { held.map_or(spend, |held| (held.max(on_wire) + resumed).min(spend)) };
    let levels = greedy::levels(&slots, limit, reserve);
    let mut lowered = false;
    for ((slot, level), memory) in slots.iter().zip(&levels).zip(&mut memories) {
        match slot.previous {
            Some(previous) if *level < previous => lowered |= congested,
            Some(previous) if *level > previous => {
                memory.room_since = None;
                let since = if previous == 0 { &mut state.resumed } else { &mut state.climbed };
                *since = Some(now);
            }
            _ => {}
        }
    }
    state.memories = memories;
    if lowered {
        state.lowered(now, spared);
    }
    let choices = wishes.iter().zip(&slots).zip(levels);
    choices.map(|((wish, slot), level)| Choice { slot: wish.slot, shown: slot.shown(level) }).collect()
}

/// What all wishes together would take at their best, sound included: the rate to probe for.
pub fn desired(wishes: &[Wish], audio: Bitrate) -> Bitrate {
    let best = wishes.iter().map(|wish| Slot::new(wish, &[])).map(|slot| slot.cost(slot.highest()));
    audio + best.map(Bitrate::bps).sum()
}
