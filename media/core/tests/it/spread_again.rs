//! One room on two cores: layers that are wanted again, publications that flow again, and a room that moves.

use crate::common::client::FULL;
use crate::common::pictures::read;
use crate::common::{ROOM, World};
use crate::spread::{room, shown, viewer};
use echo_core::messages::{Event, Layer, OpenRoom, PictureState};

#[test]
fn who_comes_back_to_a_layer_is_shown_its_last_keyframe_and_not_the_last_that_came_across() {
    let mut world = room([180, 720, 180, 180, 180]);
    let said = |world: &World, number: usize| {
        let client = &world.clients[number + 1];
        client.of(client.videos[0]).iter().map(|packet| read(&packet.payload)).collect::<Vec<_>>()
    };
    world.watch("con_2", &[Some(("con_ana", 720))]);
    world.run(800);
    assert_eq!(shown(&world, 2), (PictureState::Live, Layer::F));
    world.watch("con_2", &[]);
    world.run(600);
    world.clients[2].ask_keyframe(0);
    world.run(1500);
    let last = said(&world, 1).iter().rev().find(|said| said.keyframe).map(|said| said.frame).unwrap();
    let before = said(&world, 2);
    assert!(before.iter().all(|said| said.rid == "q" || said.frame < last));
    world.clients[0].camera.deaf = true;
    world.watch("con_2", &[Some(("con_ana", 720))]);
    world.run(300);
    let shown: Vec<_> = said(&world, 2)[before.len()..].iter().map(|said| (said.rid.clone(), said.frame)).collect();
    assert_eq!(shown, vec![("f".to_owned(), last); 4]);
}

#[test]
fn it_is_told_once_how_a_publication_stands_that_begins_to_flow() {
    let mut world = room([180; 5]);
    world.clients[0].camera.on = false;
    world.run(2000);
    world.core.take_carried();
    world.clients[0].camera.on = true;
    let mut carried = world.core.take_carried();
    while carried.pictures == 0 {
        world.run(5);
        let more = world.core.take_carried();
        carried.pictures += more.pictures;
        carried.states += more.states;
    }
    assert_eq!((carried.pictures, carried.states), (1, 1));
}

#[test]
fn a_room_that_is_given_another_home_is_told_of_by_that_one() {
    let mut world = World::new();
    for number in 0..2 {
        world.core.next_on(1);
        world.connect(&viewer(number), FULL);
        world.clients[number].voice = Some(-20);
    }
    world.run(1000);
    let (now, open) = (world.now, OpenRoom { room: ROOM.into(), max_peers: 60, echo_delay_ms: None });
    world.core.each.iter_mut().for_each(|core| core.open_room(now, &open, 1));
    world.run(100);
    world.core.take_carried();
    world.forget_events();
    world.run(2500);
    assert_eq!(world.core.take_carried(), Default::default(), "nobody is where it lived before");
    let told = |kind: fn(&Event) -> bool| world.events.iter().filter(|(_, event)| kind(event)).count();
    assert!((1..=3).contains(&told(|event| matches!(event, Event::PeersSeen(_)))));
    assert!(told(|event| matches!(event, Event::Speakers(_))) > 0);
}
