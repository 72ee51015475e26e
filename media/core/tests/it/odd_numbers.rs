//! A sender numbers its packets as no honest one does. It harms nobody's slots.

use crate::common::client::FULL;
use crate::common::{Fate, World};

/// Ana says packets with these numbers, 20 ms apart; Ben misses those that `misses` tells. Then Cleo speaks, and takes Ana's slot.
/// Gives the packets in that slot: sequence number and sender.
fn ben_hears_cleo_after(numbers: &[(u64, u32)], misses: impl Fn(usize) -> bool) -> Vec<(u64, usize)> {
    let mut world = World::new();
    let ana = world.connect("con_ana", FULL);
    let ben = world.connect("con_ben", FULL);
    let cleo = world.connect("con_cleo", FULL);
    for (index, (sequence, timestamp)) in numbers.iter().enumerate() {
        let missed = misses(index);
        world.network(
            move |flight| if missed && flight.media && flight.client == ben { Fate::Lost } else { Fate::Arrive },
        );
        let now = world.now;
        world.clients[ana].say_out_of_line(now, *sequence, *timestamp);
        world.run(20);
    }
    world.network(|_| Fate::Arrive);
    world.run(1500);
    assert_eq!(world.voices("con_ben"), [None, None, None], "Ana fell silent");
    let before = world.clients[ben].received.len();
    world.clients[cleo].voice = Some(-20);
    world.run(500);
    let ben = &world.clients[ben];
    let slot = ben.voices[0];
    let heard = ben.received[before..].iter().filter(|packet| packet.mid == slot && packet.payload[1] == cleo as u8);
    assert!(heard.count() > 20);
    ben.of(slot).iter().map(|packet| (packet.sequence, usize::from(packet.payload[1]))).collect()
}

#[test]
fn packets_from_before_the_first_one_go_nowhere() {
    let mut numbers: Vec<(u64, u32)> = (0..10).map(|n| (n, n as u32 * 960)).collect();
    numbers.extend((0..10).map(|n| (u64::MAX - 20_000 + n, (10 + n as u32) * 960)));
    let heard = ben_hears_cleo_after(&numbers, |_| false);
    assert!(heard.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1), "{heard:?}");
    assert_eq!(heard.iter().filter(|(_, sender)| *sender == 0).count(), 10, "{heard:?}");
}

#[test]
fn leaps_do_not_cost_a_receiver_its_slot() {
    let numbers: Vec<(u64, u32)> = (0..30).map(|n| (n * 30_000, n as u32 * 960)).collect();
    let heard = ben_hears_cleo_after(&numbers, |index| index % 4 != 0);
    assert!(heard.windows(2).all(|pair| pair[1].0 - pair[0].0 <= 4), "{heard:?}");
}
