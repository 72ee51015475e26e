//! Connected clients that send each other, through the engine, whatever the input says: inside the crypto, with right keys.

mod client;
mod keys;
mod world;

use std::cell::RefCell;
use std::time::Duration;

use echo_core::EgressKind;
use echo_wire::{rtcp as wire, twcc};

use crate::input::Input;
use client::{STREAMS, Says};
use world::{NAMES, World};

/// Inputs that share a world, for connecting costs a thousand times what an input does.
const SHARED: usize = 500;

thread_local! {
    /// A world for each egress, and how many inputs it has seen.
    static WORLDS: RefCell<[Option<(World, usize)>; 2]> = const { RefCell::new([None, None]) };
}

/// Takes the input as media, feedback, wishes and time that passes, in a world of two hostile clients and an onlooker.
///
/// # Panics
/// Where the engine's work for a peer panics, what it sends cannot be opened and read, or a peer is dropped for what others
/// sent.
pub fn pair(data: &[u8]) {
    let mut input = Input::new(data);
    // Four of five inputs are for the egress that is the default.
    let own = usize::from(input.u8() % 5 == 4);
    // Out of its place while it is worked with: a world in which something broke is not used again.
    let (mut world, seen) = WORLDS
        .with_borrow_mut(|worlds| worlds[own].take())
        .unwrap_or_else(|| (World::new([EgressKind::Direct, EgressKind::Str0m][own]), 0));
    while !input.is_empty() && !world.is_over() {
        act(&mut world, &mut input);
    }
    world.step();
    world.step();
    if !world.is_over() && seen < SHARED {
        WORLDS.with_borrow_mut(|worlds| worlds[own] = Some((world, seen + 1)));
    }
}

/// One thing that happens. The first two clients do it; the last one only looks on.
fn act(world: &mut World, input: &mut Input<'_>) {
    let what = input.u8();
    let number = usize::from(what >> 7);
    let client = &mut world.clients[number];
    client.hostile = true;
    match (what & 0x7f) % 12 {
        0..=2 => {
            let flags = input.u8();
            let says = Says {
                stream: usize::from(flags) % STREAMS,
                ahead: if flags & 0x40 == 0 { 1 } else { input.u16() as i16 },
                ticks: if flags & 0x20 == 0 { 1800 } else { input.u32() },
                marker: flags & 0x80 != 0,
            };
            client.say(says, input.counted());
        }
        3 => client.say_raw(input.counted()),
        4 => client.report(input.counted().to_vec()),
        5 => lost(client, input),
        6 => arrivals(client, input),
        7 => asks(client, input),
        8 => {
            let datagram = [&[0x80 | (input.u8() % 64)], input.counted()].concat();
            world.deliver(number, &datagram);
        }
        9 => {
            let again = client.sent.last().cloned();
            client.sent.extend(again);
        }
        10 => world.pass(Duration::from_millis(u64::from(input.u8()) * 8)),
        _ => {
            let shown = |choice: u8| NAMES.get(usize::from(choice % 4)).copied();
            let wishes = [shown(input.u8()), shown(input.u8())];
            world.watch(number, &wishes);
        }
    }
}

/// Asks again for packets that it was sent, or nearly.
fn lost(client: &mut client::Client, input: &mut Input<'_>) {
    let (back, count, stride) = (usize::from(input.u8()), u16::from(input.u8()), u16::from(input.u8()));
    let Some((media, sequence, _)) = client.got.get(back).copied() else { return };
    let mut compound = Vec::new();
    wire::nack(&mut compound, client.ssrc(0), media, (0..count).map(|n| sequence.wrapping_sub(n.wrapping_mul(stride))));
    client.report(compound);
}

/// Says when packets arrived that it was sent, or that nobody sent.
fn arrivals(client: &mut client::Client, input: &mut Input<'_>) {
    let (back, feedback_count, ahead) = (usize::from(input.u8()), input.u8(), input.u8());
    let base = client.got.iter().skip(back).find_map(|(_, _, wide)| *wide).unwrap_or_default();
    let mut at = i64::from(input.u32()) * 16;
    let steps = input.counted();
    let arrivals: Vec<(u16, i64)> = (u16::from(ahead)..)
        .zip(steps)
        .map(|(n, step)| {
            at += i64::from(*step as i8) * 500;
            (base.wrapping_add(n), at)
        })
        .collect();
    let mut compound = Vec::new();
    twcc::transport_feedback(&mut compound, client.ssrc(0), client.ssrc(1), (feedback_count, base), &arrivals);
    client.report(compound);
}

/// Asks for keyframes, says what it received, or leaves, in the name of any of its streams or of what it was sent.
fn asks(client: &mut client::Client, input: &mut Input<'_>) {
    let (kind, back, number) = (input.u8(), usize::from(input.u8()), input.u32());
    let sender = client.ssrc(usize::from(kind >> 4) % STREAMS);
    let media = client.got.get(back).map_or(number, |(ssrc, _, _)| *ssrc);
    let mut compound = Vec::new();
    match kind % 7 {
        0 => wire::pli(&mut compound, sender, media),
        1 => wire::fir(&mut compound, sender, &[(media, number as u8), (number, 1)]),
        2 => wire::remb(&mut compound, sender, number.into(), &[media]),
        3 => wire::bye(&mut compound, &[sender, media]),
        4 => {
            let info = wire::SenderInfo {
                ssrc: sender,
                ntp: u64::from(number) << 24,
                rtp_timestamp: number,
                packets: number,
                octets: number,
            };
            wire::sender_report(&mut compound, &info, &[block(media, number)]);
        }
        5 => wire::sdes_cname(&mut compound, sender, "somebody"),
        _ => wire::receiver_report(&mut compound, sender, &[block(media, number), block(number, number)]),
    }
    client.report(compound);
}

fn block(ssrc: u32, number: u32) -> wire::ReportBlock {
    wire::ReportBlock {
        ssrc,
        fraction_lost: number as u8,
        cumulative_lost: number as i32 >> 8,
        highest_sequence: number.rotate_left(8),
        jitter: number.rotate_left(16),
        last_report: number,
        delay: number.rotate_left(24),
    }
}
