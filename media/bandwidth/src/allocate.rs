//! From a bitrate to layers.
//!
//! Sound first; then the lowest layer of each picture on the stage, then of the others; then pictures climb, the stage
//! first, up to the height they are shown at. What is on the wire changes reluctantly: down at once where the line is
//! too narrow, up only after a while and with room to spare.

mod greedy;

use std::time::{Duration, Instant};

use crate::Bitrate;
use greedy::Slot;

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

/// After a congestion downgrade nothing climbs for this long.
const HOLD: Duration = Duration::from_secs(10);
/// A climb that did not last is followed by a hold of twice the length, up to this. Ours: each attempt costs a glitch.
const LONGEST_HOLD: Duration = Duration::from_secs(60);
/// A climb has lasted when no congestion followed for this long. Ours: a keyframe or two.
const RELAPSE: Duration = Duration::from_secs(15);
/// A paused picture resumes when there has been room for it for this long.
const RESUME: Duration = Duration::from_secs(5);
/// A picture climbs when there has been room for this long. Ours: ten estimates.
const CLIMB: Duration = Duration::from_secs(1);
/// Both waits are for lines that have been too narrow in this time; at the start a line is merely unknown. Ours.
const REMEMBERED: Duration = Duration::from_secs(60);

/// What is left over of the budget when something climbs, in percent: one decrease of the estimate (to 85%) is then no
/// reason to fall back, even with the sound taken off first. Ours.
const RESERVE: u64 = 20;
/// The same after a climb that did not last, room for two decreases...
const RESERVE_AFTER_RELAPSE: u64 = 35;
/// ... unless there is so much more than at that time, in percent, that the line has become another. Ours.
const ANOTHER_LINE: u64 = 150;
/// What congestion leaves of the budget to spend, in percent, so that one downgrade is enough. Ours.
const SPARED: u64 = 95;

#[derive(Debug, Clone, Copy)]
struct Memory {
    slot: usize,
    priority: Priority,
    wanted_height: u32,
    /// Since when there is room for more than it shows.
    room_since: Option<Instant>,
}

/// What was decided before and still binds.
#[derive(Debug, Clone, Default)]
pub struct Hysteresis {
    memories: Vec<Memory>,
    /// What there was to spend at the last congestion downgrade, and until when that binds.
    held: Option<(u64, Instant)>,
    hold: Duration,
    climbed: Option<Instant>,
}

impl Hysteresis {
    /// When time alone may change the choice: a hold ends, or there has been room for long enough.
    pub fn next_timeout(&self) -> Option<Instant> {
        let since = self.memories.iter().filter_map(|memory| memory.room_since).min()?;
        Some(self.held.map_or(since + CLIMB, |(_, until)| until.max(since + CLIMB)))
    }

    fn has_relapsed(&self, spend: u64) -> bool {
        self.hold > HOLD && self.held.is_some_and(|(held, _)| spend < held / 100 * ANOTHER_LINE)
    }

    fn held_at(&self, now: Instant) -> Option<u64> {
        self.held.filter(|(_, until)| now < *until).map(|(spend, _)| spend)
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
    let slots: Vec<Slot> = wishes.iter().map(|wish| Slot::new(wish, previous)).collect();
    let on_wire: u64 = slots.iter().map(|slot| slot.cost(slot.previous.unwrap_or(0))).sum();
    let congested = on_wire > spend;
    let spared = spend / 100 * SPARED;
    let held = if congested { Some(spared) } else { state.held_at(now) };
    let limit = if congested { spared } else { held.map_or(spend, |held| held.max(on_wire).min(spend)) };

    let percent = if state.has_relapsed(spend) { RESERVE_AFTER_RELAPSE } else { RESERVE };
    let room = greedy::levels(&slots, spend, spend / 100 * percent);
    let affordable = greedy::levels(&slots, limit, spend / 100 * percent);
    let narrow = state.held.is_some_and(|(_, until)| now < until + REMEMBERED);
    let mut lowered = false;
    let mut choices = Vec::with_capacity(wishes.len());
    let mut memories = Vec::with_capacity(wishes.len());
    for (place, (slot, wish)) in slots.iter().zip(wishes).enumerate() {
        let old = state.memories.iter().find(|memory| memory.slot == wish.slot);
        let changed = old.is_none_or(|old| (old.priority, old.wanted_height) != (wish.priority, wish.wanted_height));
        let known = slot.previous.filter(|_| !changed);
        let room_since = known
            .filter(|previous| room[place] > *previous)
            .and_then(|_| old.and_then(|old| old.room_since).or(Some(now)));
        let patience = match slot.previous {
            _ if !narrow => Duration::ZERO,
            Some(0) => RESUME,
            _ => CLIMB,
        };
        let patient = room_since.is_some_and(|since| now >= since + patience);
        let level = match known {
            Some(previous) if held.is_some() || !patient => affordable[place].min(previous),
            _ => affordable[place],
        };
        lowered |= congested && slot.previous.is_some_and(|previous| level < previous);
        if known.is_some_and(|previous| level > previous) {
            state.climbed = Some(now);
        }
        let room_since = room_since.filter(|_| known.is_none_or(|previous| level <= previous));
        memories.push(Memory {
            slot: wish.slot,
            priority: wish.priority,
            wanted_height: wish.wanted_height,
            room_since,
        });
        choices.push(Choice { slot: wish.slot, shown: slot.shown(level) });
    }
    state.memories = memories;
    if lowered {
        let relapse = state.climbed.is_some_and(|at| now < at + RELAPSE);
        state.hold = if relapse { (state.hold * 2).clamp(HOLD, LONGEST_HOLD) } else { HOLD };
        state.held = Some((spared, now + state.hold));
    }
    choices
}

/// What all wishes together would take at their best, sound included: the rate to probe for.
pub fn desired(wishes: &[Wish], audio: Bitrate) -> Bitrate {
    let best = wishes.iter().map(|wish| Slot::new(wish, &[])).map(|slot| slot.cost(slot.highest()));
    audio + best.map(Bitrate::bps).sum()
}
