//! Layers follow the height shown, fall back when one falls silent, and come back.

use crate::common::World;
use crate::common::client::FULL;
use crate::common::streams::{continuous_pictures, longest_gap};
use echo_core::messages::{Layer, PictureState, Source};

fn watching(height: u32) -> (World, usize, usize) {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].camera.on = true;
    world.watch("con_ben", &[Some(("con_ana", height))]);
    world.run(1500);
    (world, ana, ben)
}

#[test]
fn the_layer_follows_the_height_shown_without_a_freeze() {
    let (mut world, _, ben) = watching(180);
    for (height, layer) in [(720, Layer::F), (300, Layer::H), (90, Layer::Q), (1080, Layer::F)] {
        world.watch("con_ben", &[Some(("con_ana", height))]);
        world.run(800);
        assert_eq!(world.slot("con_ben", 0).unwrap().layer, layer);
    }
    let ben = &world.clients[ben];
    let packets = ben.of(ben.videos[0]);
    continuous_pictures(&packets);
    assert!(longest_gap(&packets) < 120, "{} ms", longest_gap(&packets));
}

#[test]
fn a_layer_that_falls_silent_is_replaced_and_taken_back() {
    let (mut world, ana, ben) = watching(720);
    assert_eq!(world.slot("con_ben", 0).unwrap().layer, Layer::F);
    world.clients[ana].camera.layer_on("f", false);
    world.run(600);
    assert_eq!(world.slot("con_ben", 0).unwrap().layer, Layer::H);
    assert_eq!(world.core.counters().fallbacks, 1);
    world.run(1000);
    world.clients[ana].camera.layer_on("f", true);
    world.run(1500);
    assert_eq!(world.slot("con_ben", 0).unwrap().layer, Layer::F);
    let ben = &world.clients[ben];
    let packets = ben.of(ben.videos[0]);
    continuous_pictures(&packets);
    assert!(longest_gap(&packets) < 500, "{} ms", longest_gap(&packets));
}

#[test]
fn a_flapping_layer_is_not_chased() {
    let (mut world, ana, _) = watching(720);
    let before = world.core.counters().switches;
    for _ in 0..5 {
        world.clients[ana].camera.layer_on("f", false);
        world.run(400);
        world.clients[ana].camera.layer_on("f", true);
        world.run(200);
    }
    assert!(world.core.counters().switches - before <= 2);
}

#[test]
fn a_lost_keyframe_request_is_repeated() {
    let (mut world, ana, _) = watching(180);
    world.clients[ana].camera.deaf = true;
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(1500);
    assert_eq!(world.slot("con_ben", 0).unwrap().layer, Layer::Q, "the old layer goes on meanwhile");
    assert!(world.clients[ana].keyframes_asked["f"] >= 3);
    world.clients[ana].camera.deaf = false;
    world.run(2500);
    assert_eq!(world.slot("con_ben", 0).unwrap().layer, Layer::F);
}

#[test]
fn a_viewers_request_for_a_keyframe_goes_upstream_once() {
    let (mut world, ana, ben) = watching(720);
    world.run(1000);
    let before = world.clients[ana].keyframes_asked.get("f").copied().unwrap_or(0);
    for _ in 0..10 {
        world.clients[ben].ask_keyframe(0);
        world.run(20);
    }
    world.run(200);
    assert_eq!(world.clients[ana].keyframes_asked["f"], before + 1);
}

#[test]
fn a_muted_camera_pauses_and_comes_back_with_a_keyframe() {
    let (mut world, _, ben) = watching(720);
    world.mute("con_ana", Source::Camera, true);
    world.run(200);
    let before = world.clients[ben].received.len();
    world.run(1000);
    assert_eq!(world.clients[ben].received.len(), before);
    assert_eq!(world.slot("con_ben", 0).unwrap().state, PictureState::Paused);
    assert!(world.core.counters().dropped_muted > 100);
    world.mute("con_ana", Source::Camera, false);
    world.run(1000);
    assert_eq!(world.slot("con_ben", 0).unwrap().state, PictureState::Live);
    let ben = &world.clients[ben];
    continuous_pictures(&ben.of(ben.videos[0]));
}

#[test]
fn a_camera_that_starts_costs_no_second_keyframe() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    world.connect("con_ben", FULL);
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(1000);
    world.clients[ana].camera.on = true;
    world.run(1000);
    assert_eq!(world.slot("con_ben", 0).unwrap().layer, Layer::F);
    assert_eq!(world.core.counters().keyframes_requested, 0);
}

#[test]
fn a_camera_that_pauses_comes_back_on_the_same_layer() {
    let (mut world, ana, ben) = watching(720);
    for pause in [200, 400, 900, 2500] {
        let switches = world.core.counters().switches;
        world.clients[ana].camera.on = false;
        world.run(pause);
        world.clients[ana].camera.on = true;
        world.run(700);
        assert_eq!(world.core.counters().switches, switches, "after {pause} ms");
        let slot = world.slot("con_ben", 0).unwrap();
        assert_eq!((slot.state, slot.layer), (PictureState::Live, Layer::F));
    }
    let ben = &world.clients[ben];
    continuous_pictures(&ben.of(ben.videos[0]));
}
