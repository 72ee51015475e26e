//! A door for hostile input to what is not public. Never built into what is shipped.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::arena::{Arena, Key};
use crate::demux::{Address, Bound, Demux, Found};
use crate::net::Proto;
use crate::stun;
use crate::vp8::{Frames, PictureRewrite};

const UFRAGS: [&str; 2] = ["0003000000ffabcd", "0003000100ffabcd"];
/// What a 15-bit PictureID can be.
const PICTURE_IDS: u16 = 1 << 15;

/// Takes the input as datagrams from a few addresses, each behind a byte that says from where and its length. An address
/// that led to a peer is bound to it, as if the peer had proven to be there.
///
/// # Panics
/// Where a datagram leads to a peer that neither its address nor its ufrag names.
pub fn demux(mut data: &[u8]) {
    let mut now = Instant::now();
    let mut arena = Arena::new();
    let keys: [Key; 2] = UFRAGS.map(|_| arena.insert(()));
    let mut bounds = UFRAGS.map(|ufrag| Bound::new(ufrag.into()));
    let mut demux = Demux::new(now);
    for (key, bound) in keys.iter().zip(&bounds) {
        demux.enlist(*key, bound);
    }
    let mut owner: [Option<Key>; 64] = [None; 64];
    while let [from, length, rest @ ..] = data {
        let (datagram, rest) = rest.split_at(rest.len().min(usize::from(*length)));
        data = rest;
        let place = usize::from(*from % 64);
        let found = demux.find(now, address(place), datagram);
        let named = stun::local_ufrag(datagram).and_then(|name| UFRAGS.iter().position(|ufrag| *ufrag == name));
        match found {
            Found::Peer(key) if stun::is_request(datagram) => assert_eq!(named.map(|at| keys[at]), Some(key)),
            Found::Peer(key) => assert_eq!(owner[place], Some(key)),
            Found::Nobody | Found::Limited => {
                assert!(stun::is_request(datagram) || owner[place].is_none());
                assert!(named.is_none() || found == Found::Limited);
            }
        }
        if let (Found::Peer(key), Some(at)) = (found, named) {
            demux.bind(key, &mut bounds[at], address(place));
            // Of too many addresses the oldest is forgotten; which one that is, demux tells.
            owner[place] = Some(key);
            for (place, owner) in owner.iter_mut().enumerate() {
                *owner = match demux.find(now, address(place), &[128]) {
                    Found::Peer(key) => Some(key),
                    Found::Nobody | Found::Limited => None,
                };
            }
        }
        if *from > 250 {
            now += Duration::from_millis(400);
        }
    }
    for (key, bound) in keys.iter().zip(&bounds) {
        demux.forget(*key, bound);
    }
    assert_eq!(demux.find(now, address(0), &[128]), Found::Nobody);
}

fn address(place: usize) -> Address {
    let port = 1 + place as u16;
    let ip = if place.is_multiple_of(2) {
        IpAddr::from([192, 0, 2, 7])
    } else {
        IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, port])
    };
    (Proto::Udp, SocketAddr::from((ip, port)))
}

/// Takes the input as VP8 payloads of one layer, each behind its length and a byte that says how the timestamp goes on and
/// whether a slot switches to it.
///
/// # Panics
/// Where a payload that was read is not in the form that all of them are to have, or has lost what is behind the descriptor.
pub fn vp8(mut data: &[u8]) {
    let (mut frames, mut rewrite, mut timestamp) = (Frames::default(), PictureRewrite::default(), 0_u64);
    while let [length, step, rest @ ..] = data {
        let (payload, rest) = rest.split_at(rest.len().min(usize::from(*length)));
        data = rest;
        timestamp += u64::from(step & 0x7f) * 1000;
        let Some((formed, picture)) = frames.read(Arc::from(payload), timestamp) else { continue };
        assert!(formed.len() >= payload.len() && formed.len() <= payload.len() + 3);
        assert!(picture.picture_id < PICTURE_IDS);
        assert_eq!(formed[..2].iter().map(|byte| byte & 0x80).collect::<Vec<_>>(), [0x80; 2], "a PictureID");
        assert_eq!(u16::from_be_bytes([formed[2], formed[3]]), picture.picture_id | 1 << 15, "of 15 bits");
        assert_eq!(frame(&formed), frame(payload), "what is behind the descriptor");
        assert!(picture.height.is_none() || picture.keyframe);
        let (again, same) = Frames::default().read(formed.clone(), timestamp).expect("what we form can be read");
        assert_eq!(
            (again, same.picture_id, same.tl0, same.keyframe),
            (formed, picture.picture_id, picture.tl0, picture.keyframe)
        );
        if step & 0x80 != 0 {
            rewrite.switch(&picture);
        }
        let (id, tl0) = rewrite.place(&picture);
        assert!(id < PICTURE_IDS && tl0.is_some() == picture.tl0.is_some());
    }
}

/// What is behind the descriptor (RFC 7741 section 4.2).
fn frame(payload: &[u8]) -> Option<&[u8]> {
    if payload.first()? & 0x80 == 0 {
        return payload.get(1..);
    }
    let extension = payload.get(1)?;
    let picture_id = match extension & 0x80 {
        0 => 0,
        _ => 1 + usize::from(payload.get(2)? & 0x80 != 0),
    };
    let others = usize::from(extension & 0x40 != 0) + usize::from(extension & 0x30 != 0);
    payload.get(2 + picture_id + others..)
}
