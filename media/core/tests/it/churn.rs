//! Many come and go, and nothing is left of them.

use crate::common::World;
use crate::common::client::FULL;
use echo_core::messages::{CloseRoom, Command, RemovePeer};

#[test]
fn a_hundred_visits_leave_nothing_behind() {
    let mut world = World::new();
    let mut random = 7_u64;
    for visit in 0..100_u64 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let name = format!("con_{}", visit % 7);
        let client = world.join(&name, FULL);
        world.clients[client].voice = Some(-20 - (random >> 60) as i8);
        world.clients[client].camera.on = random >> 63 == 0;
        let watched = format!("con_{}", (visit + 1) % 7);
        world.watch(&name, &[Some((&watched, 180)), Some((&name, 720))]);
        world.run(random >> 57);
        if visit % 3 == 2 {
            let gone = format!("con_{}", (random >> 32) % 7);
            let _ = world.core.command(world.now, Command::RemovePeer(RemovePeer { peer: gone }));
        }
        // Only the latest few clients still act; the rest has long been replaced or removed.
        let last = world.clients.len().saturating_sub(8);
        world.clients[..last].iter_mut().for_each(|client| client.cut = true);
    }
    assert_eq!(world.core.counters().panics, 0);
    world.command(Command::CloseRoom(CloseRoom { room: crate::common::ROOM.into() }));
    world.collect();
    let counters = world.core.counters();
    assert_eq!(counters.peers_added, 100);
    assert_eq!(counters.peers_closed, 100);
    assert!(world.core.snapshot().is_empty());
    world.clients.clear();
    let end = world.now + std::time::Duration::from_secs(60);
    world.core.timeout(end);
    assert_eq!(world.core.next_timeout(), None, "nobody wants to be woken any more");
}
