//! In a practice room everybody hears and may see itself.

use crate::common::World;
use crate::common::client::FULL;
use crate::common::streams::continuous_pictures;

#[test]
fn the_own_voice_comes_back_after_the_delay() {
    let mut world = World::with_echo(Some(2000));
    let ana = world.connect("con_ana", FULL);
    world.clients[ana].voice = Some(-30);
    let began = world.now;
    world.run(4000);
    let ana = &world.clients[ana];
    let heard = ana.of(ana.voices[0]);
    let delay = (heard[0].at - began).as_millis();
    assert!((2000..2080).contains(&delay), "{delay} ms");
    assert!(heard.len() > 90);
    assert!(heard.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1));
    assert_eq!(world.voices("con_ana")[0].as_deref(), Some("con_ana"));
}

#[test]
fn the_own_camera_can_be_viewed() {
    let mut world = World::with_echo(Some(2000));
    let ana = world.connect("con_ana", FULL);
    world.clients[ana].camera.on = true;
    world.watch("con_ana", &[Some(("con_ana", 720))]);
    world.run(2000);
    let ana = &world.clients[ana];
    assert!(continuous_pictures(&ana.of(ana.videos[0])).len() > 100);
}
