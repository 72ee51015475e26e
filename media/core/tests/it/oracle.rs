//! The same scenario on both egresses gives receivers the same media.

use std::time::Duration;

use crate::common::client::{Client, FULL, Offers, Received};
use crate::common::pictures::Ids;
use crate::common::{Fate, World};
use echo_core::EgressKind;
use str0m::media::Mid;

/// A packet as its receiver read it, told from the first one of its slot, since where a slot begins is random.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    at: Duration,
    ahead: u64,
    ticks: u32,
    marker: bool,
    level: Option<i8>,
    orientation: Option<u8>,
    payload: Vec<u8>,
}

fn seen(world: &World, client: &Client, mid: Mid) -> Vec<Seen> {
    let packets = client.of(mid);
    let Some(first) = packets.first().copied() else { return Vec::new() };
    let told = |packet: &&Received| Seen {
        at: packet.at - world.start,
        ahead: packet.sequence - first.sequence,
        ticks: packet.timestamp.wrapping_sub(first.timestamp),
        marker: packet.marker,
        level: packet.level,
        orientation: packet.orientation,
        payload: packet.payload.clone(),
    };
    packets.iter().map(told).collect()
}

/// Voices, simulcast, switches of layer and publisher, late packets, a newcomer, padding, mutes; nothing lost.
fn scenario(egress: EgressKind) -> World {
    let mut world = World::on(egress, None);
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", Offers { camera: &[""], ..FULL });
    let cleo = world.connect("con_cleo", FULL);
    world.clients[ben].camera.ids = Ids::Short;
    for (client, level) in [(ana, -20), (ben, -30), (cleo, -40)] {
        world.clients[client].voice = Some(level);
        world.clients[client].camera.on = true;
    }
    world.clients[ana].sharing = Some(-25);
    world.watch("con_ana", &[Some(("con_ben", 720)), Some(("con_cleo", 180))]);
    world.watch("con_ben", &[Some(("con_ana", 720)), Some(("con_cleo", 360))]);
    world.watch("con_cleo", &[Some(("con_ana", 180)), Some(("con_ben", 90))]);
    world.run(1500);
    // By the clock, not by number: what else is in the air differs.
    let (start, mut now) = (world.now, world.now);
    world.clients[ana].camera.padding = true;
    for step in 0..400_u64 {
        let late = step % 40 < 4;
        world.network(move |flight| match flight.media && flight.up && late {
            true => Fate::Late(Duration::from_millis(15)),
            false => Fate::Arrive,
        });
        match step {
            50 => world.watch("con_cleo", &[Some(("con_ana", 720)), Some(("con_ben", 90))]),
            120 => world.watch("con_ben", &[Some(("con_cleo", 720)), Some(("con_ana", 180))]),
            160 => world.mute("con_ana", echo_core::messages::Source::Camera, true),
            200 => world.mute("con_ana", echo_core::messages::Source::Camera, false),
            240 => world.clients[cleo].camera.layer_on("f", false),
            300 => {
                world.join("con_dan", FULL);
                world.watch("con_dan", &[Some(("con_ana", 720)), Some(("con_ben", 720))]);
            }
            _ => {}
        }
        world.run(5);
        now += Duration::from_millis(5);
    }
    assert_eq!(now - start, world.now - start);
    world.run(500);
    world
}

#[test]
fn both_egresses_send_the_same_media() {
    let (direct, strom) = (scenario(EgressKind::Direct), scenario(EgressKind::Str0m));
    assert_eq!((direct.core.counters().peers_direct, strom.core.counters().peers_direct), (4, 0));
    let mut compared = 0;
    for (ours, theirs) in direct.clients.iter().zip(&strom.clients) {
        let slots = |client: &Client| -> Vec<Mid> {
            client.voices.iter().chain(&client.share_sound).chain(&client.videos).copied().collect()
        };
        for (slot, (our_mid, their_mid)) in slots(ours).into_iter().zip(slots(theirs)).enumerate() {
            let (our, their) = (seen(&direct, ours, our_mid), seen(&strom, theirs, their_mid));
            let differs = our.iter().zip(&their).position(|(our, their)| our != their);
            if let Some(at) = differs {
                panic!("{} slot {slot}, packet {at}: {:?} is not {:?}", ours.name, our[at], their[at]);
            }
            assert_eq!(our.len(), their.len(), "{} slot {slot}", ours.name);
            compared += our.len();
        }
    }
    assert!(compared > 3000, "{compared} packets");
    let forwarded = |world: &World| {
        let counters = world.core.counters();
        (counters.media_in, counters.media_out, counters.switches, counters.dropped_late, counters.keyframes_requested)
    };
    assert_eq!(forwarded(&direct), forwarded(&strom));
}
