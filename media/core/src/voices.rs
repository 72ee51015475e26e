//! The loudest voices of a room, by the levels that senders write into their packets (RFC 6464).
//!
//! One ranking a room; each listener then takes the first ones that are not its own ([`crate::voice_slots`]).

use std::time::{Duration, Instant};

use crate::arena::Key;

/// The ranking is made anew at most this often: one Opus packet.
const RANK_INTERVAL: Duration = Duration::from_millis(20);
/// A ranked voice must be outdone by this much, so that two of like loudness do not change places all the time.
const STICKY: f32 = 6.0;
/// How much of a louder and of a quieter packet goes into the smoothed loudness: up within two packets, down in about
/// half a second, which bridges the gaps between words.
const ATTACK: f32 = 0.5;
const RELEASE: f32 = 0.05;
/// Smoothed loudness from which somebody speaks: -50 dBov.
const SPEAKING: f32 = 77.0;
/// Somebody counts as speaking for this long after: words have gaps.
const SPEAKING_HOLD: Duration = Duration::from_millis(600);
/// A voice without packets for this long is not ranked. DTX still sends one every 400 ms.
const SILENT_AFTER: Duration = Duration::from_secs(1);
/// Assumed where a sender writes no levels: a quiet voice, so that it is heard when nobody is loud.
const UNKNOWN_LOUDNESS: u8 = 70;

/// One voice as the room hears it.
#[derive(Debug)]
struct Voice {
    key: Key,
    loudness: f32,
    spoke: Option<Instant>,
    packet: Instant,
}

/// The voices of one room.
#[derive(Debug)]
pub(crate) struct Voices {
    voices: Vec<Voice>,
    /// Loudest first, one more than any listener has slots, since a listener's own voice is passed over.
    ranking: Vec<Key>,
    places: usize,
    ranked: Option<Instant>,
}

/// Loudness from 0 (silence) to 127 of a packet with this level in negative dBov.
pub(crate) fn loudness(level: Option<i8>) -> u8 {
    level.map_or(UNKNOWN_LOUDNESS, |dbov| 127 - dbov.unsigned_abs().min(127))
}

impl Voices {
    pub(crate) fn new() -> Voices {
        Voices { voices: Vec::new(), ranking: Vec::new(), places: 1, ranked: None }
    }

    /// Ranks enough voices for listeners with this many slots.
    pub(crate) fn make_room_for(&mut self, slots: usize) {
        self.places = self.places.max(slots + 1);
    }

    /// Takes note of a packet.
    pub(crate) fn heard(&mut self, now: Instant, key: Key, level: Option<i8>) {
        let heard = f32::from(loudness(level));
        let voice = match self.voices.iter_mut().position(|voice| voice.key == key) {
            Some(index) => &mut self.voices[index],
            None => {
                self.voices.push(Voice { key, loudness: heard, spoke: None, packet: now });
                self.ranked = None;
                self.voices.last_mut().expect("just pushed")
            }
        };
        let weight = if heard > voice.loudness { ATTACK } else { RELEASE };
        voice.loudness += (heard - voice.loudness) * weight;
        voice.packet = now;
        if voice.loudness >= SPEAKING {
            voice.spoke = Some(now);
        }
        if self.ranked.is_none_or(|at| now.saturating_duration_since(at) >= RANK_INTERVAL) {
            self.rank(now);
        }
    }

    /// A voice is gone or muted.
    pub(crate) fn forget(&mut self, key: Key) {
        self.voices.retain(|voice| voice.key != key);
        self.ranking.retain(|ranked| *ranked != key);
    }

    /// The loudest voices, loudest first.
    pub(crate) fn ranking(&self) -> &[Key] {
        &self.ranking
    }

    /// Whether a voice spoke within the time before `now`.
    pub(crate) fn spoke_within(&self, now: Instant, key: Key, time: Duration) -> bool {
        self.voices
            .iter()
            .find(|voice| voice.key == key)
            .and_then(|voice| voice.spoke)
            .is_some_and(|spoke| now.saturating_duration_since(spoke) < time)
    }

    /// Everybody who speaks now, loudest first.
    pub(crate) fn speaking(&self, now: Instant) -> Vec<Key> {
        let speaks = |voice: &&Voice| voice.spoke.is_some_and(|at| now.saturating_duration_since(at) < SPEAKING_HOLD);
        let mut speaking: Vec<&Voice> = self.voices.iter().filter(speaks).collect();
        speaking.sort_by(|a, b| b.loudness.total_cmp(&a.loudness).then(a.key.cmp(&b.key)));
        speaking.into_iter().map(|voice| voice.key).collect()
    }

    fn rank(&mut self, now: Instant) {
        self.ranked = Some(now);
        let places = self.places;
        let ranking = &self.ranking;
        let mut scored: Vec<(f32, Key)> = self
            .voices
            .iter()
            .filter(|voice| now.saturating_duration_since(voice.packet) < SILENT_AFTER)
            .map(|voice| (voice.loudness + if ranking.contains(&voice.key) { STICKY } else { 0.0 }, voice.key))
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        self.ranking = scored.into_iter().take(places).map(|(_, key)| key).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;

    fn keys(n: usize) -> Vec<Key> {
        let mut arena = Arena::new();
        (0..n).map(|_| arena.insert(())).collect()
    }

    fn hear(voices: &mut Voices, now: &mut Instant, packets: usize, levels: &[(Key, i8)]) {
        for _ in 0..packets {
            for (key, level) in levels {
                voices.heard(*now, *key, Some(*level));
            }
            *now += Duration::from_millis(20);
        }
    }

    #[test]
    fn the_loudest_are_ranked_first_and_one_more_than_there_are_slots() {
        let (mut voices, mut now, keys) = (Voices::new(), Instant::now(), keys(6));
        voices.make_room_for(3);
        let levels: Vec<(Key, i8)> = keys.iter().zip([-60, -20, -90, -30, -40, -52]).map(|(k, l)| (*k, l)).collect();
        hear(&mut voices, &mut now, 20, &levels);
        assert_eq!(voices.ranking(), [keys[1], keys[3], keys[4], keys[5]]);
        assert_eq!(voices.speaking(now), [keys[1], keys[3], keys[4]]);
    }

    #[test]
    fn voices_of_like_loudness_do_not_change_places() {
        let (mut voices, mut now, keys) = (Voices::new(), Instant::now(), keys(2));
        hear(&mut voices, &mut now, 20, &[(keys[0], -30), (keys[1], -60)]);
        let before = voices.ranking().to_vec();
        hear(&mut voices, &mut now, 200, &[(keys[0], -32), (keys[1], -60)]);
        assert_eq!(voices.ranking(), before);
    }

    #[test]
    fn a_new_speaker_is_ranked_within_a_tenth_of_a_second() {
        let (mut voices, mut now, keys) = (Voices::new(), Instant::now(), keys(2));
        voices.make_room_for(0);
        hear(&mut voices, &mut now, 50, &[(keys[0], -50), (keys[1], -127)]);
        assert_eq!(voices.ranking(), [keys[0]]);
        hear(&mut voices, &mut now, 5, &[(keys[0], -50), (keys[1], -20)]);
        assert_eq!(voices.ranking(), [keys[1]]);
    }

    #[test]
    fn a_voice_without_packets_leaves_the_ranking() {
        let (mut voices, mut now, keys) = (Voices::new(), Instant::now(), keys(2));
        voices.make_room_for(3);
        hear(&mut voices, &mut now, 20, &[(keys[0], -20), (keys[1], -60)]);
        hear(&mut voices, &mut now, 60, &[(keys[1], -60)]);
        assert_eq!(voices.ranking(), [keys[1]]);
    }
}
