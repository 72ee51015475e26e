//! Nanoseconds that sealing and opening take on this machine: `cargo run --release -p echo-wire --example seal_cost`.

use std::hint::black_box;
use std::time::Instant;

use echo_wire::rtp::HeaderWriter;
use echo_wire::{KeyPair, Opener, Profile, Sealer};

const PACKETS: u64 = 60_000;
const PAYLOAD: [u8; 1180] = [7; 1180];

fn main() {
    for profile in [Profile::AeadAes128Gcm, Profile::AeadAes256Gcm] {
        let keys = KeyPair::derive(&vec![1; profile.material_len()], profile).expect("the profile's own length");
        let (mut sealer, mut opener) = (Sealer::new(&keys.server), Opener::new(&keys.server));
        let (mut buffer, mut into) = (Vec::with_capacity(2048), Vec::with_capacity(2048));
        let (mut best_write, mut best_seal, mut best_open) = (f64::MAX, f64::MAX, f64::MAX);
        for round in 0..5 {
            let (mut written, mut sealed, mut opened) = (0, 0, 0);
            for index in round * PACKETS..(round + 1) * PACKETS {
                let start = Instant::now();
                buffer.clear();
                let header = HeaderWriter {
                    payload_type: 96,
                    marker: false,
                    sequence: index as u16,
                    timestamp: index as u32,
                    ssrc: 1,
                };
                let header_len = header.write(&mut buffer, &[(3, &[0, 0]), (4, &[0x30])]);
                buffer.extend_from_slice(&PAYLOAD);
                let written_at = Instant::now();
                sealer.seal_rtp(&mut buffer, 0, header_len, 1, index).expect("each index once");
                let sealed_at = Instant::now();
                black_box(opener.open_rtp(&buffer, &mut into).expect("sealed with the same keys"));
                opened += sealed_at.elapsed().as_nanos();
                sealed += (sealed_at - written_at).as_nanos();
                written += (written_at - start).as_nanos();
            }
            let each = |total: u128| total as f64 / PACKETS as f64;
            best_write = best_write.min(each(written));
            best_seal = best_seal.min(each(sealed));
            best_open = best_open.min(each(opened));
        }
        println!(
            "{profile:?}: write {best_write:.0} ns, seal {best_seal:.0} ns, open {best_open:.0} ns for 1,180 bytes"
        );
    }
}
