//! Somebody joins while the others are long since talking.

use crate::common::client::FULL;
use crate::common::streams::continuous_pictures;
use crate::common::{Fate, World};
use echo_core::messages::{PictureState, Source};

#[test]
fn a_late_joiner_sees_and_hears_within_a_third_of_a_second() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    world.clients[ana].camera.on = true;
    world.clients[ana].voice = Some(-25);
    world.run(5000);
    let ben = world.connect("con_ben", FULL);
    let joined = world.now;
    world.watch("con_ben", &[Some(("con_ana", 360))]);
    world.run(1000);
    let ben = &world.clients[ben];
    for mid in [ben.videos[0], ben.voices[0]] {
        let first = ben.of(mid)[0].at;
        assert!((first - joined).as_millis() < 330, "{} ms", (first - joined).as_millis());
    }
    let said = continuous_pictures(&ben.of(ben.videos[0]));
    assert!(said.iter().all(|said| said.rid == "h"));
}

#[test]
fn a_newcomer_just_after_a_keyframe_is_served_from_what_was_kept() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    let cleo = world.connect("con_cleo", FULL);
    world.clients[ana].camera.on = true;
    world.run(3000);
    world.watch("con_ben", &[Some(("con_ana", 180))]);
    world.run(200);
    let asked = world.core.counters().keyframes_requested;
    let wished = world.now;
    world.watch("con_cleo", &[Some(("con_ana", 180))]);
    world.run(500);
    assert_eq!(world.core.counters().keyframes_requested, asked, "no further keyframe was asked for");
    for viewer in [ben, cleo] {
        let viewer = &world.clients[viewer];
        continuous_pictures(&viewer.of(viewer.videos[0]));
    }
    let cleo = &world.clients[cleo];
    assert!((cleo.of(cleo.videos[0])[0].at - wished).as_millis() <= 20);
}

#[test]
fn sixteen_slots_at_once_cost_one_keyframe() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    world.clients[ana].camera.on = true;
    world.run(3000);
    let names: Vec<String> = (0..8).map(|n| format!("con_{n}")).collect();
    for name in &names {
        world.connect(name, FULL);
    }
    world.run(2000);
    let asked = world.core.counters().keyframes_requested;
    for name in &names {
        world.watch(name, &[Some(("con_ana", 720)), Some(("con_ana", 720))]);
    }
    world.run(400);
    assert_eq!(world.core.counters().keyframes_requested, asked + 1);
    for viewer in &world.clients[1..] {
        continuous_pictures(&viewer.of(viewer.videos[0]));
    }
}

#[test]
fn nothing_is_queued_for_a_connection_that_is_not_up() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    world.clients[ana].camera.on = true;
    world.clients[ana].voice = Some(-25);
    let ben = world.join("con_ben", FULL);
    world.clients[ben].cut = true;
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(5000);
    assert_eq!(world.core.counters().media_out, 0);
    assert_eq!(world.slot("con_ben", 0).unwrap().state, PictureState::Starting);
    world.clients[ben].cut = false;
    world.run(3000);
    let ben = &world.clients[ben];
    assert!(ben.connected && continuous_pictures(&ben.of(ben.videos[0])).len() > 30);
}

#[test]
fn a_newcomer_is_shown_the_last_keyframe_at_once_and_goes_on_from_a_fresh_one() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].camera.on = true;
    world.run(10_000);
    world.clients[ana].camera.deaf = true;
    let wished = world.now;
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(1000);
    let mid = world.clients[ben].videos[0];
    let still = world.clients[ben].of(mid);
    assert!(still.iter().all(|packet| (packet.at - wished).as_millis() <= 20));
    let said = continuous_pictures(&still);
    assert_eq!(
        (said.len(), said[0].frame, said[0].keyframe),
        (4, 1, true),
        "the whole keyframe, and nothing of what came later"
    );
    assert_eq!(world.slot("con_ben", 0).unwrap().state, PictureState::Starting);
    world.clients[ana].camera.deaf = false;
    world.run(4000);
    let packets = world.clients[ben].of(mid);
    let said = continuous_pictures(&packets);
    assert!(said[4].keyframe && said[4].frame > 200 && said.len() > 100);
    // A receiver that was told of the ten seconds in between would wait for as long.
    let ticks = packets[4].timestamp.wrapping_sub(packets[0].timestamp);
    let apart = (packets[4].at - packets[0].at).as_millis() as u32;
    assert!((ticks / 90).abs_diff(apart) < 60, "{} ms of picture in {apart} ms", ticks / 90);
    assert_eq!(world.slot("con_ben", 0).unwrap().state, PictureState::Live);
    assert_eq!(world.core.counters().stills, 1);
}

#[test]
fn a_picture_that_was_held_back_is_not_shown_as_a_still() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].camera.on = true;
    world.run(3000);
    world.clients[ana].camera.deaf = true;
    world.mute("con_ana", Source::Camera, true);
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(200);
    world.mute("con_ana", Source::Camera, false);
    world.run(200);
    assert!(world.clients[ben].of(world.clients[ben].videos[0]).is_empty());
}

#[test]
fn a_lost_packet_of_a_still_is_sent_again() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].camera.on = true;
    world.run(10_000);
    world.clients[ana].camera.deaf = true;
    let mut pictures = 0;
    world.network(move |flight| {
        pictures += u32::from(!flight.up && flight.media && flight.bytes > 300);
        if pictures == 2 && flight.bytes > 300 { Fate::Lost } else { Fate::Arrive }
    });
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(20);
    world.network(|_| Fate::Arrive);
    world.run(500);
    assert_eq!(continuous_pictures(&world.clients[ben].of(world.clients[ben].videos[0])).len(), 4);
}
