//! The choice without memory: what a budget buys, in order of importance.

use super::{Choice, LayerRate, MOST_LAYERS, Priority, Shown, Wish};

/// A layer may be shown this much larger than it is before the next one is worth its bits.
const STRETCH_PERCENT: u64 = 110;

/// Whether a layer of so many lines is large enough where so many are shown.
pub fn fills(height: u32, wanted: u32) -> bool {
    u64::from(height) * STRETCH_PERCENT / 100 >= u64::from(wanted)
}

/// A wish, brought into levels: 0 for nothing, 1 for its lowest layer, and so on up to the one that fills its height.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) priority: Priority,
    /// Layer and cost by level, from level 1 on. Costs never fall from one level to the next.
    levels: [(u8, u64); MOST_LAYERS],
    count: usize,
    /// Level that it may have now.
    pub(super) most: usize,
    /// Level on the wire; `None` where nothing was chosen before.
    pub(super) previous: Option<usize>,
}

impl Slot {
    pub(super) fn new(wish: &Wish, previous: &[Choice]) -> Slot {
        let mut usable: [Option<LayerRate>; MOST_LAYERS] = wish.layers.map(|layer| layer.filter(|layer| layer.usable));
        usable.sort_by_key(|layer| layer.map_or((true, 0, 0), |layer| (false, layer.height, layer.layer)));
        let mut slot =
            Slot { priority: wish.priority, levels: [(0, 0); MOST_LAYERS], count: 0, most: 0, previous: None };
        for layer in usable.iter().flatten() {
            let before = slot.cost(slot.count);
            slot.levels[slot.count] = (layer.layer, layer.bitrate.as_bps().max(before));
            slot.count += 1;
            if fills(layer.height, wish.wanted_height) {
                break;
            }
        }
        slot.most = slot.count;
        let shown = previous.iter().find(|choice| choice.slot == wish.slot).map(|choice| choice.shown);
        slot.previous = match shown {
            Some(Shown::Layer(layer)) => slot.level_of(layer),
            Some(Shown::Paused { by_bandwidth: true }) => Some(0),
            Some(Shown::Paused { by_bandwidth: false }) | None => None,
        };
        slot
    }

    pub(super) fn highest(&self) -> usize {
        self.count
    }

    /// What a level takes, in bits per second.
    pub(super) fn cost(&self, level: usize) -> u64 {
        level.checked_sub(1).map_or(0, |place| self.levels[place].1)
    }

    pub(super) fn shown(&self, level: usize) -> Shown {
        match level.checked_sub(1) {
            Some(place) => Shown::Layer(self.levels[place].0),
            None => Shown::Paused { by_bandwidth: self.count > 0 },
        }
    }

    /// Level of a layer, or of the next lower one where that one is no choice any more.
    fn level_of(&self, layer: u8) -> Option<usize> {
        (1..=self.count).rev().find(|level| self.levels[level - 1].0 <= layer)
    }
}

/// The level of each slot that `spend` bits per second buy. A slot climbs above what it shows already only where
/// `reserve` is left over.
pub(super) fn levels(slots: &[Slot], spend: u64, reserve: u64) -> Vec<usize> {
    let mut left = spend;
    let mut levels = vec![0; slots.len()];
    let mut raise = |place: usize, levels: &mut Vec<usize>| {
        let (slot, level): (&Slot, usize) = (&slots[place], levels[place]);
        if level >= slot.most {
            return false;
        }
        let climbs = slot.previous.is_some_and(|previous| level >= previous);
        let more = slot.cost(level + 1) - slot.cost(level);
        let spare = match (climbs, level) {
            (false, _) => 0,
            // The only picture is worth a risk, one more beside it is not.
            (true, 0) if left == spend => reserve / 2,
            (true, 0) => reserve * 4 / 3,
            (true, _) => reserve,
        };
        if more.saturating_add(spare) > left {
            return false;
        }
        left -= more;
        levels[place] += 1;
        true
    };
    let of = |priority| (0..slots.len()).filter(move |place| slots[*place].priority == priority);
    for priority in [Priority::Stage, Priority::Other] {
        for place in of(priority) {
            raise(place, &mut levels);
        }
    }
    for priority in [Priority::Stage, Priority::Other] {
        // One level each in turn, so that equals stay equal as long as they can.
        while of(priority).fold(false, |any, place| (levels[place] > 0 && raise(place, &mut levels)) | any) {}
    }
    levels
}
