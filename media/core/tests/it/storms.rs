//! What one receiver can make the core do by what it says is bounded, however much of it fits one packet.

use crate::common::World;
use crate::common::client::FULL;
use crate::common::server;
use echo_core::Proto;
use echo_wire::rtcp;

/// Ana is watched by Ben, who is going to misbehave; lines are estimated.
fn watched() -> World {
    let mut world = World::new();
    for name in ["con_ana", "con_ben"] {
        world.connect(name, FULL);
    }
    world.clients[0].camera.on = true;
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(3000);
    world
}

#[test]
fn packets_that_share_a_place_in_the_memory_of_repairs_are_sent_again_no_more_than_others() {
    let mut world = watched();
    let (media, newest) = world.clients[1].newest_picture();
    let before = world.core.counters();
    let in_turn: Vec<u16> = (0..480).map(|n| newest.wrapping_sub(if n % 2 == 0 { 0 } else { 256 })).collect();
    for _ in 0..64 {
        let mut nack = Vec::new();
        rtcp::nack(&mut nack, 1, media, in_turn.iter().copied());
        world.core.hear("con_ben", &nack);
    }
    world.run(600);
    let sent = world.core.counters().repairs_sent - before.repairs_sent;
    assert!((1..200).contains(&sent), "{sent} sent again at once");
}

#[test]
fn whoever_asked_for_much_gets_what_it_misses_a_little_later() {
    let mut world = watched();
    let (media, newest) = world.clients[1].newest_picture();
    let mut nack = Vec::new();
    rtcp::nack(&mut nack, 1, media, (0..256).rev().map(|back| newest.wrapping_sub(back)));
    world.core.hear("con_ben", &nack);
    world.run(2000);
    let (media, newest) = world.clients[1].newest_picture();
    let before = world.core.counters().repairs_sent;
    let mut nack = Vec::new();
    rtcp::nack(&mut nack, 1, media, [newest]);
    world.core.hear("con_ben", &nack);
    world.run(100);
    assert_eq!(world.core.counters().repairs_sent - before, 1);
}

#[test]
fn a_packet_that_tells_of_hundreds_of_thousands_of_arrivals_is_read_only_so_far() {
    let mut world = watched();
    // Each of these messages of 24 bytes tells of 8,191 packets that did not arrive.
    let mut compound = Vec::new();
    for number in 0..84 {
        compound.extend([0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2]);
        compound.extend([0, 0, 0x1f, 0xff, 0, 0, 0, number, 0x1f, 0xff, 0, 0]);
    }
    let before = world.core.counters().feedback_limited;
    world.core.hear("con_ben", &compound);
    assert!(world.core.counters().feedback_limited - before >= 80);
    world.run(1100);
    let before = world.core.counters().feedback_limited;
    world.core.hear("con_ben", &compound[..24]);
    assert_eq!(world.core.counters().feedback_limited, before, "in the next second it may tell again");
}

#[test]
fn forged_feedback_uses_up_nothing_of_the_true_one() {
    let mut world = watched();
    let from = world.clients[1].address;
    let mut forged = [9; 40];
    forged[..4].copy_from_slice(&[0x81, 201, 0, 7]);
    forged[36] = 0x80;
    let before = world.core.counters();
    for _ in 0..200 {
        for _ in 0..10 {
            world.core.receive(world.now, Proto::Udp, from, server(), &forged);
        }
        world.run(5);
    }
    let counters = world.core.counters();
    assert!(counters.feedback_forged - before.feedback_forged > 1500);
    assert_eq!(counters.feedback_limited, before.feedback_limited);
}
