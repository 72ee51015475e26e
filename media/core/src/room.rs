//! A room: who is in it, whose voices it hears, and what its owner was told last.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::arena::Key;
use crate::crossing::WorkerSet;
use crate::deadlines::Alarm;
use crate::dominant::{DECISION_INTERVAL, Dominant};
use crate::messages::OpenRoom;
use crate::voices::Voices;

/// The owner hears about last packets at most this often.
const SEEN_INTERVAL: Duration = Duration::from_secs(1);
/// The owner hears about speakers at most this often.
const SPEAKERS_INTERVAL: Duration = Duration::from_millis(200);

/// What is due in a room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) seen: bool,
    pub(crate) speakers: bool,
}

/// Who speaks, as the owner was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Speakers {
    pub(crate) dominant: Option<Key>,
    pub(crate) speaking: Vec<Key>,
}

/// One room of a core.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) id: Arc<str>,
    pub(crate) max_peers: usize,
    pub(crate) echo_delay: Option<Duration>,
    /// The worker that tells who speaks and who is seen.
    pub(crate) home: u16,
    /// That is this one.
    pub(crate) at_home: bool,
    /// Its peers that live here.
    pub(crate) members: Vec<Key>,
    /// Ghosts of those that live on other workers.
    pub(crate) ghosts: Vec<Key>,
    /// Other workers that take part, while this one does.
    pub(crate) awake: WorkerSet,
    pub(crate) voices: Voices,
    pub(crate) dominant: Dominant,
    /// Who shares sound with everybody.
    pub(crate) share_sound: Option<Key>,
    pub(crate) alarm: Alarm,
    pub(crate) told: Speakers,
    next_seen: Instant,
    next_speakers: Instant,
    next_decision: Instant,
}

impl Room {
    /// A room of the worker `here`, whose home may be another one.
    pub(crate) fn new(now: Instant, open: &OpenRoom, home: u16, here: u16) -> Room {
        Room {
            id: open.room.as_str().into(),
            max_peers: open.max_peers,
            echo_delay: open.echo_delay_ms.map(Duration::from_millis),
            home,
            at_home: home == here,
            members: Vec::new(),
            ghosts: Vec::new(),
            awake: WorkerSet::default(),
            voices: Voices::new(),
            dominant: Dominant::default(),
            share_sound: None,
            alarm: Alarm::default(),
            told: Speakers::default(),
            next_seen: now + SEEN_INTERVAL,
            next_speakers: now,
            next_decision: now,
        }
    }

    /// The room's home is this worker from now on, while this one is `here`. Who speaks is told there alone.
    pub(crate) fn settle_at(&mut self, home: u16, here: u16) {
        if self.home != home {
            self.home = home;
            self.at_home = home == here;
            self.dominant = Dominant::default();
            self.told = Speakers::default();
        }
    }

    /// Whether this worker takes part in the room.
    pub(crate) fn is_awake(&self) -> bool {
        self.at_home || !self.members.is_empty()
    }

    /// When [`Room::due`] has something to say. A room without anybody sleeps.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let seen = (!self.members.is_empty() || !self.ghosts.is_empty()).then_some(self.next_seen);
        let speakers = self.has_voices().then(|| self.next_speakers.min(self.next_decision));
        seen.into_iter().chain(speakers).min()
    }

    /// What is due now; passes the floor on the way.
    pub(crate) fn due(&mut self, now: Instant) -> Due {
        let mut due = Due::default();
        if now >= self.next_seen {
            self.next_seen = now + SEEN_INTERVAL;
            due.seen = true;
        }
        if now >= self.next_speakers && self.has_voices() {
            self.next_speakers = now + SPEAKERS_INTERVAL;
            due.speakers = true;
        }
        if now >= self.next_decision {
            self.next_decision = now + DECISION_INTERVAL;
            self.dominant.decide(now);
        }
        due
    }

    /// Who speaks now, where that differs from what the owner was told.
    pub(crate) fn news_of_speakers(&mut self, now: Instant) -> Option<Speakers> {
        let speakers = Speakers { dominant: self.dominant.holder(), speaking: self.voices.speaking(now) };
        // Who is a little louder than whom changes all the time and is no news.
        let same = speakers.dominant == self.told.dominant
            && speakers.speaking.len() == self.told.speaking.len()
            && speakers.speaking.iter().all(|key| self.told.speaking.contains(key));
        if same {
            return None;
        }
        self.told = speakers.clone();
        Some(speakers)
    }

    /// A voice is gone or held back.
    pub(crate) fn silence(&mut self, voice: Key) {
        self.voices.forget(voice);
        self.dominant.forget(voice);
    }

    fn has_voices(&self) -> bool {
        !self.dominant.is_empty() || self.told != Speakers::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;

    #[test]
    fn while_there_are_voices_a_room_wakes_for_reports_and_for_decisions() {
        let start = Instant::now();
        let open = OpenRoom { room: "room".into(), max_peers: 9, echo_delay_ms: None };
        let mut room = Room::new(start, &open, 0, 0);
        assert_eq!(room.deadline(), None);
        room.dominant.heard(start, Arena::new().insert(()), 100);
        let woken: Vec<_> = (0..7)
            .map(|_| {
                let at = room.deadline().unwrap();
                room.due(at);
                (at - start).as_millis()
            })
            .collect();
        assert_eq!(woken, [0, 200, 300, 400, 600, 800, 900]);
    }
}
