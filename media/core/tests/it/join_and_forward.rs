//! Two people join, hear and see each other.

use crate::common::World;
use crate::common::client::FULL;
use crate::common::streams::continuous_pictures;
use echo_core::messages::{Event, Layer, PictureState, Source};

#[test]
fn two_people_hear_and_see_each_other() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].voice = Some(-30);
    world.clients[ana].camera.on = true;
    world.watch("con_ben", &[Some(("con_ana", 720)), None]);
    world.run(2000);

    let ben = &world.clients[ben];
    let heard = ben.of(ben.voices[0]);
    assert!(heard.len() >= 95, "{}", heard.len());
    assert!(heard[0].marker, "the first packet of a voice carries the marker");
    assert!(heard.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1));
    assert!(heard.windows(2).all(|pair| pair[1].timestamp.wrapping_sub(pair[0].timestamp) == 960));
    assert_eq!(heard[5].level, Some(-30));

    let seen = ben.of(ben.videos[0]);
    let said = continuous_pictures(&seen);
    assert!(seen.len() >= 200, "{}", seen.len());
    assert!(said.iter().skip(50).all(|said| said.rid == "f" && said.owner == ana));
    let slot = world.slot("con_ben", 0).unwrap();
    assert_eq!((slot.state, slot.layer, slot.publisher.as_str()), (PictureState::Live, Layer::F, "con_ana"));
    assert_eq!(world.voices("con_ben"), [Some("con_ana".to_string()), None, None]);
}

#[test]
fn the_owner_is_told_who_connected_and_what_flows() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    world.run(100);
    let connected: Vec<_> = world.events.iter().filter(|(_, event)| matches!(event, Event::PeerConnected(_))).collect();
    assert_eq!(connected.len(), 1);
    world.clients[ana].voice = Some(-30);
    world.run(200);
    let flows = |flowing| {
        world.events.iter().any(|(_, event)| match event {
            Event::PublicationFlow(flow) => flow.source == Source::Microphone && flow.flowing == flowing,
            _ => false,
        })
    };
    assert!(flows(true) && !flows(false));
    world.clients[ana].voice = None;
    world.run(1500);
    let state = world.snapshot();
    assert!(state.peers[0].connected && state.peers[0].flowing.is_empty());
}
