//! A listener's voice slots: who is in which one, and when one may be taken from somebody.

use std::time::{Duration, Instant};

use crate::arena::Key;
use crate::packet::MediaPacket;
use crate::picture_slot::Line;
use crate::rewrite::{Place, Rewrite};

pub(crate) const OPUS_CLOCK: u32 = 48_000;
/// A slot is taken from its holder only after this much silence, or this long after others became louder: two people
/// who talk over each other would else be cut into pieces.
pub(crate) const DEAD_TIME: Duration = Duration::from_millis(300);

/// One audio slot of a listener.
#[derive(Debug)]
pub(crate) struct VoiceSlot {
    pub(crate) line: Line,
    holder: Option<Key>,
    outranked_since: Option<Instant>,
    fresh: bool,
    rewrite: Rewrite,
}

/// A packet as a slot sends it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlacedSound {
    pub(crate) place: Place,
    pub(crate) marker: bool,
}

impl VoiceSlot {
    pub(crate) fn new(line: Line) -> VoiceSlot {
        VoiceSlot {
            line,
            holder: None,
            outranked_since: None,
            fresh: false,
            rewrite: Rewrite::new(OPUS_CLOCK, *line.ssrc),
        }
    }

    pub(crate) fn holder(&self) -> Option<Key> {
        self.holder
    }

    /// Gives the slot to somebody, or frees it.
    pub(crate) fn give(&mut self, holder: Option<Key>) {
        self.holder = holder;
        self.outranked_since = None;
        self.fresh = true;
        self.rewrite.release();
    }

    /// Numbers a packet of the holder. The first one after a switch carries the marker bit.
    pub(crate) fn place(&mut self, packet: &MediaPacket) -> Option<PlacedSound> {
        let fresh = std::mem::take(&mut self.fresh);
        if fresh {
            self.rewrite.switch(packet.sequence, packet.timestamp, packet.captured);
        }
        let place = self.rewrite.place(packet.sequence, packet.timestamp, packet.captured)?;
        Some(PlacedSound { place, marker: fresh || packet.marker })
    }
}

/// The slot that carries this speaker to a listener, and whether it has just got it: the one it has, or one that it may
/// take. `in_top` tells who is among the voices that this listener should hear, `speaks_lately` who spoke within the
/// dead time.
pub(crate) fn slot_for(
    slots: &mut [VoiceSlot],
    speaker: Key,
    now: Instant,
    in_top: impl Fn(Key) -> bool,
    speaks_lately: impl Fn(Key) -> bool,
) -> Option<(usize, bool)> {
    if let Some(held) = slots.iter().position(|slot| slot.holder == Some(speaker)) {
        if in_top(speaker) {
            slots[held].outranked_since = None;
        }
        return Some((held, false));
    }
    if !in_top(speaker) {
        return None;
    }
    for slot in slots.iter_mut() {
        let outranked = slot.holder.is_some_and(|holder| !in_top(holder));
        slot.outranked_since = if outranked { slot.outranked_since.or(Some(now)) } else { None };
    }
    let may_take = |slot: &VoiceSlot| {
        let since = slot.outranked_since?;
        let waited = now.saturating_duration_since(since) >= DEAD_TIME;
        slot.holder.filter(|holder| waited || !speaks_lately(*holder))
    };
    let free = slots.iter().position(|slot| slot.holder.is_none());
    let taken = free.or_else(|| slots.iter().position(|slot| may_take(slot).is_some()))?;
    slots[taken].give(Some(speaker));
    Some((taken, true))
}

/// Whether a voice is among the loudest that a listener with so many slots should hear: its own is passed over.
pub(crate) fn in_top(ranking: &[Key], listener: Key, slots: usize, voice: Key) -> bool {
    ranking.iter().filter(|key| **key != listener).take(slots).any(|key| *key == voice)
}

#[cfg(test)]
#[path = "voice_slots_tests.rs"]
mod tests;
