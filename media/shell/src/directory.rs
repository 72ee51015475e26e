//! Which worker has which room and peer, and which is to have the next.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use echo_core::messages::{CloseReason, Event, OpenRoom};

use crate::load::Gauge;
use crate::placement::{Load, place};

/// Whoever came longer ago than this shows in any measurement.
const RECENT: Duration = Duration::from_secs(3);

/// Shared between the callers, who add rooms, and the workers, who add peers and tell of those that are gone.
pub(crate) struct Directory {
    places: Mutex<Places>,
    gauges: Vec<Gauge>,
    start: Instant,
    /// Share of a core from which on a room's newcomers live elsewhere.
    spread_above: f64,
}

#[derive(Default)]
struct Places {
    rooms: HashMap<String, RoomPlace>,
    peers: HashMap<String, PeerPlace>,
    /// By worker when peers came to it of late.
    recent: Vec<VecDeque<Instant>>,
}

struct RoomPlace {
    open: OpenRoom,
    home: usize,
    /// All workers that have opened it, home too.
    on: BTreeSet<usize>,
}

struct PeerPlace {
    worker: usize,
    room: String,
}

impl Directory {
    /// For so many workers, from now on.
    pub fn new(workers: usize, spread_above: f64, start: Instant) -> Directory {
        let places = Places { recent: vec![VecDeque::new(); workers], ..Places::default() };
        let gauges = (0..workers).map(|_| Gauge::default()).collect();
        Directory { places: Mutex::new(places), gauges, start, spread_above }
    }

    /// Where a worker tells how busy it is.
    pub fn gauge(&self, worker: usize) -> &Gauge {
        &self.gauges[worker]
    }

    /// Since when gauges count.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// The workers that have opened a room, none where it is not open.
    pub fn room(&self, room: &str) -> Vec<usize> {
        self.lock().rooms.get(room).map(|place| place.on.iter().copied().collect()).unwrap_or_default()
    }

    /// The worker of a peer.
    pub fn peer(&self, peer: &str) -> Option<usize> {
        self.lock().peers.get(peer).map(|place| place.worker)
    }

    /// The home of a room, which gets the least loaded worker if it has none: fewest peers, then fewest rooms.
    pub fn place_room(&self, open: &OpenRoom) -> usize {
        let mut places = self.lock();
        if let Some(place) = places.rooms.get_mut(&open.room) {
            place.open = open.clone();
            return place.home;
        }
        let load = |&worker: &usize| {
            let peers = places.peers.values().filter(|place| place.worker == worker).count();
            (peers, places.rooms.values().filter(|place| place.home == worker).count())
        };
        let home = (0..self.gauges.len()).min_by_key(load).unwrap_or(0);
        places.rooms.insert(open.room.clone(), RoomPlace { open: open.clone(), home, on: BTreeSet::new() });
        home
    }

    pub fn remove_room(&self, room: &str) {
        self.lock().rooms.remove(room);
    }

    /// The worker on which a peer that joins a room is to live: where it lives already, if it is in that room. `None` where
    /// the room is not open.
    pub fn place_newcomer(&self, now: Instant, room: &str, peer: &str) -> Option<usize> {
        let mut places = self.lock();
        let home = places.rooms.get(room)?.home;
        if let Some(known) = places.peers.get(peer).filter(|place| place.room == room) {
            return Some(known.worker);
        }
        if self.gauges.len() == 1 {
            return Some(home);
        }
        let loads: Vec<Load> = (0..self.gauges.len()).map(|worker| self.load(&mut places, now, worker, room)).collect();
        Some(place(&loads, home, self.spread_above))
    }

    /// What a worker has to be told before anybody of a room can live there, and the room's home, if it has not opened that yet;
    /// `None` where the room is not open.
    pub fn lacking(&self, room: &str, worker: usize) -> Option<Option<(OpenRoom, usize)>> {
        let places = self.lock();
        let place = places.rooms.get(room)?;
        Some((!place.on.contains(&worker)).then(|| (place.open.clone(), place.home)))
    }

    /// Takes note that a worker has opened a room. Not before it said so: from now on joins go there.
    pub fn opened(&self, room: &str, worker: usize) {
        if let Some(place) = self.lock().rooms.get_mut(room) {
            place.on.insert(worker);
        }
    }

    pub fn place_peer(&self, now: Instant, room: &str, peer: &str, worker: usize) {
        let mut places = self.lock();
        places.peers.insert(peer.to_owned(), PeerPlace { worker, room: room.to_owned() });
        let recent = &mut places.recent[worker];
        recent.push_back(now);
        forget_old(recent, now);
    }

    /// Forgets the peers that events of a worker report as gone.
    pub fn observe(&self, worker: usize, events: &[Event]) {
        for event in events {
            if let Event::PeerClosed(closed) = event
                && closed.reason != CloseReason::Replaced
            {
                let mut places = self.lock();
                if places.peers.get(&closed.peer).is_some_and(|place| place.worker == worker) {
                    places.peers.remove(&closed.peer);
                }
            }
        }
    }

    fn load(&self, places: &mut Places, now: Instant, worker: usize, room: &str) -> Load {
        let (busy, age) = self.gauges[worker].read(now.saturating_duration_since(self.start));
        let recent = &mut places.recent[worker];
        forget_old(recent, now);
        let newcomers = recent.iter().filter(|came| now.saturating_duration_since(**came) <= age).count();
        let here = || places.peers.values().filter(|place| place.worker == worker);
        Load { busy, peers: here().count(), newcomers, of_room: here().filter(|place| place.room == room).count() }
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        // Nothing between lock and unlock can leave what it is about half done.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forget_old(recent: &mut VecDeque<Instant>, now: Instant) {
    while recent.front().is_some_and(|came| now.saturating_duration_since(*came) > RECENT) {
        recent.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use echo_core::messages::PeerClosed;

    fn open(room: &str) -> OpenRoom {
        OpenRoom { room: room.into(), max_peers: 9, echo_delay_ms: None }
    }

    fn directory(workers: usize, spread_above: f64) -> (Directory, Instant) {
        let now = Instant::now();
        (Directory::new(workers, spread_above, now), now)
    }

    #[test]
    fn rooms_go_to_the_worker_with_the_fewest_peers_and_stay_there() {
        let (directory, now) = directory(2, 0.6);
        assert_eq!(directory.place_room(&open("a")), 0);
        assert_eq!(directory.place_room(&open("b")), 1);
        directory.place_peer(now, "a", "p", 0);
        assert_eq!(directory.place_room(&open("c")), 1);
        assert_eq!(directory.place_room(&open("a")), 0);
        directory.remove_room("a");
        assert_eq!((directory.room("a"), directory.peer("p")), (vec![], Some(0)));
    }

    #[test]
    fn a_peer_is_forgotten_when_it_is_gone_but_not_when_its_transport_was_replaced() {
        let (directory, now) = directory(1, 0.6);
        directory.place_peer(now, "r", "p", 0);
        let closed = |reason| {
            let peer = PeerClosed { room: "r".into(), peer: "p".into(), generation: 1, reason, boottime_ns: 0 };
            [Event::PeerClosed(peer)]
        };
        directory.observe(0, &closed(CloseReason::Replaced));
        assert_eq!(directory.peer("p"), Some(0));
        directory.observe(0, &closed(CloseReason::TimedOut));
        assert_eq!(directory.peer("p"), None);
    }

    #[test]
    fn newcomers_live_at_home_until_too_many_came_at_once_and_whoever_comes_back_lives_where_it_did() {
        let (directory, now) = directory(2, 0.6);
        directory.place_room(&open("r"));
        assert_eq!(directory.place_newcomer(now, "closed", "p"), None);
        for number in 0..600 {
            let peer = format!("p{number}");
            assert_eq!(directory.place_newcomer(now, "r", &peer), Some(0));
            directory.place_peer(now, "r", &peer, 0);
        }
        assert_eq!(directory.place_newcomer(now, "r", "late"), Some(1));
        assert_eq!(directory.place_newcomer(now, "r", "p7"), Some(0));
        let calm = now + Duration::from_secs(4);
        assert_eq!(directory.place_newcomer(calm, "r", "later"), Some(0), "they turned out to make no load");
    }

    #[test]
    fn a_room_is_on_a_worker_once_that_has_opened_it() {
        let (directory, _) = directory(2, 0.0);
        directory.place_room(&open("r"));
        for worker in [0, 1] {
            let on: Vec<usize> = (0..worker).collect();
            assert_eq!((directory.lacking("r", worker), directory.room("r")), (Some(Some((open("r"), 0))), on));
            directory.opened("r", worker);
            assert_eq!(directory.lacking("r", worker), Some(None));
        }
        assert_eq!(directory.room("r"), [0, 1]);
        assert_eq!(directory.lacking("closed", 1), None);
    }
}
