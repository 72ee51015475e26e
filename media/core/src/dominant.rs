//! Who holds the floor: dominant speaker identification after Volfin & Cohen 2013, with the constants that mediasoup
//! and Jitsi use.
//!
//! Each voice has an activity score on three time scales: this packet, the last fifth of a second, the last second.
//! A challenger takes the floor when its scores beat the holder's on all three.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::arena::Key;

/// How often the floor may pass.
pub(crate) const DECISION_INTERVAL: Duration = Duration::from_millis(300);
/// A voice that was not heard for this long counts as silent.
const LEVEL_IDLE: Duration = Duration::from_millis(40);

const C1: f64 = 3.0;
const C2: f64 = 2.0;
const C3: f64 = 0.0;
const N1: usize = 13;
const N2: usize = 5;
const N3: usize = 10;
const MEDIUM_THRESHOLD: u8 = 7;
const LONG_THRESHOLD: u8 = 4;
const MOST_LOUD: u8 = 127;
const SUBUNIT: u8 = MOST_LOUD.div_ceil(N1 as u8);
const LEVELS: usize = N2 * N3;
const LEAST_SCORE: f64 = 1e-10;
/// The parameters of the speech model: (units, probability of activity in speech, its weight).
const IMMEDIATE_MODEL: (usize, f64, f64) = (N1, 0.5, 0.78);
const MEDIUM_MODEL: (usize, f64, f64) = (N2, 0.5, 24.0);
const LONG_MODEL: (usize, f64, f64) = (N3, 0.5, 47.0);
/// Packets after which the noise floor may rise: 15 seconds.
const FLOOR_WINDOW: u32 = 15 * 50;
/// Steady sound from here on is no noise but somebody who plays or holds a tone (-50 dBov).
const HIGHEST_FLOOR: u8 = 77;

#[derive(Debug)]
struct Activity {
    /// Newest first, loudness from 0 to 127.
    levels: [u8; LEVELS],
    /// This voice's own noise floor, and the estimate that is growing up to replace it.
    floor: u8,
    next_floor: u8,
    next_floor_samples: u32,
    heard: Instant,
}

#[derive(Debug, Clone, Copy)]
struct Scores {
    immediate: f64,
    medium: f64,
    long: f64,
}

/// The detector of one room.
#[derive(Debug, Default)]
pub(crate) struct Dominant {
    voices: BTreeMap<Key, Activity>,
    holder: Option<Key>,
}

impl Dominant {
    /// One packet's loudness, from 0 (silence) to 127.
    pub(crate) fn heard(&mut self, now: Instant, voice: Key, loudness: u8) {
        let activity = self.voices.entry(voice).or_insert_with(|| Activity::new(now));
        activity.push(now, loudness.min(MOST_LOUD));
    }

    /// A voice is gone or muted.
    pub(crate) fn forget(&mut self, voice: Key) {
        self.voices.remove(&voice);
        if self.holder == Some(voice) {
            self.holder = None;
        }
    }

    pub(crate) fn holder(&self) -> Option<Key> {
        self.holder
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.voices.is_empty()
    }

    /// Passes the floor where somebody deserves it; to be called every [`DECISION_INTERVAL`].
    pub(crate) fn decide(&mut self, now: Instant) -> Option<Key> {
        for activity in self.voices.values_mut() {
            if now.saturating_duration_since(activity.heard) >= LEVEL_IDLE {
                activity.push(now, 0);
            }
        }
        let scores: Vec<(Key, Scores)> = self.voices.iter().map(|(key, voice)| (*key, voice.scores())).collect();
        let held = self.holder.and_then(|holder| scores.iter().find(|(key, _)| *key == holder)).map(|(_, s)| *s);
        let Some(held) = held else {
            // An empty floor goes to whoever shows speech at all, and stays empty in silence.
            self.holder = scores
                .iter()
                .filter(|(key, _)| self.voices[key].speaks())
                .max_by(|(_, a), (_, b)| a.medium.total_cmp(&b.medium).then(a.immediate.total_cmp(&b.immediate)))
                .map(|(key, _)| *key);
            return self.holder;
        };
        let challenger = scores
            .iter()
            .filter(|(key, _)| Some(*key) != self.holder)
            .filter_map(|(key, scores)| Some((*key, scores.beats(&held)?)))
            .max_by(|(_, a), (_, b)| a.total_cmp(b));
        if let Some((key, _)) = challenger {
            self.holder = Some(key);
        }
        self.holder
    }
}

impl Scores {
    /// By how much these scores beat another's on the medium scale, where they do on all three.
    fn beats(&self, held: &Scores) -> Option<f64> {
        let immediate = (self.immediate / held.immediate).ln();
        let medium = (self.medium / held.medium).ln();
        let long = (self.long / held.long).ln();
        (immediate > C1 && medium > C2 && long > C3).then_some(medium)
    }
}

impl Activity {
    fn new(now: Instant) -> Activity {
        Activity { levels: [0; LEVELS], floor: 0, next_floor: 0, next_floor_samples: 0, heard: now }
    }

    fn push(&mut self, now: Instant, loudness: u8) {
        self.heard = now;
        let level = if loudness < self.floor { self.floor } else { loudness };
        self.levels.copy_within(0..LEVELS - 1, 1);
        self.levels[0] = level;
        self.follow_floor(loudness);
    }

    /// The noise floor is the least loudness of a 15-second window, taken by its geometric mean with the old one.
    fn follow_floor(&mut self, loudness: u8) {
        if loudness == 0 {
            return;
        }
        let loudness = loudness.min(HIGHEST_FLOOR);
        if self.floor == 0 || self.floor > loudness {
            self.floor = loudness;
            self.next_floor = 0;
            self.next_floor_samples = 0;
            return;
        }
        if self.next_floor == 0 || self.next_floor > loudness {
            self.next_floor = loudness;
        }
        self.next_floor_samples += 1;
        if self.next_floor_samples >= FLOOR_WINDOW {
            let mean = (f64::from(self.floor) * f64::from(self.next_floor)).sqrt();
            self.floor = mean as u8;
            self.next_floor = 0;
            self.next_floor_samples = 0;
        }
    }

    /// Whether there was speech for most of a medium unit in the last second.
    fn speaks(&self) -> bool {
        let (_, mediums, _) = self.units();
        mediums.iter().any(|units| usize::from(*units) > N2 / 2)
    }

    fn units(&self) -> ([u8; LEVELS], [u8; N3], u8) {
        let least = self.floor.saturating_add(SUBUNIT);
        let immediates = self.levels.map(|level| if level < least { 0 } else { level / SUBUNIT });
        let mut mediums = [0; N3];
        for (medium, chunk) in mediums.iter_mut().zip(immediates.chunks(N2)) {
            *medium = count_above(chunk, MEDIUM_THRESHOLD);
        }
        (immediates, mediums, count_above(&mediums, LONG_THRESHOLD))
    }

    fn scores(&self) -> Scores {
        let (immediates, mediums, long) = self.units();
        Scores {
            immediate: score(immediates[0], IMMEDIATE_MODEL),
            medium: score(mediums[0], MEDIUM_MODEL),
            long: score(long, LONG_MODEL),
        }
    }
}

fn count_above(units: &[u8], threshold: u8) -> u8 {
    units.iter().filter(|unit| **unit > threshold).count() as u8
}

/// Log-likelihood ratio of speech against silence for `active` of `units` (formula 11 of the paper).
fn score(active: u8, (units, p, weight): (usize, f64, f64)) -> f64 {
    let (n, v) = (units as f64, f64::from(active));
    let likelihood = binomial(units, usize::from(active)).ln() + v * p.ln() + (n - v) * (1.0 - p).ln();
    (likelihood - weight.ln() + weight * v).max(LEAST_SCORE)
}

fn binomial(n: usize, k: usize) -> f64 {
    let k = k.min(n - k.min(n));
    (0..k).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;

    fn voices(n: usize) -> Vec<Key> {
        let mut arena = Arena::new();
        (0..n).map(|_| arena.insert(())).collect()
    }

    /// Feeds 20 ms packets for `ms`; each voice with its loudness.
    fn talk(dominant: &mut Dominant, now: &mut Instant, ms: u64, loudness: &[(Key, u8)]) -> Option<Key> {
        for n in 0..ms / 20 {
            for (key, level) in loudness {
                dominant.heard(*now, *key, *level);
            }
            *now += Duration::from_millis(20);
            if n % 15 == 14 {
                dominant.decide(*now);
            }
        }
        dominant.holder()
    }

    #[test]
    fn silence_gives_nobody_the_floor() {
        let (mut dominant, mut now, keys) = (Dominant::default(), Instant::now(), voices(2));
        assert_eq!(talk(&mut dominant, &mut now, 3000, &[(keys[0], 0), (keys[1], 20)]), None);
    }

    #[test]
    fn who_speaks_gets_the_floor_and_keeps_it_in_a_pause() {
        let (mut dominant, mut now, keys) = (Dominant::default(), Instant::now(), voices(2));
        talk(&mut dominant, &mut now, 300, &[(keys[0], 30), (keys[1], 30)]);
        assert_eq!(talk(&mut dominant, &mut now, 1200, &[(keys[0], 100), (keys[1], 30)]), Some(keys[0]));
        assert_eq!(talk(&mut dominant, &mut now, 2000, &[(keys[0], 30), (keys[1], 30)]), Some(keys[0]));
    }

    #[test]
    fn the_floor_passes_to_the_next_speaker() {
        let (mut dominant, mut now, keys) = (Dominant::default(), Instant::now(), voices(2));
        talk(&mut dominant, &mut now, 300, &[(keys[0], 30), (keys[1], 30)]);
        talk(&mut dominant, &mut now, 2000, &[(keys[0], 100), (keys[1], 30)]);
        assert_eq!(talk(&mut dominant, &mut now, 2000, &[(keys[0], 30), (keys[1], 100)]), Some(keys[1]));
    }

    #[test]
    fn a_cough_does_not_take_the_floor() {
        let (mut dominant, mut now, keys) = (Dominant::default(), Instant::now(), voices(2));
        talk(&mut dominant, &mut now, 300, &[(keys[0], 30), (keys[1], 30)]);
        talk(&mut dominant, &mut now, 2000, &[(keys[0], 100), (keys[1], 30)]);
        talk(&mut dominant, &mut now, 80, &[(keys[0], 100), (keys[1], 120)]);
        assert_eq!(talk(&mut dominant, &mut now, 600, &[(keys[0], 100), (keys[1], 30)]), Some(keys[0]));
    }

    #[test]
    fn a_forgotten_holder_leaves_the_floor() {
        let (mut dominant, mut now, keys) = (Dominant::default(), Instant::now(), voices(1));
        talk(&mut dominant, &mut now, 300, &[(keys[0], 30)]);
        talk(&mut dominant, &mut now, 2000, &[(keys[0], 100)]);
        dominant.forget(keys[0]);
        assert_eq!(dominant.holder(), None);
        assert!(dominant.is_empty());
    }
}
