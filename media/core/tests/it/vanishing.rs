//! Publishers and receivers who leave, politely or not.

use crate::common::client::FULL;
use crate::common::{BOOT_NS, World};
use echo_core::messages::{CloseReason, CloseRoom, Command, Event, PictureState, RemovePeer};

fn watching() -> (World, usize, usize) {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].camera.on = true;
    world.clients[ana].voice = Some(-30);
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(1500);
    (world, ana, ben)
}

#[test]
fn who_hangs_up_is_gone_at_once_and_its_slots_are_free() {
    let (mut world, ana, _) = watching();
    let now = world.now;
    world.clients[ana].hang_up(now);
    world.run(200);
    assert_eq!(world.closed("con_ana"), Some(CloseReason::ClosedByPeer));
    assert_eq!(world.slot("con_ben", 0).unwrap().state, PictureState::Paused);
    assert_eq!(world.voices("con_ben"), [None, None, None]);
    assert_eq!(world.snapshot().peers.len(), 1);
}

#[test]
fn a_dead_line_pauses_the_picture_in_a_second_and_times_out() {
    let (mut world, ana, _) = watching();
    let cut_at = (world.now - world.start).as_nanos() as u64;
    world.clients[ana].cut = true;
    world.run(1200);
    assert_eq!(world.slot("con_ben", 0).unwrap().state, PictureState::Paused);
    assert_eq!(world.voices("con_ben"), [None, None, None]);
    world.run(20_000);
    assert_eq!(world.closed("con_ana"), Some(CloseReason::TimedOut));
    let left = world.events.iter().find_map(|(_, event)| match event {
        Event::PeerClosed(closed) => Some(closed.boottime_ns - BOOT_NS),
        _ => None,
    });
    let off = left.unwrap().abs_diff(cut_at) / 1_000_000;
    assert!(off < 50, "dated {off} ms off the last packet");
}

#[test]
fn who_never_connects_is_dropped_after_fifteen_seconds() {
    let mut world = World::new();
    let ana = world.join("con_ana", FULL);
    world.clients[ana].cut = true;
    world.run(14_500);
    assert_eq!(world.closed("con_ana"), None);
    world.run(1000);
    assert_eq!(world.closed("con_ana"), Some(CloseReason::NeverConnected));
    assert!(world.snapshot().peers.is_empty());
}

#[test]
fn a_removed_peer_is_told_so() {
    let (mut world, _, ben) = watching();
    world.command(Command::RemovePeer(RemovePeer { peer: "con_ben".into() }));
    assert!(world.clients[ben].rtc.is_alive());
    world.run(200);
    assert_eq!(world.closed("con_ben"), Some(CloseReason::Removed));
    assert!(!world.clients[ben].rtc.is_alive(), "DTLS close_notify reached the client");
}

#[test]
fn a_closed_room_ends_everybody_in_it() {
    let (mut world, ..) = watching();
    world.command(Command::CloseRoom(CloseRoom { room: crate::common::ROOM.into() }));
    world.run(200);
    assert_eq!(world.closed("con_ana"), Some(CloseReason::RoomClosed));
    assert_eq!(world.closed("con_ben"), Some(CloseReason::RoomClosed));
    assert!(world.core.snapshot().is_empty());
}

#[test]
fn a_silent_listener_is_still_seen_every_second() {
    let (mut world, ..) = watching();
    world.forget_events();
    world.run(10_000);
    let seen: Vec<u64> = world
        .events
        .iter()
        .filter_map(|(at, event)| match event {
            Event::PeersSeen(seen) => Some((at.as_nanos() as u64 + BOOT_NS - seen.seen["con_ben"]) / 1_000_000),
            _ => None,
        })
        .collect();
    assert!((9..=11).contains(&seen.len()), "{} reports", seen.len());
    assert!(seen.iter().all(|age| *age < 1500), "{seen:?}");
}
