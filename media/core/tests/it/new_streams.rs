//! A publisher begins its streams anew, with lower numbers: those who hear and watch it see one continuous stream.

use std::time::Duration;

use crate::common::client::{FULL, Offers};
use crate::common::pictures::Ids;
use crate::common::streams::{continuous_pictures, longest_gap};
use crate::common::{Fate, World};
use echo_core::messages::PictureState;

#[test]
fn a_voice_goes_on() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    let speak = |world: &mut World, from: u64| {
        for n in 0..100 {
            let now = world.now;
            world.clients[ana].say_out_of_line(now, from + n, (from + n) as u32 * 960);
            world.run(20);
        }
    };
    for (round, from) in [40_000, 1200, 39_990, 5].into_iter().enumerate() {
        if round > 0 {
            world.clients[ana].replace_streams(true);
        }
        speak(&mut world, from);
    }
    world.run(200);
    let ben = &world.clients[ben];
    let heard = ben.of(ben.voices[0]);
    assert_eq!(heard.len(), 400);
    for pair in heard.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence + 1);
        let ticks = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
        assert!((48..=2 * 960).contains(&ticks), "{ticks}");
    }
}

#[test]
fn packets_of_the_old_stream_that_were_overtaken_do_not_bring_it_back() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].camera.on = true;
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(3000);
    let late = Fate::Late(Duration::from_millis(100));
    world.network(move |flight| if flight.up && flight.client == ana && flight.media { late } else { Fate::Arrive });
    world.run(60);
    world.network(|_| Fate::Arrive);
    world.clients[ana].replace_streams(true);
    world.run(2000);
    let ben = &world.clients[ben];
    let seen = ben.of(ben.videos[0]);
    continuous_pictures(&seen);
    assert!(longest_gap(&seen) <= 150, "{} ms", longest_gap(&seen));
    assert_eq!(world.clients[ana].keyframes_asked.values().sum::<usize>(), 0, "nobody had to wait");
}

fn watched(offers: Offers, ids: Ids, keyframes: bool) -> u128 {
    let mut world = World::new();
    let ana = world.connect("con_ana", offers);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].camera.ids = ids;
    world.clients[ana].camera.on = true;
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(3000);
    for _ in 0..3 {
        world.clients[ana].replace_streams(keyframes);
        world.run(2000);
        assert_eq!(world.slot("con_ben", 0).unwrap().state, PictureState::Live);
    }
    let ben = &world.clients[ben];
    let seen = ben.of(ben.videos[0]);
    continuous_pictures(&seen);
    assert!(seen.last().unwrap().at + Duration::from_millis(100) > world.now, "it stands still");
    longest_gap(&seen)
}

#[test]
fn a_picture_goes_on_with_the_keyframe_that_its_new_stream_begins_with() {
    for ids in [Ids::Long, Ids::Short, Ids::Absent] {
        let gap = watched(FULL, ids, true);
        assert!(gap <= 50, "{gap} ms");
    }
}

#[test]
fn a_picture_whose_new_stream_begins_without_a_keyframe_goes_on_with_the_one_asked_for() {
    for offers in [FULL, Offers { camera: &[""], ..FULL }] {
        let gap = watched(offers, Ids::Long, false);
        assert!(gap <= 150, "{gap} ms");
    }
}
