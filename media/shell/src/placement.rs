//! Which worker a newcomer to a room lives on: the room's home, until that is too busy. A pure function.

/// A room with fewer people on its home stays there: what little could move elsewhere is not worth that all cross to it.
const SMALL_ROOM: usize = 10;
/// A worker where the room is not yet must be less busy by this much of a core than the one that is too busy: carrying a room
/// there has its price, and two workers of like load would take turns.
const MARGIN: f64 = 0.15;
/// What a newcomer is taken to make of a core, until that shows: at least what a viewer of one picture does, and no more
/// than this, whatever else the worker does.
const NEWCOMER: (f64, f64) = (0.001, 0.01);

/// One worker, as the choice sees it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Load {
    /// Share of a core that it took when that was measured last, from 0 to 1.
    pub busy: f64,
    /// Peers of all rooms.
    pub peers: usize,
    /// Of them those that came since `busy` was measured.
    pub newcomers: usize,
    /// Peers of the room in question.
    pub of_room: usize,
}

impl Load {
    /// How busy it is going to be with those who came of late.
    fn expected(&self) -> f64 {
        let measured = self.peers.saturating_sub(self.newcomers).max(1);
        let each = (self.busy / measured as f64).clamp(NEWCOMER.0, NEWCOMER.1);
        self.busy + each * self.newcomers as f64
    }
}

/// The worker that a newcomer to a room is to live on. `loads` is never empty; `home` is one of it. Workers busier than `threshold`
/// are too busy; a threshold of 0 spreads every room evenly, however small.
pub(crate) fn place(loads: &[Load], home: usize, threshold: f64) -> usize {
    let workers = 0..loads.len();
    if threshold <= 0.0 {
        return workers.min_by_key(|at| (loads[*at].of_room, loads[*at].peers, *at != home)).unwrap_or(home);
    }
    let busy = |at: usize| loads[at].expected();
    let least = |among: &mut dyn Iterator<Item = usize>| among.min_by(|a, b| busy(*a).total_cmp(&busy(*b)));
    let has_room = |at: usize| at == home || loads[at].of_room > 0;
    let elsewhere = workers.clone().any(|at| at != home && loads[at].of_room > 0);
    // Once spread, a room comes back home for good only when that is clearly relieved.
    let home_takes = if elsewhere { threshold - MARGIN } else { threshold };
    if busy(home) < home_takes || (!elsewhere && loads[home].of_room < SMALL_ROOM) {
        return home;
    }
    let where_it_is = least(&mut workers.clone().filter(|at| has_room(*at))).unwrap_or(home);
    if busy(where_it_is) < threshold {
        return where_it_is;
    }
    let fresh = least(&mut workers.filter(|at| !has_room(*at)));
    fresh.filter(|at| busy(*at) + MARGIN <= busy(where_it_is)).unwrap_or(where_it_is)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(busy: f64, of_room: usize) -> Load {
        Load { busy, peers: 50, newcomers: 0, of_room }
    }

    #[test]
    fn a_room_stays_at_home_until_that_is_too_busy() {
        assert_eq!(place(&[load(0.59, 50), load(0.0, 0)], 0, 0.6), 0);
        assert_eq!(place(&[load(0.61, 50), load(0.0, 0)], 0, 0.6), 1);
        assert_eq!(place(&[load(0.9, 0), load(0.61, 50), load(0.2, 0)], 1, 0.6), 2);
        assert_eq!(place(&[load(1.0, 500)], 0, 0.6), 0, "there is but one");
    }

    #[test]
    fn a_small_room_is_never_spread() {
        assert_eq!(place(&[load(0.95, SMALL_ROOM - 1), load(0.0, 0)], 0, 0.6), 0);
        assert_eq!(place(&[load(0.95, SMALL_ROOM), load(0.0, 0)], 0, 0.6), 1);
    }

    #[test]
    fn a_worker_that_is_hardly_less_busy_is_no_better() {
        assert_eq!(place(&[load(0.7, 50), load(0.6, 0)], 0, 0.6), 0);
        assert_eq!(place(&[load(0.7, 50), load(0.54, 0)], 0, 0.6), 1);
    }

    #[test]
    fn a_room_on_several_workers_fills_these_first() {
        let loads = [load(0.7, 50), load(0.5, 9), load(0.0, 0)];
        assert_eq!(place(&loads, 0, 0.6), 1);
        let loads = [load(0.7, 50), load(0.65, 9), load(0.0, 0)];
        assert_eq!(place(&loads, 0, 0.6), 2);
    }

    #[test]
    fn a_spread_room_comes_home_only_when_home_is_clearly_relieved() {
        assert_eq!(place(&[load(0.55, 50), load(0.3, 9)], 0, 0.6), 1);
        assert_eq!(place(&[load(0.4, 50), load(0.3, 9)], 0, 0.6), 0);
    }

    #[test]
    fn those_who_came_since_the_measurement_count() {
        let calm = Load { busy: 0.5, peers: 60, newcomers: 0, of_room: 60 };
        assert_eq!(place(&[calm, load(0.0, 0)], 0, 0.6), 0);
        assert_eq!(place(&[Load { newcomers: 20, peers: 80, ..calm }, load(0.0, 0)], 0, 0.6), 1);
        let burst = Load { busy: 0.0, peers: 601, newcomers: 601, of_room: 601 };
        assert_eq!(place(&[burst, load(0.0, 0)], 0, 0.6), 1, "600 at once are too many for one, idle as it was");
    }

    #[test]
    fn a_threshold_of_nothing_spreads_evenly() {
        let mut loads = [Load::default(); 3];
        for _ in 0..7 {
            let at = place(&loads, 1, 0.0);
            loads[at].of_room += 1;
            loads[at].peers += 1;
        }
        assert_eq!(loads.map(|load| load.of_room), [2, 3, 2]);
    }
}
