//! What it takes to forward a packet, as a count that no noise can touch: `make bench-instructions` runs this under
//! callgrind, which counts only inside the functions whose names begin with `measured`.
//!
//! One publisher of voice and full-sized pictures, fifty viewers, three seconds. Everybody's feedback is part of it.

use std::time::{Duration, Instant};

use crate::common::client::Offers;
use crate::common::{World, server};
use echo_core::{Core, Outbox, Proto};

const VIEWERS: usize = 50;
const STEP: Duration = Duration::from_millis(5);
const SECONDS: u32 = 3;
/// With the VP8 descriptor and its own stamp a packet of pictures has 1,100 bytes.
const FILL: usize = 1072;
const PUBLISHER: Offers =
    Offers { microphone: true, camera: &[""], screen_sound: false, voices: 0, share_sound: false, videos: 0 };
const VIEWER: Offers =
    Offers { microphone: false, camera: &[], screen_sound: false, voices: 3, share_sound: true, videos: 9 };

#[test]
fn a_steady_room_forwards_everything() {
    let mut world = World::new();
    let publisher = world.connect("con_publisher", PUBLISHER);
    for number in 0..VIEWERS {
        let name = format!("con_viewer_{number}");
        world.connect(&name, VIEWER);
        world.watch(&name, &[Some(("con_publisher", 720))]);
    }
    world.clients[publisher].camera.fill(FILL);
    world.clients[publisher].camera.on = true;
    world.clients[publisher].voice = Some(-30);
    world.run(3000);

    let (sent, before) = (world.core.counters().media_in, received(&world));
    let mut outbox = Outbox::default();
    for _ in 0..SECONDS * 200 {
        step(&mut world, &mut outbox);
    }
    let (sent, forwarded) = (world.core.counters().media_in - sent, received(&world) - before);
    println!("forwarded {forwarded} packets");
    let viewers = VIEWERS as u64;
    assert!(forwarded.abs_diff(sent * viewers) <= 2 * viewers, "{forwarded} of {sent} packets for {viewers}");
    assert!(sent >= 150 * u64::from(SECONDS), "{sent}");
}

/// Five milliseconds in which every datagram arrives at once.
fn step(world: &mut World, outbox: &mut Outbox) {
    world.now += STEP;
    let now = world.now;
    world.clients.iter_mut().for_each(|client| client.produce(now));
    for client in &mut world.clients {
        let datagrams = std::mem::take(&mut client.transmits);
        for datagram in &datagrams {
            measured_receive(world.core.first(), now, client.address, datagram);
        }
    }
    while measured_flush(world.core.first(), now, outbox) {
        for (route, datagram) in outbox.datagrams() {
            let client = world.clients.iter_mut().find(|client| client.address == route.destination);
            client.expect("only clients are sent to").receive(now, server(), datagram);
        }
    }
    world.clients.iter_mut().for_each(|client| client.advance(now));
    world.core.take_events();
}

#[inline(never)]
fn measured_receive(core: &mut Core, now: Instant, source: std::net::SocketAddr, datagram: &[u8]) {
    core.receive(now, Proto::Udp, source, server(), datagram);
}

/// Runs what is due and takes what is to be sent; whether that is anything.
#[inline(never)]
fn measured_flush(core: &mut Core, now: Instant, outbox: &mut Outbox) -> bool {
    if core.next_timeout().is_some_and(|at| at <= now) {
        core.timeout(now);
    }
    core.take_outbox(outbox);
    !outbox.is_empty()
}

fn received(world: &World) -> u64 {
    world.clients.iter().map(|client| client.received.len() as u64).sum()
}
