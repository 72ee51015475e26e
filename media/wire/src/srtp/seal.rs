//! Encrypting and authenticating what is sent, in place.

use std::fmt;

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};

#[cfg(any(test, debug_assertions, feature = "nonce-ledger"))]
use super::ledger::Ledger;
use super::{ENCRYPTED, INDEX_BITS, RTCP_HEADER_LEN, SALT_LEN, SessionKeys, rtcp_nonce, rtp_nonce};
use crate::bytes::{u16_at, u32_at};
use crate::rtp::FIXED_LEN;

/// Why a packet was not sealed. The buffer is then as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealError {
    /// Shorter than its header, or the header says another SSRC or sequence number than the index.
    Malformed,
    /// The key has no further index (RFC 3711 section 9.2): 2^48 for RTP, 2^31 for RTCP.
    Exhausted,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SealError::Malformed => "the packet is not what its header and index say",
            SealError::Exhausted => "the key has sealed all it may",
        })
    }
}

impl std::error::Error for SealError {}

/// Seals everything that one peer is sent. There must be one for each pair of session keys and no other: it owns the SRTCP
/// index, and nonces under one key must never repeat.
pub struct Sealer {
    rtp: LessSafeKey,
    rtp_salt: [u8; SALT_LEN],
    rtcp: LessSafeKey,
    rtcp_salt: [u8; SALT_LEN],
    pub(super) rtcp_index: u32,
    #[cfg(any(test, debug_assertions, feature = "nonce-ledger"))]
    ledger: Ledger,
}

impl Sealer {
    /// A sealer whose SRTCP index starts at 0.
    pub fn new(keys: &SessionKeys) -> Sealer {
        let (rtp, rtp_salt) = keys.rtp();
        let (rtcp, rtcp_salt) = keys.rtcp();
        Sealer {
            rtp,
            rtp_salt,
            rtcp,
            rtcp_salt,
            rtcp_index: 0,
            #[cfg(any(test, debug_assertions, feature = "nonce-ledger"))]
            ledger: Ledger::default(),
        }
    }

    /// Seals the RTP packet that starts at `start` and goes to the end of the buffer: encrypts it from `header_len` on and
    /// appends 16 bytes. `index` is the rollover counter and the sequence number (`roc << 16 | sequence`); the caller must
    /// never use one twice for an SSRC. Allocates only where the buffer has no room for 16 more bytes.
    ///
    /// # Errors
    /// [`SealError`], with the buffer unchanged.
    ///
    /// # Panics
    /// In debug builds and with the feature `nonce-ledger`, where an index is used a second time.
    pub fn seal_rtp(
        &mut self,
        buffer: &mut Vec<u8>,
        start: usize,
        header_len: usize,
        ssrc: u32,
        index: u64,
    ) -> Result<(), SealError> {
        let packet = buffer.get_mut(start..).ok_or(SealError::Malformed)?;
        let said = (u16_at(packet, 2), u32_at(packet, 8));
        if header_len < FIXED_LEN || said != (Some(index as u16), Some(ssrc)) {
            return Err(SealError::Malformed);
        }
        if index >> INDEX_BITS != 0 {
            return Err(SealError::Exhausted);
        }
        let (header, payload) = packet.split_at_mut_checked(header_len).ok_or(SealError::Malformed)?;
        #[cfg(any(test, debug_assertions, feature = "nonce-ledger"))]
        self.ledger.note(ssrc, index);
        let nonce = Nonce::assume_unique_for_key(rtp_nonce(&self.rtp_salt, ssrc, index));
        let tag = self.rtp.seal_in_place_separate_tag(nonce, Aad::from(&*header), payload);
        buffer.extend_from_slice(tag.map_err(|_| SealError::Malformed)?.as_ref());
        Ok(())
    }

    /// Seals the compound RTCP packet that starts at `start` and goes to the end of the buffer, and appends 20 bytes: the
    /// tag, and the index with the bit that says "encrypted". Allocates only where the buffer has no room for those.
    ///
    /// # Errors
    /// [`SealError`], with the buffer unchanged. After 2^31 packets nothing is sealed any more.
    pub fn seal_rtcp(&mut self, buffer: &mut Vec<u8>, start: usize) -> Result<(), SealError> {
        let packet = buffer.get_mut(start..).ok_or(SealError::Malformed)?;
        let (header, payload) = packet.split_first_chunk_mut::<RTCP_HEADER_LEN>().ok_or(SealError::Malformed)?;
        let ssrc = u32_at(header, 4).ok_or(SealError::Malformed)?;
        if self.rtcp_index & ENCRYPTED != 0 {
            return Err(SealError::Exhausted);
        }
        let nonce = Nonce::assume_unique_for_key(rtcp_nonce(&self.rtcp_salt, ssrc, self.rtcp_index));
        let word = (self.rtcp_index | ENCRYPTED).to_be_bytes();
        let mut aad = [0; RTCP_HEADER_LEN + 4];
        aad[..RTCP_HEADER_LEN].copy_from_slice(header);
        aad[RTCP_HEADER_LEN..].copy_from_slice(&word);
        // Counted before anything else can fail: an index that may have been used is never used again.
        self.rtcp_index += 1;
        let tag = self.rtcp.seal_in_place_separate_tag(nonce, Aad::from(aad), payload);
        buffer.extend_from_slice(tag.map_err(|_| SealError::Malformed)?.as_ref());
        buffer.extend_from_slice(&word);
        Ok(())
    }

    /// How many RTCP packets were sealed; the index of the next one.
    pub fn rtcp_index(&self) -> u32 {
        self.rtcp_index
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("rtcp_index", &self.rtcp_index).finish_non_exhaustive()
    }
}
