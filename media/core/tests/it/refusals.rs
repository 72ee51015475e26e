//! What cannot be done is refused with a sentence.

use crate::common::client::{Client, FULL, Offers};
use crate::common::{ROOM, World, server};
use echo_core::messages::{AddPeer, Command, Mids, OpenRoom, RemovePeer, SetMuted, Source};
use echo_core::{CandidateAddr, Proto, Refusal, RefusalCode};

fn prepare(world: &World, offer: String, mids: Mids) -> Refusal {
    let add = AddPeer { room: ROOM.into(), peer: "con_ana".into(), offer, mids };
    let candidates = [CandidateAddr { proto: Proto::Udp, addr: server() }];
    world.factory.prepare(world.now, &add, 3, &candidates).unwrap_err()
}

fn offer(world: &World) -> (String, Mids) {
    let (client, offer, _) = Client::offering(world.now, "con_ana", 0, FULL);
    (offer, client.mids())
}

fn says(refusal: &Refusal, code: RefusalCode, words: &[&str]) {
    assert_eq!(refusal.code, code, "{refusal}");
    for word in words {
        assert!(refusal.message.contains(word), "\"{word}\" is not in: {}", refusal.message);
    }
}

#[test]
fn what_is_no_sdp() {
    let world = World::new();
    for offer in ["", "hello", "v=0\r\n", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"] {
        says(&prepare(&world, offer.into(), Mids::default()), RefusalCode::BadOffer, &["SDP"]);
    }
}

#[test]
fn an_offer_over_which_the_reader_panics() {
    let world = World::new();
    let (offer, mids) = offer(&world);
    let refusal = prepare(&world, offer.replace("s=-", "s=failpoint"), mids);
    says(&refusal, RefusalCode::BadOffer, &["SDP", "failed"]);
}

#[test]
fn an_offer_without_our_codecs() {
    let world = World::new();
    let (offer, mids) = offer(&world);
    let no_vp8 = offer.replace("VP8/90000", "H263/90000");
    says(&prepare(&world, no_vp8, mids.clone()), RefusalCode::BadOffer, &["VP8", "Opus"]);
    let no_opus = offer.replace("opus/48000/2", "speex/48000/2");
    says(&prepare(&world, no_opus, mids), RefusalCode::BadOffer, &["Opus"]);
}

#[test]
fn mids_that_are_not_in_the_offer_or_stand_for_something_else() {
    let world = World::new();
    let (offer, mids) = offer(&world);
    let absent = Mids { screen: Some("nowhere".into()), ..mids.clone() };
    says(&prepare(&world, offer.clone(), absent), RefusalCode::BadOffer, &["nowhere"]);
    let twice = Mids { screen: mids.camera.clone(), ..mids.clone() };
    says(&prepare(&world, offer.clone(), twice), RefusalCode::BadOffer, &["twice"]);
    let camera = mids.camera.clone().unwrap();
    let long = "a".repeat(16);
    let renamed = offer.replace(&format!("a=mid:{camera}\r"), &format!("a=mid:{long}\r"));
    let renamed = renamed.replace(&format!(" {camera}"), &format!(" {long}"));
    let alike = Mids { camera: Some(format!("{long}1")), screen: Some(format!("{long}2")), ..mids.clone() };
    says(&prepare(&world, renamed, alike), RefusalCode::BadOffer, &["twice"]);
    let crossed = Mids { microphone: mids.camera.clone(), camera: None, ..mids.clone() };
    says(&prepare(&world, offer.clone(), crossed), RefusalCode::BadOffer, &["audio"]);
    let backwards = Mids { microphone: Some(mids.voices[0].clone()), voices: vec![], ..mids };
    says(&prepare(&world, offer, backwards), RefusalCode::BadOffer, &["to send"]);
}

#[test]
fn too_many_lines_and_too_many_rids() {
    let world = World::new();
    let (client, offer, _) = Client::offering(world.now, "con_ana", 0, Offers { videos: 70, ..FULL });
    says(&prepare(&world, offer, client.mids()), RefusalCode::BadOffer, &["m-lines", "64"]);
    let (client, offer, _) =
        Client::offering(world.now, "con_ana", 0, Offers { camera: &["q", "h", "f", "x"], ..FULL });
    says(&prepare(&world, offer, client.mids()), RefusalCode::BadOffer, &["rids", "q, h and f"]);
    let huge = format!("v=0\r\n{}", "a=x\r\n".repeat(200_000));
    says(&prepare(&world, huge, Mids::default()), RefusalCode::BadOffer, &["bytes"]);
}

#[test]
fn a_full_room_and_a_room_that_is_not_open() {
    let mut world = World::new();
    let open = OpenRoom { room: ROOM.into(), max_peers: 2, echo_delay_ms: None };
    world.command(Command::OpenRoom(open));
    world.connect("con_ana", FULL);
    world.connect("con_ben", FULL);
    says(&world.try_join("con_cleo", FULL).unwrap_err(), RefusalCode::RoomFull, &["2", "full"]);
    world.try_join("con_ben", FULL).expect("who is in may come again");
    world.command(Command::CloseRoom(echo_core::messages::CloseRoom { room: ROOM.into() }));
    says(&world.try_join("con_ana", FULL).unwrap_err(), RefusalCode::NoRoom, &["not open"]);
}

#[test]
fn a_room_is_opened_with_a_home_or_not_at_all() {
    let mut world = World::new();
    let now = world.now;
    let open = OpenRoom { room: "room_b".into(), max_peers: 2, echo_delay_ms: None };
    let refusal = world.core.first().command(now, Command::OpenRoom(open)).unwrap_err();
    assert_eq!((refusal.code, world.core.snapshot().len()), (RefusalCode::Internal, 1));
}

#[test]
fn commands_about_nobody() {
    let mut world = World::new();
    let now = world.now;
    let peer = || "con_nobody".to_string();
    let commands = [
        Command::RemovePeer(RemovePeer { peer: peer() }),
        Command::SetMuted(SetMuted { peer: peer(), source: Source::Camera, muted: true }),
    ];
    for command in commands {
        says(&world.core.command(now, command).unwrap_err(), RefusalCode::NoPeer, &["con_nobody"]);
    }
}
