//! Who gets a voice slot, and when it may be taken.

use super::*;
use crate::arena::Arena;

fn slots(n: u32) -> Vec<VoiceSlot> {
    (0..n)
        .map(|n| VoiceSlot::new(Line { mid: "1".into(), ssrc: (n + 1).into(), pt: 111.into(), at: n as usize }))
        .collect()
}

fn keys(n: usize) -> Vec<Key> {
    let mut arena = Arena::new();
    (0..n).map(|_| arena.insert(())).collect()
}

#[test]
fn a_listener_never_hears_itself() {
    let keys = &keys(5);
    let heard = |listener| keys.iter().copied().filter(move |voice| in_top(&keys[..4], listener, 3, *voice));
    assert_eq!(heard(keys[1]).collect::<Vec<_>>(), [keys[0], keys[2], keys[3]]);
    assert_eq!(heard(keys[4]).collect::<Vec<_>>(), [keys[0], keys[1], keys[2]]);
}

#[test]
fn free_slots_are_filled_first_and_kept() {
    let (mut slots, keys, now) = (slots(2), keys(2), Instant::now());
    assert_eq!(slot_for(&mut slots, keys[0], now, |key| keys.contains(&key), |_| true), Some((0, true)));
    assert_eq!(slot_for(&mut slots, keys[1], now, |key| keys.contains(&key), |_| true), Some((1, true)));
    assert_eq!(slot_for(&mut slots, keys[0], now, |key| keys.contains(&key), |_| true), Some((0, false)));
}

#[test]
fn a_holder_that_was_outranked_once_and_recovered_has_its_whole_dead_time_again() {
    let (mut slots, keys, start) = (slots(1), keys(2), Instant::now());
    let (holder, louder) = (keys[0], keys[1]);
    let mut speak = |at, speaker, top: Key| slot_for(&mut slots, speaker, at, |key| key == top, |_| true);
    speak(start, holder, holder);
    assert_eq!(speak(start, louder, louder), None);
    assert_eq!(speak(start + DEAD_TIME / 2, holder, holder), Some((0, false)));
    assert_eq!(speak(start + DEAD_TIME * 2, louder, louder), None);
    assert_eq!(speak(start + DEAD_TIME * 3, louder, louder), Some((0, true)));
}

#[test]
fn a_speaking_holder_keeps_its_slot_for_the_dead_time() {
    let (mut slots, keys, start) = (slots(1), keys(2), Instant::now());
    slot_for(&mut slots, keys[0], start, |key| keys[..1].contains(&key), |_| true);
    let louder = &keys[1..];
    assert_eq!(slot_for(&mut slots, keys[1], start, |key| louder.contains(&key), |_| true), None);
    assert_eq!(
        slot_for(&mut slots, keys[1], start + Duration::from_millis(299), |key| louder.contains(&key), |_| true),
        None
    );
    assert_eq!(
        slot_for(&mut slots, keys[1], start + DEAD_TIME, |key| louder.contains(&key), |_| true),
        Some((0, true))
    );
}

#[test]
fn a_silent_holder_gives_way_at_once() {
    let (mut slots, keys, now) = (slots(1), keys(2), Instant::now());
    slot_for(&mut slots, keys[0], now, |key| keys[..1].contains(&key), |_| true);
    assert_eq!(slot_for(&mut slots, keys[1], now, |key| keys[1..].contains(&key), |_| false), Some((0, true)));
}

#[test]
fn who_is_not_among_the_loudest_gets_no_slot() {
    let (mut slots, keys, now) = (slots(1), keys(2), Instant::now());
    assert_eq!(slot_for(&mut slots, keys[1], now, |key| keys[..1].contains(&key), |_| true), None);
}

#[test]
fn whatever_the_ranking_nobody_is_heard_twice_or_by_itself() {
    let (mut slots, keys, start) = (slots(3), keys(8), Instant::now());
    let (listener, mut random) = (keys[0], 3_u64);
    for step in 0..20_000_u64 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let first = (random >> 33) as usize % 8;
        let ranking: Vec<Key> = (0..4).map(|n| keys[(first + n * 3) % 8]).collect();
        let speaker = keys[1 + (random >> 50) as usize % 7];
        let now = start + Duration::from_millis(step * 20);
        let before: Vec<_> = slots.iter().map(VoiceSlot::holder).collect();
        let taken = slot_for(
            &mut slots,
            speaker,
            now,
            |voice| in_top(&ranking, listener, 3, voice),
            |holder| holder == keys[(random >> 20) as usize % 8],
        );
        let holders: Vec<Key> = slots.iter().filter_map(VoiceSlot::holder).collect();
        assert!(!holders.contains(&listener));
        assert!((1..holders.len()).all(|n| !holders[n..].contains(&holders[n - 1])), "{holders:?}");
        match taken {
            Some((slot, new)) => {
                assert_eq!(slots[slot].holder(), Some(speaker));
                assert_eq!(new, before[slot] != Some(speaker));
                assert!(!new || in_top(&ranking, listener, 3, speaker));
            }
            None => assert!(!before.contains(&Some(speaker))),
        }
    }
}
