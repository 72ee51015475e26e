//! A panic in the work for one peer ends that peer alone.

use crate::common::World;
use crate::common::client::FULL;
use crate::common::streams::{continuous_pictures, longest_gap};
use echo_core::messages::CloseReason;

fn four() -> World {
    let mut world = World::new();
    for name in ["con_ana", "con_ben", "con_cleo", "con_dan"] {
        world.connect(name, FULL);
    }
    world.clients[0].camera.on = true;
    world.clients[0].voice = Some(-20);
    for name in ["con_ben", "con_cleo", "con_dan"] {
        world.watch(name, &[Some(("con_ana", 720))]);
    }
    world.run(1500);
    world
}

#[test]
fn a_panic_in_a_receiver_leaves_the_others_without_a_gap() {
    let mut world = four();
    world.core.fail_peer("con_cleo");
    world.run(1500);
    assert_eq!(world.closed("con_cleo"), Some(CloseReason::Failed));
    assert_eq!(world.core.counters().panics, 1);
    for other in [1, 3] {
        let other = &world.clients[other];
        let packets = other.of(other.videos[0]);
        continuous_pictures(&packets);
        assert!(longest_gap(&packets) < 120);
        assert!(longest_gap(&other.of(other.voices[0])) < 60);
    }
    assert_eq!(world.snapshot().peers.len(), 3);
}

#[test]
fn a_panic_in_a_publisher_ends_the_publisher_alone() {
    let mut world = four();
    world.core.fail_peer("con_ana");
    world.run(500);
    assert_eq!(world.closed("con_ana"), Some(CloseReason::Failed));
    world.clients[1].voice = Some(-20);
    world.run(500);
    assert_eq!(world.voices("con_dan"), [Some("con_ben".to_string()), None, None]);
    assert_eq!(world.core.counters().panics, 1);
}
