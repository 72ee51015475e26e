//! What receivers say is believed only as far as it can cost nobody else anything.

use crate::common::World;
use crate::common::client::FULL;
use crate::common::streams::{continuous_pictures, longest_gap};
use crate::common::{Fate, server};
use echo_core::{EgressKind, Proto};
use echo_wire::rtcp;
use echo_wire::twcc::transport_feedback;

/// Ana is watched by Ben, who is going to misbehave, and by Cleo, who is not.
fn watched() -> World {
    let mut world = World::on(EgressKind::Direct, None);
    for name in ["con_ana", "con_ben", "con_cleo"] {
        world.connect(name, FULL);
    }
    world.clients[0].camera.on = true;
    world.clients[0].voice = Some(-20);
    for name in ["con_ben", "con_cleo"] {
        world.watch(name, &[Some(("con_ana", 720))]);
    }
    world.run(1500);
    world
}

/// Nobody else noticed anything.
fn others_are_fine(world: &World) {
    for name in ["con_ana", "con_ben", "con_cleo"] {
        assert_eq!(world.closed(name), None);
    }
    let cleo = &world.clients[2];
    let packets = cleo.of(cleo.videos[0]);
    continuous_pictures(&packets);
    assert!(longest_gap(&packets) <= 45, "{} ms", longest_gap(&packets));
    assert!(longest_gap(&cleo.of(cleo.voices[0])) <= 25);
}

#[test]
fn a_storm_of_requests_for_packets_gets_no_more_than_a_share() {
    let mut world = watched();
    let before = world.core.counters();
    let mut first_time = 0;
    for _ in 0..400 {
        let (media, newest) = world.clients[1].newest_picture();
        let mut nack = Vec::new();
        rtcp::nack(&mut nack, 1, media, (0..1000).rev().map(|back| newest.wrapping_sub(back)));
        world.core.hear("con_ben", &nack);
        world.run(5);
    }
    first_time +=
        world.clients[1].of(world.clients[1].videos[0]).iter().map(|packet| packet.payload.len()).sum::<usize>();
    let counters = world.core.counters();
    assert_eq!(counters.repairs_asked - before.repairs_asked, 400_000);
    let sent = (counters.repairs_sent - before.repairs_sent) as usize;
    // A share of the stream, what was saved up, and 50 bytes of headers on each.
    assert!(sent > 50 && sent * 500 < first_time * 15 / 100 + 100_000, "{sent} packets again for {first_time} bytes");
    assert!(counters.repairs_refused > 100_000);
    others_are_fine(&world);
}

#[test]
fn a_packet_is_not_sent_again_twice_within_a_round_trip() {
    let mut world = watched();
    let (media, newest) = world.clients[1].newest_picture();
    let before = world.core.counters().repairs_sent;
    let mut nack = Vec::new();
    rtcp::nack(&mut nack, 1, media, [newest]);
    for _ in 0..10 {
        world.core.hear("con_ben", &nack);
    }
    world.run(5);
    assert_eq!(world.core.counters().repairs_sent - before, 1);
    world.run(200);
    world.core.hear("con_ben", &nack);
    world.run(5);
    assert_eq!(world.core.counters().repairs_sent - before, 2);
}

#[test]
fn what_was_never_sent_is_not_sent_again() {
    let mut world = watched();
    let (media, newest) = world.clients[1].newest_picture();
    let before = world.core.counters();
    for (media, lost) in [(media, newest.wrapping_add(100)), (media, newest.wrapping_sub(9000)), (7, newest)] {
        let mut nack = Vec::new();
        rtcp::nack(&mut nack, 1, media, [lost]);
        world.core.hear("con_ben", &nack);
    }
    let voice = world.clients[1].voices[0];
    let voice_ssrc = *world.clients[1].rtc.direct_api().stream_rx_by_mid(voice, None).unwrap().ssrc();
    let said = world.clients[1].of(voice).last().unwrap().sequence as u16;
    let mut nack = Vec::new();
    rtcp::nack(&mut nack, 1, voice_ssrc, [said]);
    world.core.hear("con_ben", &nack);
    let counters = world.core.counters();
    assert_eq!(counters.repairs_unknown - before.repairs_unknown, 4);
    assert_eq!(counters.repairs_sent, before.repairs_sent);
    let arrivals: Vec<(u16, i64)> = (0..200).map(|n| (n * 31, i64::from(n) * 1000)).collect();
    for at in 0..50 {
        let mut feedback = Vec::new();
        transport_feedback(&mut feedback, 1, media, (at, arrivals[0].0), &arrivals);
        world.core.hear("con_ben", &feedback);
    }
    world.run(500);
    others_are_fine(&world);
}

#[test]
fn a_storm_of_keyframe_requests_reaches_the_publisher_as_two_a_second() {
    let mut world = watched();
    let asked = world.clients[0].keyframes_asked.values().sum::<usize>();
    let (media, _) = world.clients[1].newest_picture();
    let mut requests = Vec::new();
    rtcp::pli(&mut requests, 1, media);
    rtcp::fir(&mut requests, 1, &[(media, 1), (media, 2), (9, 3)]);
    for _ in 0..400 {
        for _ in 0..10 {
            world.core.hear("con_ben", &requests);
        }
        world.run(5);
    }
    let asked = world.clients[0].keyframes_asked.values().sum::<usize>() - asked;
    assert!((2..=6).contains(&asked), "{asked} in two seconds");
    assert!(world.core.counters().feedback_limited > 10_000);
    others_are_fine(&world);
}

#[test]
fn feedback_that_comes_again_or_was_changed_is_counted_and_proves_nothing() {
    let mut world = watched();
    let captured = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let copy = std::rc::Rc::clone(&captured);
    world.tap_up(move |client, datagram| {
        if client == 1 && (192..224).contains(&datagram[1]) {
            copy.borrow_mut().push(datagram.to_vec());
        }
    });
    world.run(2000);
    let datagrams = captured.take();
    world.clients[1].cut = true;
    world.run(100);
    let seen = world.snapshot().peers[1].boottime_ns;
    let before = world.core.counters();
    let from = world.clients[1].address;
    assert!(datagrams.len() > 3, "{} packets of feedback", datagrams.len());
    for datagram in &datagrams {
        world.core.receive(world.now, Proto::Udp, from, server(), datagram);
        let mut changed = datagram.clone();
        // An index far ahead, or it would be taken for one more repetition.
        let index = changed.len() - 3;
        changed[index] ^= 0x10;
        world.core.receive(world.now, Proto::Udp, from, server(), &changed);
    }
    let counters = world.core.counters();
    assert_eq!(counters.feedback_replayed - before.feedback_replayed, datagrams.len() as u64);
    assert_eq!(counters.feedback_forged - before.feedback_forged, datagrams.len() as u64);
    assert_eq!(world.snapshot().peers[1].boottime_ns, seen);
    others_are_fine(&world);
}

#[test]
fn more_feedback_than_a_receiver_can_have_is_not_even_opened() {
    let mut world = watched();
    let from = world.clients[1].address;
    let before = world.core.counters();
    let garbage =
        [0x81, 201, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0x80, 0, 0, 9];
    for _ in 0..12_000 {
        world.core.receive(world.now, Proto::Udp, from, server(), &garbage);
    }
    let counters = world.core.counters();
    assert!(counters.feedback_forged - before.feedback_forged <= 4000);
    assert!(counters.feedback_limited - before.feedback_limited >= 8000);
    world.network(|_| Fate::Arrive);
    world.run(2000);
    others_are_fine(&world);
    let ben = &world.clients[1];
    continuous_pictures(&ben.of(ben.videos[0]));
}
