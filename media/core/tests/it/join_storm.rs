//! Fifty join within a tenth of a second: each has its first picture from what is kept, and the publisher is left in peace.

use std::time::{Duration, Instant};

use crate::common::client::{FULL, Offers};
use crate::common::streams::continuous_pictures;
use crate::common::{LATENCY, ROOM, World};
use echo_core::messages::{Command, OpenRoom, PictureState};

const CROWD: usize = 50;
const ONE_LAYER: Offers = Offers { camera: &[""], ..FULL };
const VIEWER: Offers = Offers { microphone: false, camera: &[], screen_sound: false, videos: 1, ..FULL };
const HEIGHTS: [u32; 3] = [180, 360, 720];
/// From the join to the first picture: ICE, a handshake and the way there, at 10 ms each way, and steps of 5 ms.
const SOON: Duration = Duration::from_millis(150);

/// Ana has been watched for ten seconds.
fn long_since_running(offers: Offers) -> World {
    let mut world = World::new();
    world.command(Command::OpenRoom(OpenRoom { room: ROOM.into(), max_peers: 60, echo_delay_ms: None }));
    world.connect("con_ana", offers);
    world.clients[0].camera.on = true;
    world.connect("con_ben", FULL);
    world.watch("con_ben", &[Some(("con_ana", 720))]);
    world.run(10_000);
    world
}

/// Newcomers, two a time that come 5 ms apart. Who came when, by place among the clients.
fn crowd(world: &mut World, height: impl Fn(usize) -> u32) -> Vec<(usize, Instant)> {
    let mut came = Vec::new();
    for n in 0..CROWD {
        let name = format!("con_{n}");
        came.push((world.join(&name, VIEWER), world.now));
        world.watch(&name, &[Some(("con_ana", height(n)))]);
        if n % 2 == 1 {
            world.run(5);
        }
    }
    came
}

/// Each of them has a whole keyframe, soon.
fn all_see(world: &World, came: &[(usize, Instant)]) {
    for (index, joined) in came {
        let client = &world.clients[*index];
        let shown = client.of(client.videos[0]);
        let whole = shown.iter().position(|packet| packet.marker);
        let whole = whole.unwrap_or_else(|| panic!("{} saw nothing of {} packets", client.name, shown.len()));
        let took = shown[whole].at - *joined;
        assert!(took <= SOON, "{} waited for {} ms", client.name, took.as_millis());
        let said = continuous_pictures(&shown);
        assert!(said[0].keyframe && said[..=whole].iter().all(|one| one.frame == said[0].frame));
    }
}

/// How often the publisher was asked for a keyframe, by its layers.
fn asked(world: &World) -> Vec<usize> {
    let mut asked: Vec<_> = world.clients[0].keyframes_asked.iter().collect();
    asked.sort();
    asked.into_iter().map(|(_, times)| *times).collect()
}

/// With a publisher that hears no request: nothing but what is kept can be shown.
fn without_the_publisher(offers: Offers, height: impl Fn(usize) -> u32) {
    let mut world = long_since_running(offers);
    world.clients[0].camera.deaf = true;
    let before = asked(&world);
    let came = crowd(&mut world, height);
    world.run(900);
    all_see(&world, &came);
    assert_eq!(world.core.counters().stills, CROWD as u64);
    assert_eq!(world.slot("con_7", 0).unwrap().state, PictureState::Starting);
    let more = asked(&world).iter().zip(before.iter().chain([&0; 3])).map(|(now, before)| now - before).max();
    // One, and its retries after 250 ms and after another second.
    assert!(more.unwrap() <= 3, "asked {more:?} times for one layer");
    world.clients[0].camera.deaf = false;
    world.run(3000);
    for (index, _) in &came {
        let client = &world.clients[*index];
        let said = continuous_pictures(&client.of(client.videos[0]));
        assert!(said.last().unwrap().frame > 300 && said.len() > 30, "{} goes on", client.name);
    }
    assert_eq!(world.slot("con_7", 0).unwrap().state, PictureState::Live);
}

#[test]
fn all_have_a_first_picture_although_the_publisher_hears_nobody() {
    without_the_publisher(ONE_LAYER, |_| 720);
}

#[test]
fn of_each_layer_there_is_a_first_picture() {
    without_the_publisher(FULL, |n| HEIGHTS[n % 3]);
}

#[test]
fn a_keyframe_that_was_asked_for_just_before_makes_nobody_wait() {
    // At these times before the crowd somebody else came, whose keyframe is kept with what followed it, is too old for that,
    // or is under way.
    for before in [0, 20, 45, 200, 480, 520, 590, 650] {
        let mut world = long_since_running(FULL);
        world.connect("con_cleo", FULL);
        world.watch("con_cleo", &[Some(("con_ana", 720))]);
        world.run(before);
        let (asked_before, from) = (asked(&world), world.now);
        let came = crowd(&mut world, |_| 720);
        world.run(200);
        all_see(&world, &came);
        // They ask for fresh ones besides, all of them, again and again.
        for _ in 0..4 {
            came.iter().for_each(|(index, _)| world.clients[*index].ask_keyframe(0));
            world.run(50);
        }
        let asked = asked(&world).last().unwrap() - asked_before.last().unwrap_or(&0);
        let lasted = (world.now - from).as_millis() as usize;
        assert!(
            asked <= lasted.div_ceil(500),
            "asked {asked} times in {lasted} ms, {before} ms after another newcomer"
        );
    }
}

#[test]
fn the_first_picture_leaves_with_the_end_of_the_handshake() {
    let mut world = long_since_running(ONE_LAYER);
    world.clients[0].camera.deaf = true;
    let newcomer = world.join("con_new", VIEWER);
    world.watch("con_new", &[Some(("con_ana", 720))]);
    world.run_until(1000, |world| world.clients[newcomer].connected);
    let connected = world.now;
    world.run(LATENCY.as_millis() as u64);
    let client = &world.clients[newcomer];
    assert_eq!(client.of(client.videos[0]).first().map(|first| first.at), Some(connected));
}
