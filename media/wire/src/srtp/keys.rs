//! From what DTLS exports to session keys (RFC 5764 section 4.2, RFC 3711 section 4.3).

use std::fmt;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, LessSafeKey, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, UnboundCipherKey};

use super::{SALT_LEN, mix};

const BLOCK: usize = 16;
/// Bytes of a salt as RFC 3711 section 4.3.1 has it; one for GCM has two zeros behind it (RFC 7714 section 11).
const KDF_SALT_LEN: usize = 14;
const LONGEST_KEY: usize = 32;
/// Where the label goes into the salt: key derivation rate 0, so the index behind it is 0 (RFC 3711 section 4.3.1).
const LABEL_AT: usize = 7;
const RTP_KEY: u8 = 0;
const RTP_SALT: u8 = 2;
const RTCP_KEY: u8 = 3;
const RTCP_SALT: u8 = 5;

/// The protection profiles that are sealed here (RFC 7714 section 14.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// `AEAD_AES_128_GCM`
    AeadAes128Gcm,
    /// `AEAD_AES_256_GCM`
    AeadAes256Gcm,
}

impl Profile {
    /// Bytes of a master or session key.
    pub fn key_len(self) -> usize {
        match self {
            Profile::AeadAes128Gcm => 16,
            Profile::AeadAes256Gcm => 32,
        }
    }

    /// Bytes of keying material that DTLS has to export.
    pub fn material_len(self) -> usize {
        2 * (self.key_len() + SALT_LEN)
    }
}

/// The keys and salts of one direction.
pub struct SessionKeys {
    profile: Profile,
    rtp: Half,
    rtcp: Half,
}

struct Half {
    key: [u8; LONGEST_KEY],
    salt: [u8; SALT_LEN],
}

/// The keys of both directions: `client` is what the DTLS client seals with, `server` what the server does.
pub struct KeyPair {
    /// What the DTLS client seals with.
    pub client: SessionKeys,
    /// What the DTLS server seals with.
    pub server: SessionKeys,
}

impl KeyPair {
    /// Session keys from exported keying material: client key, server key, client salt, server salt. `None` where the
    /// length is not that of the profile.
    pub fn derive(material: &[u8], profile: Profile) -> Option<KeyPair> {
        if material.len() != profile.material_len() {
            return None;
        }
        let (keys, salts) = material.split_at(2 * profile.key_len());
        let (client_key, server_key) = keys.split_at(profile.key_len());
        let (client_salt, server_salt) = salts.split_first_chunk()?;
        Some(KeyPair {
            client: SessionKeys::derive(profile, client_key, client_salt)?,
            server: SessionKeys::derive(profile, server_key, server_salt.first_chunk()?)?,
        })
    }
}

impl SessionKeys {
    /// The session keys of one master key and salt. `None` where the key is not as long as the profile's.
    pub fn derive(profile: Profile, master_key: &[u8], master_salt: &[u8; SALT_LEN]) -> Option<SessionKeys> {
        let algorithm = match profile {
            Profile::AeadAes128Gcm => &AES_128,
            Profile::AeadAes256Gcm => &AES_256,
        };
        let master = EncryptingKey::ecb(UnboundCipherKey::new(algorithm, master_key).ok()?).ok()?;
        let mut salt = [0; KDF_SALT_LEN];
        salt[..SALT_LEN].copy_from_slice(master_salt);
        let half = |key_label, salt_label| {
            let mut half = Half { key: [0; LONGEST_KEY], salt: [0; SALT_LEN] };
            expand(&master, &salt, key_label, &mut half.key[..profile.key_len()])?;
            expand(&master, &salt, salt_label, &mut half.salt)?;
            Some(half)
        };
        Some(SessionKeys { profile, rtp: half(RTP_KEY, RTP_SALT)?, rtcp: half(RTCP_KEY, RTCP_SALT)? })
    }

    /// Keys and salts as they are, without derivation: for test vectors and other implementations' keys. `None` where a
    /// key is not as long as the profile's.
    pub fn from_parts(
        profile: Profile,
        (rtp_key, rtp_salt): (&[u8], [u8; SALT_LEN]),
        (rtcp_key, rtcp_salt): (&[u8], [u8; SALT_LEN]),
    ) -> Option<SessionKeys> {
        let half = |bytes: &[u8], salt| {
            let mut key = [0; LONGEST_KEY];
            (bytes.len() == profile.key_len()).then(|| key[..bytes.len()].copy_from_slice(bytes))?;
            Some(Half { key, salt })
        };
        Some(SessionKeys { profile, rtp: half(rtp_key, rtp_salt)?, rtcp: half(rtcp_key, rtcp_salt)? })
    }

    /// The profile they are for.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    pub(super) fn rtp(&self) -> (LessSafeKey, [u8; SALT_LEN]) {
        (self.cipher(&self.rtp), self.rtp.salt)
    }

    pub(super) fn rtcp(&self) -> (LessSafeKey, [u8; SALT_LEN]) {
        (self.cipher(&self.rtcp), self.rtcp.salt)
    }

    fn cipher(&self, half: &Half) -> LessSafeKey {
        let algorithm = match self.profile {
            Profile::AeadAes128Gcm => &AES_128_GCM,
            Profile::AeadAes256Gcm => &AES_256_GCM,
        };
        let key = UnboundKey::new(algorithm, &half.key[..self.profile.key_len()]);
        LessSafeKey::new(key.expect("the key has the algorithm's length"))
    }
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionKeys").field("profile", &self.profile).finish_non_exhaustive()
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").field("profile", &self.client.profile).finish_non_exhaustive()
    }
}

/// AES in counter mode over zeros, from the salt with the label in it (RFC 3711 section 4.3.3).
fn expand(master: &EncryptingKey, salt: &[u8; KDF_SALT_LEN], label: u8, into: &mut [u8]) -> Option<()> {
    let mut start = [0; BLOCK];
    start[..KDF_SALT_LEN].copy_from_slice(salt);
    mix(&mut start[LABEL_AT..], &[label]);
    for (count, chunk) in into.chunks_mut(BLOCK).enumerate() {
        let mut block = start;
        block[KDF_SALT_LEN..].copy_from_slice(&(count as u16).to_be_bytes());
        master.encrypt(&mut block).ok()?;
        chunk.copy_from_slice(&block[..chunk.len()]);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::hex;

    const RTP_AUTHENTICATION: u8 = 1;

    fn expanded(key: &str, salt: &str, label: u8, len: usize) -> Vec<u8> {
        let algorithm = if key.len() == 32 { &AES_128 } else { &AES_256 };
        let master = EncryptingKey::ecb(UnboundCipherKey::new(algorithm, &hex(key)).unwrap()).unwrap();
        let mut into = vec![0; len];
        expand(&master, &hex(salt).try_into().unwrap(), label, &mut into).unwrap();
        into
    }

    #[test]
    fn derives_what_rfc_3711_appendix_b3_says() {
        let (key, salt) = ("e1f97a0d3e018be0d64fa32c06de4139", "0ec675ad498afeebb6960b3aabe6");
        assert_eq!(expanded(key, salt, RTP_KEY, 16), hex("c61e7a93744f39ee10734afe3ff7a087"));
        assert_eq!(expanded(key, salt, RTP_SALT, 14), hex("30cbbc08863d8c85d49db34a9ae1"));
        let authentication = "cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbcee049646c43d9327ad175578ef722709\
                              86371c10c9a369ac2f94a8c5fbcdddc256d6e919a48b610ef17c2041e474035766b68642c59bbfc2f34db60dbdfb2";
        assert_eq!(expanded(key, salt, RTP_AUTHENTICATION, 94), hex(authentication));
    }

    #[test]
    fn derives_what_rfc_6188_section_7_2_says() {
        let key = "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6";
        let salt = "3b04803de51ee7c96423ab5b78d2";
        let session = "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4";
        assert_eq!(expanded(key, salt, RTP_KEY, 32), hex(session));
        assert_eq!(expanded(key, salt, RTP_SALT, 14), hex("fa31791685ca444a9e07c6c64e93"));
    }

    #[test]
    fn material_of_another_length_derives_nothing() {
        for profile in [Profile::AeadAes128Gcm, Profile::AeadAes256Gcm] {
            for len in 0..100 {
                let derived = KeyPair::derive(&vec![7; len], profile);
                assert_eq!(derived.is_some(), len == profile.material_len(), "{profile:?} from {len} bytes");
            }
        }
    }

    #[test]
    fn keys_are_not_told_to_a_log() {
        let pair = KeyPair::derive(&[0x77; 56], Profile::AeadAes128Gcm).unwrap();
        assert_eq!(format!("{pair:?}"), "KeyPair { profile: AeadAes128Gcm, .. }");
        assert_eq!(format!("{:?}", pair.client), "SessionKeys { profile: AeadAes128Gcm, .. }");
    }
}
