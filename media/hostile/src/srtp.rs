//! Opening what claims to be SRTP and SRTCP.

use std::collections::{HashMap, HashSet};

use echo_wire::rtp::Header;
use echo_wire::{KeyPair, OpenError, Opener, Profile, Sealer};

use crate::input::Input;

/// How far below the newest index one may be opened still.
const WINDOW: u64 = 1024;

/// Both ends of one direction, and what was opened so far.
struct Ends {
    sealer: Sealer,
    opener: Opener,
    sealed: HashSet<(u32, u64)>,
    opened: HashMap<u32, (u64, HashSet<u64>)>,
    into: Vec<u8>,
}

/// Takes the input as packets: raw ones, and plaintext that is sealed, damaged or repeated, and opened.
///
/// # Panics
/// Where a damaged or repeated packet is opened, or a good one is not or gives something else.
pub fn srtp(data: &[u8]) {
    let mut input = Input::new(data);
    let profile = if input.u8().is_multiple_of(2) { Profile::AeadAes128Gcm } else { Profile::AeadAes256Gcm };
    let keys = KeyPair::derive(&vec![7; profile.material_len()], profile).expect("the profile's own length").client;
    let mut ends = Ends {
        sealer: Sealer::new(&keys),
        opener: Opener::new(&keys),
        sealed: HashSet::new(),
        opened: HashMap::new(),
        into: Vec::new(),
    };
    while !input.is_empty() {
        match input.u8() % 4 {
            0 => drop(ends.opener.open_rtp(input.counted(), &mut ends.into)),
            1 => drop(ends.opener.open_rtcp(input.counted(), &mut ends.into)),
            2 => ends.rtp(&mut input),
            _ => ends.rtcp(&mut input),
        }
    }
}

impl Ends {
    fn rtp(&mut self, input: &mut Input<'_>) {
        // Mostly near the last one: within a window. Just half way round a number would stand for two indexes.
        let ahead = (input.u16() as i16).max(-i16::MAX) >> (input.u8() % 16);
        let damage = input.u8();
        let mut packet = input.counted().to_vec();
        let Some(header) = Header::parse_protected(&packet) else { return };
        let newest = self.opened.get(&header.ssrc).map(|(newest, _)| *newest);
        let index = newest.map_or(header.sequence.into(), |newest| newest.saturating_add_signed(ahead.into()));
        packet[2..4].copy_from_slice(&(index as u16).to_be_bytes());
        let plain = Header::parse(&packet).is_some();
        let original = packet.clone();
        if !self.sealed.insert((header.ssrc, index)) {
            return;
        }
        self.sealer.seal_rtp(&mut packet, 0, header.header_len, header.ssrc, index).expect("a whole packet");
        if damage != 0 {
            let mut other = packet.clone();
            let at = usize::from(damage) % other.len();
            other[at] ^= damage;
            assert!(self.opener.open_rtp(&other, &mut self.into).is_err());
        }
        let (newest, known) = self.opened.entry(header.ssrc).or_insert_with(|| (index, HashSet::new()));
        let fresh = !known.contains(&index) && index + WINDOW > *newest;
        match self.opener.open_rtp(&packet, &mut self.into) {
            Ok(opened) => {
                assert!(fresh && plain && opened.index == index);
                assert_eq!(opened.packet, original);
                *newest = index.max(*newest);
                known.insert(index);
                assert_eq!(self.opener.open_rtp(&packet, &mut self.into), Err(OpenError::Replayed));
            }
            Err(OpenError::Replayed) => assert!(!fresh),
            Err(error) => {
                assert!(error == OpenError::Short && !plain);
                if known.is_empty() {
                    self.opened.remove(&header.ssrc);
                }
            }
        }
    }

    fn rtcp(&mut self, input: &mut Input<'_>) {
        let damage = input.u8();
        let mut packet = input.counted().to_vec();
        let original = packet.clone();
        if self.sealer.seal_rtcp(&mut packet, 0).is_err() {
            assert!(original.len() < 8 && packet == original);
            return;
        }
        if damage != 0 {
            let mut other = packet.clone();
            let at = usize::from(damage) % other.len();
            other[at] ^= damage;
            assert!(self.opener.open_rtcp(&other, &mut self.into).is_err());
        }
        assert_eq!(self.opener.open_rtcp(&packet, &mut self.into), Ok(&original[..]));
        assert_eq!(self.opener.open_rtcp(&packet, &mut self.into), Err(OpenError::Replayed));
    }
}
