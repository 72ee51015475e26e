//! Authenticating and decrypting what arrives.

use std::collections::HashMap;
use std::fmt;

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};

use super::replay::Window;
use super::{ENCRYPTED, INDEX_BITS, INDEX_LEN, RTCP_HEADER_LEN, SALT_LEN, SessionKeys, TAG_LEN, rtcp_nonce, rtp_nonce};
use crate::bytes::u32_at;
use crate::rtp::Header;

/// SSRCs of one peer whose windows are kept, for RTP and for RTCP each. Only who has the keys can fill them.
pub(super) const SSRCS: usize = 512;

/// Why a packet was not opened. `Short`, `Plain` and `Replayed` cost no decryption, but for padding, which is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenError {
    /// Too short, or the header or the padding is not RTP's.
    Short,
    /// Opened before, or so old that nobody knows.
    Replayed,
    /// Not sealed with these keys, or changed on the way.
    Forged,
    /// RTCP that does not even claim to be encrypted.
    Plain,
    /// Authentic, but of one SSRC too many.
    Crowded,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OpenError::Short => "too short or malformed",
            OpenError::Replayed => "opened before, or too old to know",
            OpenError::Forged => "not sealed with these keys",
            OpenError::Plain => "not encrypted",
            OpenError::Crowded => "more SSRCs than are kept apart",
        })
    }
}

impl std::error::Error for OpenError {}

/// An RTP packet that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened<'b> {
    /// The plain packet, header and all.
    pub packet: &'b [u8],
    /// Its header; `header.payload(packet)` is the payload without padding.
    pub header: Header,
    /// Rollover counter and sequence number: `roc << 16 | sequence`.
    pub index: u64,
}

impl<'b> Opened<'b> {
    /// The payload without padding.
    pub fn payload(&self) -> &'b [u8] {
        self.header.payload(self.packet)
    }
}

/// Opens what one peer sends. It learns only from what is authentic.
pub struct Opener {
    rtp: LessSafeKey,
    rtp_salt: [u8; SALT_LEN],
    rtcp: LessSafeKey,
    rtcp_salt: [u8; SALT_LEN],
    rtp_windows: HashMap<u32, Window>,
    /// By sender as well: other implementations count the SRTCP index per SSRC (RFC 3711 section 3.2.3).
    rtcp_windows: HashMap<u32, Window>,
}

impl Opener {
    /// An opener that has seen nothing.
    pub fn new(keys: &SessionKeys) -> Opener {
        let (rtp, rtp_salt) = keys.rtp();
        let (rtcp, rtcp_salt) = keys.rtcp();
        Opener { rtp, rtp_salt, rtcp, rtcp_salt, rtp_windows: HashMap::new(), rtcp_windows: HashMap::new() }
    }

    /// Opens an SRTCP packet into `into`, whose content is replaced, and returns the compound packet.
    ///
    /// # Errors
    /// [`OpenError`]; what `into` holds then means nothing.
    pub fn open_rtcp<'b>(&mut self, packet: &[u8], into: &'b mut Vec<u8>) -> Result<&'b [u8], OpenError> {
        let (sealed, word) = packet.split_last_chunk::<INDEX_LEN>().ok_or(OpenError::Short)?;
        let (header, sealed) = sealed.split_first_chunk::<RTCP_HEADER_LEN>().ok_or(OpenError::Short)?;
        let (sealed, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(OpenError::Short)?;
        let ssrc = u32_at(header, 4).ok_or(OpenError::Short)?;
        let index = u32::from_be_bytes(*word);
        if index & ENCRYPTED == 0 {
            return Err(OpenError::Plain);
        }
        let index = index & !ENCRYPTED;
        let window = self.rtcp_windows.get(&ssrc);
        if window.is_some_and(|window| !window.is_fresh(index.into())) {
            return Err(OpenError::Replayed);
        }
        let mut aad = [0; RTCP_HEADER_LEN + INDEX_LEN];
        aad[..RTCP_HEADER_LEN].copy_from_slice(header);
        aad[RTCP_HEADER_LEN..].copy_from_slice(word);
        let nonce = rtcp_nonce(&self.rtcp_salt, ssrc, index);
        open(&self.rtcp, nonce, &aad, header, (sealed, tag), into)?;
        note(&mut self.rtcp_windows, ssrc, index.into())?;
        Ok(into)
    }

    /// Opens an SRTP packet into `into`, whose content is replaced. The rollover counter of an SSRC starts at 0 and is
    /// followed by sequence numbers; each index is opened once (RFC 3711 section 3.3).
    ///
    /// # Errors
    /// [`OpenError`]; what `into` holds then means nothing.
    pub fn open_rtp<'b>(&mut self, packet: &[u8], into: &'b mut Vec<u8>) -> Result<Opened<'b>, OpenError> {
        let header = Header::parse_protected(packet).ok_or(OpenError::Short)?;
        let window = self.rtp_windows.get(&header.ssrc);
        let index = window.map_or(Some(header.sequence.into()), |window| window.index_of(header.sequence));
        let fresh = |index: &u64| window.is_none_or(|window| window.is_fresh(*index));
        let index = index.filter(fresh).ok_or(OpenError::Replayed)?;
        let opened = self.open_rtp_as(packet, index, into)?;
        note(&mut self.rtp_windows, header.ssrc, index)?;
        Ok(opened)
    }

    /// Opens an SRTP packet whose index the caller knows, as many times as it likes: for a reader that opens some packets
    /// of a stream and follows the sequence numbers of all. Neither rollover counter nor replay window are touched.
    ///
    /// # Errors
    /// [`OpenError`]; what `into` holds then means nothing.
    pub fn open_rtp_as<'b>(&self, packet: &[u8], index: u64, into: &'b mut Vec<u8>) -> Result<Opened<'b>, OpenError> {
        let header = Header::parse_protected(packet).ok_or(OpenError::Short)?;
        let (clear, sealed) = packet.split_at_checked(header.header_len).ok_or(OpenError::Short)?;
        let (sealed, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(OpenError::Short)?;
        if index >> INDEX_BITS != 0 {
            return Err(OpenError::Replayed);
        }
        open(&self.rtp, rtp_nonce(&self.rtp_salt, header.ssrc, index), clear, clear, (sealed, tag), into)?;
        let header = Header::parse(into).ok_or(OpenError::Short)?;
        Ok(Opened { packet: into, header, index })
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ssrcs = (self.rtp_windows.len(), self.rtcp_windows.len());
        f.debug_struct("Opener").field("ssrcs", &ssrcs).finish_non_exhaustive()
    }
}

/// Puts `clear` and what was sealed behind it into `into`.
fn open(
    key: &LessSafeKey,
    nonce: [u8; SALT_LEN],
    aad: &[u8],
    clear: &[u8],
    (sealed, tag): (&[u8], &[u8; TAG_LEN]),
    into: &mut Vec<u8>,
) -> Result<(), OpenError> {
    into.clear();
    into.extend_from_slice(clear);
    into.resize(clear.len() + sealed.len(), 0);
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.open_separate_gather(nonce, Aad::from(aad), sealed, tag, &mut into[clear.len()..])
        .map_err(|_| OpenError::Forged)
}

fn note(windows: &mut HashMap<u32, Window>, ssrc: u32, index: u64) -> Result<(), OpenError> {
    if let Some(window) = windows.get_mut(&ssrc) {
        window.note(index);
    } else if windows.len() < SSRCS {
        windows.insert(ssrc, Window::new(index));
    } else {
        return Err(OpenError::Crowded);
    }
    Ok(())
}
