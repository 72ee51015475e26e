//! Datagrams overtake each other, or carry nothing.

use std::time::Duration;

use crate::common::client::FULL;
use crate::common::streams::continuous_pictures;
use crate::common::{Fate, World};

#[test]
fn pictures_stay_whole_when_datagrams_overtake_each_other() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.network(|flight| {
        let late = flight.media && flight.up && flight.number.is_multiple_of(7);
        if late { Fate::Late(Duration::from_millis(10)) } else { Fate::Arrive }
    });
    world.clients[ana].camera.on = true;
    world.run(3000);
    world.network(|_| Fate::Arrive);
    world.run(300);
    let ben = &world.clients[ben];
    let said = continuous_pictures(&ben.of(ben.videos[0]));
    assert!(said.len() > 300);
}

#[test]
fn what_overtook_the_keyframe_of_a_switch_is_not_lost() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].camera.on = true;
    world.watch("con_ben", &[Some(("con_ana", 180))]);
    world.run(2000);
    // The first packet of each frame of `f` comes after the three others: packets 4, 8, ... of Ana's seven a frame.
    let mut count = 0;
    world.network(move |flight| {
        if !(flight.media && flight.up && flight.client == ana) {
            return Fate::Arrive;
        }
        count += 1;
        if count % 7 == 4 { Fate::Late(Duration::from_millis(5)) } else { Fate::Arrive }
    });
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(2000);
    world.network(|_| Fate::Arrive);
    world.run(300);
    let ben = &world.clients[ben];
    let said = continuous_pictures(&ben.of(ben.videos[0]));
    assert_eq!(said.last().unwrap().rid, "f");
}

#[test]
fn packets_without_payload_leave_no_hole() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.watch("con_ben", &[Some(("con_ana", 180))]);
    world.clients[ana].camera.padding = true;
    world.clients[ana].camera.on = true;
    world.run(2000);
    let ben = &world.clients[ben];
    let packets = ben.of(ben.videos[0]);
    assert!(packets.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1));
    assert!(packets.iter().filter(|packet| packet.payload.is_empty()).count() > 20);
    let pictures: Vec<_> = packets.iter().filter(|packet| !packet.payload.is_empty()).collect();
    let ids: Vec<u16> =
        pictures.iter().map(|packet| crate::common::pictures::read(&packet.payload).picture_id).collect();
    assert!(ids.len() > 40 && ids.windows(2).all(|pair| pair[1] == (pair[0] + 1) & 0x7fff));
}
