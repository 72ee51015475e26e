//! Each listener hears the three loudest others.

use std::collections::HashSet;

use crate::common::World;
use crate::common::client::FULL;
use echo_core::messages::{Event, Source};

/// Six people, of whom the first five have these levels.
fn talking(levels: [i8; 5]) -> World {
    let mut world = World::new();
    for n in 0..6 {
        world.connect(&format!("con_{n}"), FULL);
    }
    for (client, level) in world.clients.iter_mut().zip(levels) {
        client.voice = Some(level);
    }
    world.run(1500);
    world
}

fn heard_by(world: &World, peer: &str) -> HashSet<String> {
    world.voices(peer).into_iter().flatten().collect()
}

fn names(numbers: &[usize]) -> HashSet<String> {
    numbers.iter().map(|n| format!("con_{n}")).collect()
}

#[test]
fn the_three_loudest_are_heard_and_nobody_hears_itself() {
    let world = talking([-20, -25, -30, -60, -70]);
    assert_eq!(heard_by(&world, "con_5"), names(&[0, 1, 2]));
    assert_eq!(heard_by(&world, "con_0"), names(&[1, 2, 3]));
    assert_eq!(heard_by(&world, "con_3"), names(&[0, 1, 2]));
    assert!(world.core.counters().dropped_quiet > 0);
}

#[test]
fn who_begins_to_speak_while_others_are_silent_is_heard_at_once() {
    let mut world = talking([-70, -72, -74, -76, -78]);
    let began = world.now;
    world.clients[4].voice = Some(-15);
    world.run(1000);
    assert!(heard_by(&world, "con_5").contains("con_4"));
    let listener = &world.clients[5];
    let first = listener.received.iter().find(|packet| packet.payload[1] == 4 && packet.at > began).unwrap();
    assert!((first.at - began).as_millis() < 150, "{} ms", (first.at - began).as_millis());
    assert!(first.marker, "the first packet after a switch carries the marker");
}

#[test]
fn a_slot_passed_on_is_one_stream() {
    let mut world = talking([-20, -25, -30, -80, -80]);
    for (quiet, loud) in [(0, 3), (1, 4), (3, 0), (4, 1)] {
        world.clients[quiet].voice = Some(-80);
        world.clients[loud].voice = Some(-15);
        world.run(1500);
    }
    let listener = &world.clients[5];
    for mid in &listener.voices {
        let packets = listener.of(*mid);
        assert!(packets.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1));
        assert!(packets.windows(2).all(|pair| (pair[1].timestamp.wrapping_sub(pair[0].timestamp) as i32) > 0));
        for pair in packets.windows(2) {
            assert_eq!(pair[1].marker, pair[0].payload[1] != pair[1].payload[1]);
        }
    }
}

#[test]
fn a_muted_voice_is_silent_at_once_whatever_the_client_sends() {
    let mut world = talking([-20, -25, -30, -60, -70]);
    world.mute("con_0", Source::Microphone, true);
    world.run(100);
    assert_eq!(heard_by(&world, "con_5"), names(&[1, 2, 3]));
    let muted_at = world.now;
    world.run(1000);
    let heard = world.clients[5].received.iter().filter(|packet| packet.at > muted_at && packet.payload[1] == 0);
    assert_eq!(heard.count(), 0);
    world.mute("con_0", Source::Microphone, false);
    world.run(1000);
    assert!(heard_by(&world, "con_5").contains("con_0"));
}

#[test]
fn speakers_are_told_on_change_and_at_most_five_times_a_second() {
    let mut world = talking([-20, -100, -100, -100, -100]);
    let speakers = |world: &World| {
        let told = world.events.iter().filter_map(|(at, event)| match event {
            Event::Speakers(speakers) => Some((*at, speakers.clone())),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let (_, last) = speakers(&world).pop().unwrap();
    assert_eq!((last.dominant.as_deref(), last.speaking), (Some("con_0"), vec!["con_0".to_string()]));
    world.forget_events();
    world.run(2000);
    assert!(speakers(&world).is_empty(), "no change, nothing told");
    for n in 0..50 {
        world.clients[1].voice = Some(if n % 2 == 0 { -10 } else { -127 });
        world.run(100);
    }
    let told = speakers(&world);
    assert!(!told.is_empty());
    assert!(told.windows(2).all(|pair| (pair[1].0 - pair[0].0).as_millis() >= 200));
}

#[test]
fn shared_sound_has_a_slot_of_its_own() {
    let mut world = talking([-20, -25, -30, -60, -70]);
    world.clients[4].sharing = Some(-40);
    world.run(1000);
    let listener = &world.clients[5];
    let packets = listener.of(listener.share_sound.unwrap());
    assert!(packets.len() > 40 && packets.iter().all(|packet| packet.payload[1] == 4));
    assert_eq!(heard_by(&world, "con_5"), names(&[0, 1, 2]));
    world.clients[4].sharing = None;
    world.run(1500);
    let told = world.events.iter().rev().find_map(|(_, event)| match event {
        Event::VoiceSlots(slots) if slots.peer == "con_5" => Some(slots.share_sound.clone()),
        _ => None,
    });
    assert_eq!(told, Some(None));
}
