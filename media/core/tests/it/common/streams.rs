//! What a receiver may expect of the stream in a slot.

use super::client::Received;
use super::pictures::{Said, read};

/// Checks that a video slot is one stream without holes or steps back; returns what the packets said.
pub fn continuous_pictures(packets: &[&Received]) -> Vec<Said> {
    let said: Vec<Said> = packets.iter().map(|packet| read(&packet.payload)).collect();
    for (index, pair) in packets.windows(2).enumerate() {
        let (before, after) = (&said[index], &said[index + 1]);
        assert_eq!(pair[1].sequence, pair[0].sequence + 1, "a hole after {before:?}, before {after:?}");
        let same_frame = (before.owner, &before.rid, before.frame) == (after.owner, &after.rid, after.frame);
        let ticks = pair[1].timestamp.wrapping_sub(pair[0].timestamp) as i32;
        if same_frame {
            assert_eq!((after.picture_id, ticks), (before.picture_id, 0), "{before:?} {after:?}");
        } else {
            assert_eq!(after.picture_id, (before.picture_id + 1) & 0x7fff, "{before:?} {after:?}");
            assert!(ticks > 0 && ticks < 90_000 * 3, "{ticks} ticks between {before:?} and {after:?}");
            if let (Some(a), Some(b)) = (before.tl0, after.tl0) {
                assert_eq!(b, a.wrapping_add(1), "{before:?} {after:?}");
            }
        }
        let switched = (before.owner, &before.rid) != (after.owner, &after.rid);
        assert!(!switched || after.keyframe, "a switch without a keyframe: {before:?} {after:?}");
    }
    if let Some(first) = said.first() {
        assert!(first.keyframe, "the first picture is no keyframe: {first:?}");
    }
    said
}

/// The longest time between two packets, in milliseconds.
pub fn longest_gap(packets: &[&Received]) -> u128 {
    let mut times: Vec<_> = packets.iter().map(|packet| packet.at).collect();
    times.sort();
    times.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).max().unwrap_or(0)
}
