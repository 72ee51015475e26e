//! From a bitrate to layers.

use std::time::Instant;

use crate::Bitrate;

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

/// What was decided before and still binds.
#[derive(Debug, Clone, Default)]
pub struct Hysteresis {
    congested: Option<Instant>,
}

/// Chooses a layer for each wish, in the order of the wishes.
pub fn allocate(
    previous: &[Choice],
    wishes: &[Wish],
    budget: Budget,
    now: Instant,
    state: &mut Hysteresis,
) -> Vec<Choice> {
    let _ = (previous, budget, state.congested.get_or_insert(now));
    wishes.iter().map(|wish| Choice { slot: wish.slot, shown: Shown::Paused { by_bandwidth: true } }).collect()
}

/// What all wishes together would take at their best, sound included: the rate to probe for.
pub fn desired(wishes: &[Wish], audio: Bitrate) -> Bitrate {
    wishes.iter().flat_map(|wish| wish.layers.iter().flatten()).map(|layer| layer.bitrate).sum::<Bitrate>() + audio
}
