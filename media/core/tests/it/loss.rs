//! Packets are lost on either side of the engine, and repaired.

use crate::common::client::FULL;
use crate::common::streams::continuous_pictures;
use crate::common::{Fate, Flight, World};

/// Ana sends a picture to Ben over a network that loses every `n`th media datagram where `lossy` says so.
fn with_loss(n: u64, mut lossy: impl FnMut(Flight) -> bool + 'static) -> (World, usize) {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.clients[ana].camera.on = true;
    world.run(1000);
    let mut seen = 0;
    world.network(move |flight| {
        if !flight.media || !lossy(flight) {
            return Fate::Arrive;
        }
        seen += 1;
        if seen % n == 0 { Fate::Lost } else { Fate::Arrive }
    });
    world.run(4000);
    world.network(|_| Fate::Arrive);
    world.run(500);
    (world, ben)
}

#[test]
fn loss_towards_a_viewer_is_repaired_by_retransmission() {
    let (world, ben) = with_loss(25, |flight| !flight.up && flight.client == 1);
    let ben = &world.clients[ben];
    continuous_pictures(&ben.of(ben.videos[0]));
}

#[test]
fn loss_from_a_publisher_is_repaired_before_it_reaches_viewers() {
    let (world, ben) = with_loss(25, |flight| flight.up && flight.client == 0);
    let ben = &world.clients[ben];
    continuous_pictures(&ben.of(ben.videos[0]));
}

#[test]
fn loss_on_both_sides_is_repaired() {
    let (world, ben) = with_loss(33, |_| true);
    let ben = &world.clients[ben];
    continuous_pictures(&ben.of(ben.videos[0]));
}

#[test]
fn what_a_viewer_missed_comes_again_in_its_order() {
    let mut seen = 0;
    let (world, ben) = with_loss(1, move |flight| {
        seen += u32::from(!flight.up && flight.client == 1);
        !flight.up && flight.client == 1 && (40..52).contains(&seen)
    });
    let ben = &world.clients[ben];
    let mut furthest = 0;
    let mut repairs = Vec::new();
    for packet in ben.received.iter().filter(|packet| packet.mid == ben.videos[0]) {
        if packet.sequence < furthest {
            repairs.push(packet.sequence);
        }
        furthest = furthest.max(packet.sequence);
    }
    assert!(repairs.len() > 3 && repairs.is_sorted(), "{repairs:?}");
}
