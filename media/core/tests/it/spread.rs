//! One room on two cores: each packet crosses once, and only where it is wanted.

use crate::common::client::{FULL, Offers};
use crate::common::streams::{continuous_pictures, longest_gap};
use crate::common::{Fate, ROOM, World};
use echo_core::messages::{CloseReason, CloseRoom, Command, Event, Layer, OpenRoom, PictureState, RemovePeer, Source};

const VIEWER: Offers =
    Offers { microphone: false, camera: &[], screen_sound: false, voices: 3, share_sound: true, videos: 2 };

/// Ana, who publishes, on the first core with two viewers, and three viewers on the second one, at these heights.
pub(crate) fn room(heights: [u32; 5]) -> World {
    let mut world = World::new();
    world.core.next_on(0);
    world.connect("con_ana", FULL);
    world.clients[0].camera.on = true;
    for (number, height) in heights.into_iter().enumerate() {
        world.core.next_on(usize::from(number >= 2));
        let name = viewer(number);
        world.connect(&name, VIEWER);
        world.watch(&name, &[Some(("con_ana", height))]);
    }
    world.run(1500);
    world
}

pub(crate) fn viewer(number: usize) -> String {
    format!("con_{number}")
}

pub(crate) fn shown(world: &World, number: usize) -> (PictureState, Layer) {
    world.slot(&viewer(number), 0).map(|slot| (slot.state, slot.layer)).unwrap()
}

/// Packets of layers that a publisher sends in a second.
fn packets_a_second(packets: usize) -> std::ops::Range<usize> {
    packets * 26..packets * 31
}

#[test]
fn everybody_sees_the_layer_that_fits_wherever_they_live() {
    let world = room([180, 720, 180, 360, 720]);
    let layers: Vec<_> = (0..5).map(|number| shown(&world, number)).collect();
    let live = |layer| (PictureState::Live, layer);
    assert_eq!(layers, [Layer::Q, Layer::F, Layer::Q, Layer::H, Layer::F].map(live));
    for client in &world.clients[1..] {
        let packets = client.of(client.videos[0]);
        assert!(packets.len() > 25 && longest_gap(&packets) < 120, "{} {}", packets.len(), longest_gap(&packets));
        continuous_pictures(&packets);
    }
}

#[test]
fn a_packet_crosses_once_however_many_watch_it_and_only_where_its_layer_is_wanted() {
    let mut world = room([180, 720, 180, 180, 180]);
    world.core.take_carried();
    let before = world.core.counters();
    world.run(1000);
    let carried = world.core.take_carried();
    // One packet a frame in q, and none of the others.
    assert!(packets_a_second(1).contains(&carried.pictures), "{carried:?}");
    assert_eq!(carried.sounds, 0);
    assert!(carried.states <= 3, "{carried:?}");
    let after = world.core.counters();
    assert_eq!(after.crossings_out - before.crossings_out, carried.pictures as u64);
    assert_eq!(after.crossings_in - before.crossings_in, carried.pictures as u64);

    world.watch("con_4", &[Some(("con_ana", 720))]);
    world.run(500);
    world.core.take_carried();
    world.run(1000);
    let carried = world.core.take_carried();
    assert!(packets_a_second(5).contains(&carried.pictures), "q and f: {carried:?}");

    for number in [2, 3, 4] {
        world.watch(&viewer(number), &[]);
    }
    world.run(100);
    world.core.take_carried();
    world.run(1000);
    assert_eq!(world.core.take_carried().pictures, 0, "nobody there wants it");
    assert_eq!(shown(&world, 1), (PictureState::Live, Layer::F));
}

#[test]
fn a_switch_of_layers_goes_across_without_a_freeze() {
    let mut world = room([720, 720, 180, 180, 180]);
    for (height, layer) in [(720, Layer::F), (300, Layer::H), (90, Layer::Q), (1080, Layer::F)] {
        world.watch("con_3", &[Some(("con_ana", height))]);
        world.run(800);
        assert_eq!(shown(&world, 3), (PictureState::Live, layer));
    }
    let client = &world.clients[4];
    let packets = client.of(client.videos[0]);
    continuous_pictures(&packets);
    assert!(longest_gap(&packets) < 120, "{} ms", longest_gap(&packets));
}

#[test]
fn keyframe_requests_from_both_cores_are_one() {
    let mut world = room([720, 720, 720, 720, 720]);
    world.run(1000);
    let before = world.clients[0].keyframes_asked.get("f").copied().unwrap_or(0);
    for client in 1..6 {
        world.clients[client].ask_keyframe(0);
    }
    world.run(400);
    assert_eq!(world.clients[0].keyframes_asked["f"], before + 1);
    assert!(world.core.counters().keyframes_coalesced > 0);
}

#[test]
fn a_newcomer_on_the_other_core_sees_a_still_picture_while_the_publisher_ignores_it() {
    let mut world = room([720, 720, 180, 180, 180]);
    world.clients[0].camera.deaf = true;
    world.core.next_on(1);
    let late = world.connect("con_late", VIEWER);
    world.watch("con_late", &[Some(("con_ana", 720))]);
    world.run(300);
    let client = &world.clients[late];
    let packets = client.of(client.videos[0]);
    assert_eq!(packets.len(), 4, "the keyframe that the first core has kept");
    assert!(continuous_pictures(&packets).iter().all(|said| said.rid == "f"));
    world.clients[0].camera.deaf = false;
    world.run(2500);
    assert_eq!(world.slot("con_late", 0).unwrap().state, PictureState::Live);
    let client = &world.clients[late];
    continuous_pictures(&client.of(client.videos[0]));
}

#[test]
fn what_a_receiver_lost_is_sent_again_by_its_own_core() {
    let mut world = room([720, 720, 720, 720, 720]);
    let before: Vec<_> = world.core.each.iter().map(|core| core.counters().repairs_sent).collect();
    let asked = world.clients[0].keyframes_asked.clone();
    let mut seen = 0;
    world.network(move |flight| {
        let his = !flight.up && flight.media && flight.client == 4;
        seen += u32::from(his);
        if his && seen.is_multiple_of(31) { Fate::Lost } else { Fate::Arrive }
    });
    world.run(3000);
    world.network(|_| Fate::Arrive);
    world.run(500);
    let after: Vec<_> = world.core.each.iter().map(|core| core.counters().repairs_sent).collect();
    assert_eq!(after[0], before[0]);
    assert!(after[1] > before[1] + 4, "{before:?} {after:?}");
    assert_eq!(world.clients[0].keyframes_asked, asked, "no new picture was needed");
    let client = &world.clients[4];
    continuous_pictures(&client.of(client.videos[0]));
}

#[test]
fn a_muted_camera_pauses_on_both_cores_and_nothing_crosses() {
    let mut world = room([720, 720, 720, 360, 180]);
    world.mute("con_ana", Source::Camera, true);
    world.run(100);
    world.core.take_carried();
    world.run(1000);
    assert_eq!(world.core.take_carried().pictures, 0);
    assert!((0..5).all(|number| shown(&world, number).0 == PictureState::Paused));
    world.mute("con_ana", Source::Camera, false);
    world.run(1500);
    let layers: Vec<_> = (0..5).map(|number| shown(&world, number)).collect();
    assert_eq!(layers, [Layer::F, Layer::F, Layer::F, Layer::H, Layer::Q].map(|layer| (PictureState::Live, layer)));
}

#[test]
fn a_publisher_that_leaves_pauses_on_both_cores_and_comes_back_on_the_other_one() {
    let mut world = room([720, 720, 720, 720, 720]);
    world.command(Command::RemovePeer(RemovePeer { peer: "con_ana".into() }));
    world.run(200);
    assert!((0..5).all(|number| shown(&world, number).0 == PictureState::Paused));
    assert_eq!(world.snapshot().peers.len(), 5);
    world.core.forget("con_ana");
    world.core.next_on(1);
    let ana = world.connect("con_ana", FULL);
    world.clients[ana].camera.on = true;
    world.run(2000);
    assert!((0..5).all(|number| shown(&world, number) == (PictureState::Live, Layer::F)));
}

#[test]
fn the_loudest_three_are_the_same_on_both_cores() {
    let mut world = World::new();
    for number in 0..8 {
        world.connect(&viewer(number), FULL);
    }
    for (client, level) in world.clients.iter_mut().zip([-70, -20, -25, -60, -30, -65]) {
        client.voice = Some(level);
    }
    world.run(1500);
    let heard = |world: &World, number: usize| {
        let mut heard: Vec<String> = world.voices(&viewer(number)).into_iter().flatten().collect();
        heard.sort();
        heard
    };
    let loudest = [1, 2, 4].map(viewer).to_vec();
    for listener in [0, 3, 5, 6, 7] {
        assert_eq!(heard(&world, listener), loudest, "{listener}");
    }
    assert_eq!(heard(&world, 1), [2, 3, 4].map(viewer).to_vec());
    world.core.take_carried();
    world.run(1000);
    let carried = world.core.take_carried();
    assert!((290..310).contains(&carried.sounds), "each of six voices crosses once: {carried:?}");
    world.mute("con_1", Source::Microphone, true);
    world.run(1000);
    for listener in [0, 6, 7] {
        assert_eq!(heard(&world, listener), [2, 3, 4].map(viewer).to_vec());
    }
}

#[test]
fn who_speaks_is_told_once_by_the_home_wherever_the_speaker_lives() {
    let mut world = World::new();
    for number in 0..4 {
        world.connect(&viewer(number), FULL);
        world.clients[number].voice = Some(-100);
    }
    world.run(1000);
    for speaker in [1, 2, 3] {
        world.forget_events();
        world.clients[speaker].voice = Some(-20);
        world.run(1200);
        let told = world.events.iter().filter_map(|(_, event)| match event {
            Event::Speakers(speakers) => Some(speakers.clone()),
            _ => None,
        });
        let told: Vec<_> = told.collect();
        let last = told.last().expect("somebody speaks");
        assert_eq!(
            (last.dominant.as_deref(), &last.speaking[..]),
            (Some(viewer(speaker).as_str()), &[viewer(speaker)][..])
        );
        assert!(told.len() <= 2, "{told:?}");
        world.clients[speaker].voice = Some(-100);
        world.run(2500);
    }
}

#[test]
fn shared_sound_reaches_both_cores_and_ends_on_both() {
    let mut world = room([180; 5]);
    world.clients[0].sharing = Some(-40);
    world.run(1000);
    let heard = |world: &World, number: usize| {
        let client = &world.clients[number + 1];
        client.of(client.share_sound.unwrap()).len()
    };
    assert!((0..5).all(|number| heard(&world, number) > 40));
    world.clients[0].sharing = None;
    world.run(1500);
    assert!(world.snapshot().peers.iter().all(|peer| peer.share_sound.is_none()));
}

#[test]
fn of_two_who_share_sound_at_once_both_cores_hear_the_same_one() {
    let mut world = World::new();
    for number in 0..6 {
        world.connect(&viewer(number), FULL);
    }
    let heard = |world: &World, number: usize| {
        let state = world.snapshot();
        state.peers.into_iter().find(|peer| peer.peer == viewer(number)).unwrap().share_sound
    };
    world.core.lag(|| std::time::Duration::from_millis(30));
    world.clients[2].sharing = Some(-40);
    world.clients[3].sharing = Some(-40);
    world.run(1000);
    assert!([0, 1, 3, 4, 5].iter().all(|number| heard(&world, *number) == Some(viewer(2))));
    world.clients[2].sharing = None;
    world.run(1500);
    assert!([0, 1, 2, 4, 5].iter().all(|number| heard(&world, *number) == Some(viewer(3))));
    world.clients[2].sharing = Some(-40);
    world.run(1000);
    assert!([0, 1, 2, 4, 5].iter().all(|number| heard(&world, *number) == Some(viewer(3))), "who came first goes on");
}

#[test]
fn the_home_tells_once_a_second_who_was_seen_wherever_they_live() {
    let mut world = room([180; 5]);
    world.forget_events();
    world.run(3000);
    let seen = world.events.iter().filter_map(|(_, event)| match event {
        Event::PeersSeen(seen) => Some(seen),
        _ => None,
    });
    let seen: Vec<_> = seen.collect();
    assert!((2..=4).contains(&seen.len()), "{}", seen.len());
    assert!(seen.iter().all(|seen| seen.seen.len() == 6), "{seen:?}");
    let (first, last) = (&seen[0].seen, &seen[seen.len() - 1].seen);
    assert!(first.iter().all(|(peer, at)| last[peer] > *at));
}

#[test]
fn a_core_that_is_replaced_costs_its_own_peers_only() {
    for broken in [0, 1] {
        let mut world = World::new();
        for number in 0..4 {
            world.connect(&viewer(number), FULL);
        }
        for client in &mut world.clients {
            client.camera.on = true;
            client.voice = Some(-30);
        }
        for number in 0..4 {
            let [one, other] = [(number + 1) % 4, (number + 2) % 4].map(viewer);
            world.watch(&viewer(number), &[Some((&one, 720)), Some((&other, 180))]);
        }
        world.run(1500);
        let now = world.now;
        world.core.replace(now, broken);
        for number in (0..4).filter(|number| number % 2 == broken) {
            world.clients[number].cut = true;
            world.core.forget(&viewer(number));
        }
        world.run(1000);
        let (alive, other) = (1 - broken, 3 - broken);
        let state = world.snapshot();
        assert_eq!(state.peers.len(), 2);
        let slots = |world: &World, number| {
            [0, 1]
                .map(|slot| world.slot(&viewer(number), slot).map(|slot| (slot.publisher.clone(), slot.state)).unwrap())
        };
        for (here, seen) in [(alive, other), (other, alive)] {
            let slots = slots(&world, here);
            assert_eq!(slots[0].1, PictureState::Paused, "{slots:?}");
            assert_eq!(slots[1], (viewer(seen), PictureState::Live));
            assert_eq!(world.voices(&viewer(here)).into_iter().flatten().collect::<Vec<_>>(), [viewer(seen)]);
        }
        world.core.take_carried();
        world.run(1000);
        let idle = world.core.take_carried();
        assert_eq!((idle.pictures, broken == 1 && idle.sounds > 0), (0, false), "{idle:?}");

        world.core.next_on(broken);
        let back = world.connect(&viewer(broken), FULL);
        world.clients[back].camera.on = true;
        world.clients[back].voice = Some(-20);
        world.watch(&viewer(broken), &[Some((&viewer(alive), 720))]);
        world.run(2000);
        assert_eq!(world.slot(&viewer(broken), 0).unwrap().state, PictureState::Live);
        assert!(world.voices(&viewer(alive)).contains(&Some(viewer(broken))));
        assert!(world.voices(&viewer(broken)).contains(&Some(viewer(alive))));
        assert!(world.closed(&viewer(alive)).is_none());
    }
}

#[test]
fn a_core_that_nobody_of_the_room_is_left_on_is_told_nothing_any_more() {
    let mut world = room([720; 5]);
    world.clients[0].voice = Some(-30);
    world.run(500);
    for number in [2, 3, 4] {
        world.command(Command::RemovePeer(RemovePeer { peer: viewer(number) }));
    }
    world.run(100);
    world.core.take_carried();
    world.run(2000);
    assert_eq!(world.core.take_carried(), Default::default());
    assert!(world.core.each[1].snapshot()[0].peers.is_empty());
}

#[test]
fn closing_a_room_leaves_nothing_behind_on_either_core() {
    let mut world = room([720, 180, 720, 360, 180]);
    world.clients[0].voice = Some(-30);
    world.run(500);
    world.command(Command::CloseRoom(CloseRoom { room: ROOM.into() }));
    world.run(100);
    assert!((0..5).all(|number| world.closed(&viewer(number)) == Some(CloseReason::RoomClosed)));
    assert!(world.core.each.iter().all(|core| core.snapshot().is_empty() && core.ghosts().is_empty()));
    world.core.take_carried();
    world.run(5000);
    assert_eq!(world.core.take_carried(), Default::default());
    world.core.timeout(world.now + std::time::Duration::from_secs(20));
    assert_eq!(world.core.next_timeout(), None, "nobody wants to be woken any more");
}

#[test]
fn a_room_takes_as_many_as_it_may_over_all_cores() {
    let mut world = World::new();
    world.command(Command::OpenRoom(OpenRoom { room: ROOM.into(), max_peers: 10, echo_delay_ms: None }));
    for number in 0..10 {
        world.connect(&viewer(number), VIEWER);
    }
    for at in [0, 1] {
        world.core.next_on(at);
        let refusal = world.try_join(&format!("con_more_{at}"), VIEWER).unwrap_err();
        assert_eq!(refusal.code.as_str(), "room_full");
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Each core knows exactly those who live on the others, if anybody of the room lives on it or it is their home.
fn agree(world: &World) {
    let at_home = |core: &echo_core::Core| core.snapshot().into_iter().flat_map(|room| room.peers).collect::<Vec<_>>();
    for (at, core) in world.core.each.iter().enumerate() {
        let others = world.core.each.iter().enumerate().filter(|(other, _)| *other != at);
        let mut elsewhere: Vec<String> = others.flat_map(|(_, core)| at_home(core)).map(|peer| peer.peer).collect();
        elsewhere.sort();
        if at > 0 && at_home(core).is_empty() {
            elsewhere.clear();
        }
        assert_eq!(core.ghosts(), elsewhere, "on core {at}");
    }
}

#[test]
fn cores_agree_again_whatever_happened_while_word_was_under_way() {
    for seed in 0..4 {
        let mut world = World::on_cores(3);
        let (mut dice, mut lags) = (Dice(seed), Dice(seed + 100));
        world.core.lag(move || std::time::Duration::from_millis(lags.below(60)));
        for _ in 0..50 {
            let name = viewer(dice.below(6) as usize);
            let gone = world.core.home(&name).is_some() && dice.below(3) > 0;
            if gone {
                let remove = Command::RemovePeer(RemovePeer { peer: name.clone() });
                let _ = world.core.command(world.now, remove);
                world.core.forget(&name);
            }
            match dice.below(12) {
                0 => {
                    let now = world.now;
                    world.core.replace(now, dice.below(3) as usize);
                }
                1..8 => {
                    world.core.next_on(dice.below(3) as usize);
                    let client = world.join(&name, FULL);
                    world.clients[client].camera.on = true;
                    world.clients[client].voice = Some(-30);
                    let wanted = [0, 1].map(|_| viewer(dice.below(6) as usize));
                    world.watch(&name, &[Some((&wanted[0], 720)), Some((&wanted[1], 180))]);
                }
                _ => {}
            }
            let last = world.clients.len().saturating_sub(6);
            world.clients[..last].iter_mut().for_each(|client| client.cut = true);
            world.run(dice.below(40));
        }
        world.run(500);
        agree(&world);
        for number in 0..6 {
            let name = viewer(number);
            world.core.next_on(number % 3);
            let client = world.join(&name, FULL);
            world.clients[client].camera.on = true;
        }
        world.run(200);
        for number in 0..6 {
            let [near, far] = [1, 2].map(|step| viewer((number + step) % 6));
            world.watch(&viewer(number), &[Some((&near, 720)), Some((&far, 180))]);
        }
        world.run(3500);
        agree(&world);
        for number in 0..6 {
            for slot in [0, 1] {
                let told = world.slot(&viewer(number), slot).unwrap();
                assert_eq!(told.state, PictureState::Live, "seed {seed}: {told:?}");
            }
        }
        world.command(Command::CloseRoom(CloseRoom { room: ROOM.into() }));
        world.run(100);
        assert!(world.core.each.iter().all(|core| core.snapshot().is_empty() && core.ghosts().is_empty()));
        assert_eq!(world.core.counters().panics, 0);
    }
}
