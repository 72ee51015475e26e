//! Packets that left together are judged together (draft-ietf-rmcat-gcc-02, sections 5.1 and 5.2).

use crate::history::Micros;

/// `burst_time` of section 5.6: what leaves or arrives within it is one group.
const BURST: Micros = 5000;
/// A burst that arrives at once, as radio links deliver, ends after this long all the same. Ours: else a link that keeps
/// catching up would be one endless group.
const LONGEST_BURST: Micros = 100_000;

/// How one group came, against the group before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delta {
    /// Time between their departures.
    pub(crate) sent: Micros,
    /// Time between their arrivals.
    pub(crate) arrived: Micros,
    /// By how much the longest pause between two packets, from the end of the earlier group to the end of the later one, was longer on
    /// arrival than on departure: a way that becomes longer shows in one pause, a line that is full in all of them.
    pub(crate) gap: Micros,
    /// When the later one had arrived, on the receiver's clock.
    pub(crate) at: Micros,
    /// Its bytes.
    pub(crate) bytes: u32,
}

#[derive(Debug, Clone, Copy)]
struct Group {
    first_sent: Micros,
    last_sent: Micros,
    first_arrived: Micros,
    last_arrived: Micros,
    /// Longest pause within it; see [`Delta::gap`].
    gap: Micros,
    bytes: u32,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Groups {
    current: Option<Group>,
    before: Option<Group>,
}

impl Groups {
    /// Takes a packet; tells of the group that it closed.
    pub(crate) fn packet(&mut self, sent: Micros, arrived: Micros, bytes: u16) -> Option<Delta> {
        let bytes = u32::from(bytes);
        let new =
            Group { first_sent: sent, last_sent: sent, first_arrived: arrived, last_arrived: arrived, gap: 0, bytes };
        let Some(current) = &mut self.current else {
            self.current = Some(new);
            return None;
        };
        if sent < current.first_sent {
            // Overtaken; its group has been judged.
            return None;
        }
        if current.takes(sent, arrived) {
            current.gap = current.gap.max((arrived - current.last_arrived) - (sent - current.last_sent));
            current.last_sent = current.last_sent.max(sent);
            current.last_arrived = current.last_arrived.max(arrived);
            current.bytes = current.bytes.saturating_add(bytes);
            return None;
        }
        let closed = *current;
        self.current = Some(new);
        let before = self.before.replace(closed)?;
        let arrived = closed.last_arrived - before.last_arrived;
        // A group that overtook the one before it says nothing about the queue.
        (arrived >= 0).then_some(Delta {
            sent: closed.last_sent - before.last_sent,
            arrived,
            gap: closed.gap.max((closed.first_arrived - before.last_arrived) - (closed.first_sent - before.last_sent)),
            at: closed.last_arrived,
            bytes: closed.bytes,
        })
    }
}

impl Group {
    fn takes(&self, sent: Micros, arrived: Micros) -> bool {
        if sent - self.first_sent <= BURST {
            return true;
        }
        let gap = arrived - self.last_arrived;
        let caught_up = gap - (sent - self.last_sent) < 0;
        gap <= BURST && caught_up && arrived - self.first_arrived < LONGEST_BURST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_groups_and_deltas_are_between_their_ends() {
        let mut groups = Groups::default();
        let mut deltas = Vec::new();
        for frame in 0..4_i64 {
            for packet in 0..3_i64 {
                let sent = frame * 33_000 + packet * 500;
                deltas.extend(groups.packet(sent, 20_000 + sent + frame * 2000, 1000));
            }
        }
        assert_eq!(deltas.len(), 2, "the first has none before it, the last is not closed");
        assert_eq!(deltas[0], Delta { sent: 33_000, arrived: 35_000, gap: 2000, at: 56_000, bytes: 3000 });
    }

    #[test]
    fn what_a_radio_link_delivers_at_once_is_one_group() {
        let mut groups = Groups::default();
        assert_eq!(groups.packet(0, 50_000, 1000), None);
        assert_eq!(groups.packet(20_000, 51_000, 1000), None, "pre-filtering, section 5.2");
        assert_eq!(groups.packet(40_000, 52_000, 1000), None);
        assert_eq!(groups.packet(60_000, 90_000, 1000), None);
        assert!(groups.packet(80_000, 110_000, 1000).is_some_and(|delta| delta.sent == 20_000));
    }
}
