//! SRTP and SRTCP with AES-GCM (RFC 3711, RFC 7714), keyed by DTLS (RFC 5764).

mod keys;
#[cfg(any(test, debug_assertions, feature = "nonce-ledger"))]
mod ledger;
mod open;
mod replay;
mod seal;

#[cfg(test)]
mod known_answers;
#[cfg(test)]
mod tests;

pub use keys::{KeyPair, Profile, SessionKeys};
pub use open::{OpenError, Opened, Opener};
pub use seal::{SealError, Sealer};

/// Bytes of an authentication tag.
pub const TAG_LEN: usize = 16;
/// What sealing adds to an RTCP packet: the tag and the word with the index.
pub const RTCP_OVERHEAD: usize = TAG_LEN + INDEX_LEN;

const SALT_LEN: usize = 12;
const INDEX_LEN: usize = 4;
/// The part of an RTCP packet that stays readable: first word and SSRC.
const RTCP_HEADER_LEN: usize = 8;
/// Set in the word of the index where the packet is encrypted.
const ENCRYPTED: u32 = 1 << 31;
/// An index has a rollover counter of 32 bits and a sequence number of 16.
const INDEX_BITS: u32 = 48;

/// The nonce of an RTP packet (RFC 7714 section 8.1); `index` is the rollover counter and the sequence number.
fn rtp_nonce(salt: &[u8; SALT_LEN], ssrc: u32, index: u64) -> [u8; SALT_LEN] {
    let mut nonce = *salt;
    mix(&mut nonce[2..6], &ssrc.to_be_bytes());
    mix(&mut nonce[6..12], &index.to_be_bytes()[2..]);
    nonce
}

/// The nonce of an RTCP packet (RFC 7714 section 9.1).
fn rtcp_nonce(salt: &[u8; SALT_LEN], ssrc: u32, index: u32) -> [u8; SALT_LEN] {
    let mut nonce = *salt;
    mix(&mut nonce[2..6], &ssrc.to_be_bytes());
    mix(&mut nonce[8..12], &index.to_be_bytes());
    nonce
}

fn mix(into: &mut [u8], with: &[u8]) {
    for (byte, other) in into.iter_mut().zip(with) {
        *byte ^= other;
    }
}
