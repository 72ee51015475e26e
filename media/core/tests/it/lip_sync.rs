//! Voice and picture of one person stay on one time line.

use std::time::{Duration, Instant, SystemTime};

use crate::common::client::{FULL, Received};
use crate::common::{Fate, World};

/// How far the capture times that a receiver works out lie from when a client sent, at the most and at the least.
fn offsets(packets: &[&Received], transit: Duration, origin: (Instant, SystemTime)) -> (i64, i64) {
    let offset = |packet: &&Received| {
        let sent = packet.at - transit - origin.0;
        let captured = packet.captured?.duration_since(origin.1).ok()?;
        Some(captured.as_micros() as i64 - sent.as_micros() as i64)
    };
    let offsets: Vec<i64> = packets.iter().filter_map(offset).collect();
    (*offsets.iter().min().unwrap(), *offsets.iter().max().unwrap())
}

#[test]
fn a_slower_way_for_pictures_does_not_part_them_from_the_voice() {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.clients[ana].voice = Some(-30);
    world.clients[ana].camera.on = true;
    // What is as large as a picture takes 40 ms longer from Ana to the server.
    let more = Duration::from_millis(40);
    world.network(move |flight| {
        let picture = flight.up && flight.media && flight.bytes > 300;
        if picture { Fate::Late(more) } else { Fate::Arrive }
    });
    world.run(9000);
    let half = world.now - Duration::from_secs(3);
    let origin = (world.start, SystemTime::now() - (Instant::now() - world.start));
    let ben = &world.clients[ben];
    let late = |mid| ben.of(mid).into_iter().filter(|packet| packet.at > half).collect::<Vec<_>>();
    let voice = offsets(&late(ben.voices[0]), crate::common::LATENCY * 2, origin);
    let picture = offsets(&late(ben.videos[0]), crate::common::LATENCY * 2 + more, origin);
    let apart = (voice.0 - picture.1).abs().max((voice.1 - picture.0).abs());
    assert!(apart < 15_000, "voice {voice:?}, picture {picture:?}: {apart} us apart");
}
