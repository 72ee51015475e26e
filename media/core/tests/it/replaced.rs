//! The same person comes back on a new transport while the old one is still there.

use crate::common::World;
use crate::common::client::FULL;
use crate::common::streams::continuous_pictures;
use echo_core::messages::{CloseReason, Event, PictureState, Source};

#[test]
fn a_new_transport_takes_over_and_the_others_keep_watching() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].camera.on = true;
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.mute("con_ana", Source::Microphone, true);
    world.run(1000);
    world.clients[ana].cut = true;
    let again = world.connect("con_ana", FULL);
    assert_eq!(world.closed("con_ana"), Some(CloseReason::Replaced));
    world.clients[again].camera.on = true;
    world.clients[again].voice = Some(-20);
    world.run(1500);

    let slot = world.slot("con_ben", 0).unwrap();
    assert_eq!((slot.state, slot.publisher.as_str()), (PictureState::Live, "con_ana"));
    let said = continuous_pictures(&world.clients[ben].of(world.clients[ben].videos[0]));
    let mut owners: Vec<usize> = said.iter().map(|said| said.owner).collect();
    owners.dedup();
    assert_eq!(owners, [ana, again]);

    let state = world.snapshot();
    let ana = state.peers.iter().find(|peer| peer.peer == "con_ana").unwrap();
    assert_eq!((ana.generation, ana.muted.as_slice()), (2, [Source::Microphone].as_slice()));
    assert!(world.voices("con_ben").iter().all(Option::is_none), "the mute outlives the transport");
    let generations: Vec<u32> = world
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::PeerConnected(connected) if connected.peer == "con_ana" => Some(connected.generation),
            _ => None,
        })
        .collect();
    assert_eq!(generations, [1, 2]);
}

#[test]
fn what_the_replaced_one_watched_is_watched_by_the_new_one() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    world.connect("con_ben", FULL);
    world.clients[ana].camera.on = true;
    world.watch("con_ben", &[Some(("con_ana", 360))]);
    world.run(500);
    let again = world.connect("con_ben", FULL);
    world.run(1000);
    let ben = &world.clients[again];
    assert!(continuous_pictures(&ben.of(ben.videos[0])).len() > 30);
}
