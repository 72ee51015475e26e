//! Events on their way to the owner. State events are never dropped; what a later one supersedes may be.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::mem;
use std::os::fd::RawFd;
use std::sync::{Mutex, MutexGuard, PoisonError};

use echo_core::messages::{Event, Source};
use echo_sys::Wake;

/// From this many waiting events on, slot and flow events too keep only their latest. The queue is then bounded by what the
/// rooms hold, whatever its reader does.
const CROWDED: usize = 10_000;

/// What a later event supersedes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Seen(String),
    Speakers(String),
    Flow(String, Source),
    Voices(String),
    Picture(String, usize),
}

/// Waiting events, oldest first. Any thread may push; its descriptor is readable while events wait.
pub(crate) struct EventQueue {
    waiting: Mutex<Waiting>,
    wake: Wake,
}

#[derive(Default)]
struct Waiting {
    /// `None` where a later event took over.
    events: Vec<Option<Event>>,
    latest: HashMap<Key, usize>,
    crowded_at: usize,
}

impl EventQueue {
    pub fn new() -> io::Result<EventQueue> {
        let waiting = Waiting { crowded_at: CROWDED, ..Waiting::default() };
        Ok(EventQueue { waiting: Mutex::new(waiting), wake: Wake::new()? })
    }

    /// Appends events; sets the descriptor only if none waited.
    pub fn push(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        let mut waiting = self.lock();
        let was_empty = waiting.events.is_empty();
        for event in events {
            waiting.append(event);
        }
        if waiting.events.len() >= waiting.crowded_at {
            waiting.compact();
        }
        if was_empty {
            self.wake.set();
        }
    }

    /// Takes everything and clears the descriptor.
    pub fn take(&self) -> Vec<Event> {
        let events = {
            let mut waiting = self.lock();
            self.wake.clear();
            waiting.latest.clear();
            waiting.crowded_at = CROWDED;
            mem::take(&mut waiting.events)
        };
        events.into_iter().flatten().collect()
    }

    /// The descriptor that is readable while events wait.
    pub fn fd(&self) -> RawFd {
        self.wake.fd()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing between lock and unlock can leave the queue half changed.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn append(&mut self, event: Event) {
        if let Some(key) = always(&event) {
            self.supersede(key);
        }
        self.events.push(Some(event));
    }

    /// Forgets the waiting event of this key; the next one to be pushed takes its part.
    fn supersede(&mut self, key: Key) {
        let next = self.events.len();
        match self.latest.entry(key) {
            Entry::Occupied(mut place) => {
                let old = place.insert(next);
                self.events[old] = None;
            }
            Entry::Vacant(place) => {
                place.insert(next);
            }
        }
    }

    fn compact(&mut self) {
        let events = mem::take(&mut self.events);
        self.latest.clear();
        for event in events.into_iter().flatten() {
            if let Some(key) = always(&event).or_else(|| when_crowded(&event)) {
                self.supersede(key);
            }
            self.events.push(Some(event));
        }
        self.events.retain(Option::is_some);
        self.latest.clear();
        for (index, event) in self.events.iter().enumerate() {
            if let Some(key) = event.as_ref().and_then(always) {
                self.latest.insert(key, index);
            }
        }
        self.crowded_at = CROWDED.max(self.events.len() * 2);
    }
}

/// Events of which only the latest is ever wanted.
fn always(event: &Event) -> Option<Key> {
    match event {
        Event::PeersSeen(seen) => Some(Key::Seen(seen.room.clone())),
        Event::Speakers(speakers) => Some(Key::Speakers(speakers.room.clone())),
        _ => None,
    }
}

/// Events that tell a whole state, so that the latest will do if the reader is far behind.
fn when_crowded(event: &Event) -> Option<Key> {
    match event {
        Event::PublicationFlow(flow) => Some(Key::Flow(flow.peer.clone(), flow.source)),
        Event::VoiceSlots(slots) => Some(Key::Voices(slots.peer.clone())),
        Event::PictureSlot(slot) => Some(Key::Picture(slot.peer.clone(), slot.slot)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use echo_core::messages::{PeerConnected, PeersSeen, PublicationFlow, SpeakersNow};
    use echo_sys::{Poller, Ready};
    use std::time::Duration;

    fn connected(peer: &str) -> Event {
        Event::PeerConnected(PeerConnected { room: "r".into(), peer: peer.into(), generation: 1, boottime_ns: 1 })
    }

    fn seen(room: &str, at: u64) -> Event {
        Event::PeersSeen(PeersSeen { room: room.into(), seen: [("p".to_owned(), at)].into() })
    }

    fn speakers(dominant: &str) -> Event {
        Event::Speakers(SpeakersNow { room: "r".into(), dominant: Some(dominant.into()), speaking: vec![] })
    }

    fn flow(flowing: bool) -> Event {
        Event::PublicationFlow(PublicationFlow { room: "r".into(), peer: "p".into(), source: Source::Camera, flowing })
    }

    fn readable(queue: &EventQueue) -> bool {
        let (poller, mut ready) = (Poller::new().unwrap(), Vec::<Ready>::new());
        poller.add(queue.fd(), 0, false).unwrap();
        poller.wait(Some(Duration::ZERO), &mut ready).unwrap();
        !ready.is_empty()
    }

    #[test]
    fn the_descriptor_is_readable_exactly_while_events_wait() {
        let queue = EventQueue::new().unwrap();
        queue.push(vec![]);
        assert!(!readable(&queue));
        queue.push(vec![connected("a")]);
        queue.push(vec![connected("b")]);
        assert!(readable(&queue));
        assert_eq!(queue.take(), [connected("a"), connected("b")]);
        assert!(!readable(&queue));
        assert_eq!(queue.take(), []);
    }

    #[test]
    fn only_the_latest_sighting_and_speakers_of_a_room_wait_and_they_come_last() {
        let queue = EventQueue::new().unwrap();
        queue.push(vec![seen("r", 1), speakers("a"), seen("other", 1), connected("a")]);
        queue.push(vec![seen("r", 2), speakers("b"), seen("r", 3)]);
        assert_eq!(queue.take(), [seen("other", 1), connected("a"), speakers("b"), seen("r", 3)]);
        queue.push(vec![seen("r", 4)]);
        assert_eq!(queue.take(), [seen("r", 4)]);
    }

    #[test]
    fn a_reader_far_behind_loses_no_state_and_costs_bounded_memory() {
        let queue = EventQueue::new().unwrap();
        queue.push(vec![connected("first")]);
        for round in 0..3 * CROWDED {
            queue.push(vec![flow(round % 2 == 0), seen("r", round as u64)]);
        }
        queue.push(vec![connected("last"), flow(true), seen("r", 7)]);
        let events = queue.take();
        assert!(events.len() < CROWDED);
        assert_eq!(events.first(), Some(&connected("first")));
        assert_eq!(events.iter().filter(|event| matches!(event, Event::PeersSeen(_))).count(), 1);
        assert_eq!(events[events.len() - 3..], [connected("last"), flow(true), seen("r", 7)]);
    }
}
