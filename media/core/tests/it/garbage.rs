//! What comes from nowhere is counted, and nothing else.

use std::net::SocketAddr;

use crate::common::client::FULL;
use crate::common::streams::continuous_pictures;
use crate::common::{World, server};
use echo_core::Proto;
use echo_core::messages::{CloseReason, Event};

/// A binding request for this username, without integrity.
fn stun_request(username: &str) -> Vec<u8> {
    let mut bytes = vec![0x00, 0x01, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    bytes.extend([7; 12]);
    bytes.extend([0x00, 0x06]);
    bytes.extend((username.len() as u16).to_be_bytes());
    bytes.extend(username.as_bytes());
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    with_length(bytes)
}

/// One that is whole, but whose MESSAGE-INTEGRITY is none.
fn forged_request(username: &str) -> Vec<u8> {
    let mut bytes = stun_request(username);
    bytes.extend([0x00, 0x24, 0x00, 4, 0x6e, 0, 0, 0xff]);
    bytes.extend([0x00, 0x08, 0x00, 20]);
    bytes.extend([0xaa; 20]);
    with_length(bytes)
}

fn with_length(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = (bytes.len() - 20) as u16;
    bytes[2..4].copy_from_slice(&length.to_be_bytes());
    bytes
}

#[test]
fn garbage_is_counted_and_answered_with_nothing() {
    let mut world = World::new();
    let from: SocketAddr = "10.9.9.9:999".parse().unwrap();
    let mut random = 1_u64;
    for n in 0..2000_usize {
        let bytes: Vec<u8> = (0..n % 200)
            .map(|_| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (random >> 56) as u8
            })
            .collect();
        world.core.receive(world.now, Proto::Udp, from, server(), &bytes);
    }
    assert_eq!(world.core.counters().dropped_garbage, 2000);
    assert!(world.take_outbox().is_empty());
    assert!(world.core.take_events().is_empty());
}

#[test]
fn a_flood_of_unknown_stun_is_cut_off_unread() {
    let mut world = World::new();
    let from: SocketAddr = "10.9.9.9:999".parse().unwrap();
    let request = stun_request("0003000000ffabcd:them");
    for _ in 0..5000 {
        world.core.receive(world.now, Proto::Udp, from, server(), &request);
    }
    let counters = world.core.counters();
    assert_eq!((counters.dropped_garbage, counters.dropped_limited), (500, 4500));
    world.run(1000);
    world.connect("con_ana", FULL);
}

#[test]
fn garbage_from_a_known_address_harms_nobody() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.clients[ana].camera.on = true;
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    let from = world.clients[ana].address;
    for n in 0..200_u64 {
        for first in [0_u8, 1, 20, 22, 23, 63, 128, 129, 144, 200, 255] {
            let mut bytes = vec![first; 5 + (n as usize * 7) % 120];
            bytes[1] = n as u8;
            world.core.receive(world.now, Proto::Udp, from, server(), &bytes);
        }
        world.run(10);
    }
    assert!(world.closed("con_ana").is_none());
    let unopened = world.core.counters().dropped_unopened;
    assert!((400..=600).contains(&unopened), "{unopened} of about 500 that look like media are counted");
    let ben = &world.clients[ben];
    assert!(continuous_pictures(&ben.of(ben.videos[0])).len() > 150);
}

#[test]
fn a_forged_request_with_a_known_name_moves_nobody() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let forged = forged_request(&format!("{}:x", world.clients[ana].ufrag));
    let from: SocketAddr = "10.9.9.9:999".parse().unwrap();
    world.core.receive(world.now, Proto::Udp, from, server(), &forged);
    assert_eq!(world.core.counters().dropped_refused, 1);
    assert!(world.take_outbox().datagrams().all(|(route, _)| route.destination != from));
    world.core.receive(world.now, Proto::Udp, from, server(), &[128; 50]);
    assert_eq!(world.core.counters().dropped_garbage, 1, "the address leads nowhere");
}

#[test]
fn forged_requests_from_her_own_address_keep_nobody_alive() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    world.run(1000);
    let (from, forged) = (world.clients[ana].address, forged_request(&format!("{}:x", world.clients[ana].ufrag)));
    world.clients[ana].cut = true;
    world.run(100);
    let before = world.snapshot().peers[0].boottime_ns;
    for _ in 0..20 {
        world.core.receive(world.now, Proto::Udp, from, server(), &forged);
        world.run(1000);
    }
    let closed = world.events.iter().find_map(|(_, event)| match event {
        Event::PeerClosed(closed) => Some((closed.reason, closed.boottime_ns)),
        _ => None,
    });
    assert_eq!(closed, Some((CloseReason::TimedOut, before)));
}
