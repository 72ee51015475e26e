//! Tells which datagrams were authentic: a wrapper round the SRTP ciphers that counts what opened.
//!
//! str0m drops a forged SRTP or SRTCP packet without a word, and says nothing about a good SRTCP packet either. Dating
//! a departure at the last authenticated packet needs to know. A cipher is asked to decrypt only after the HMAC was
//! checked (AES-CM) or checks the tag itself (AES-GCM), so "it opened" means "the peer sent it".

use std::cell::Cell;
use std::sync::{Arc, LazyLock};

use str0m::crypto::{
    AeadAes128GcmCipher, AeadAes256GcmCipher, Aes128CmSha1_80Cipher, CryptoError, CryptoProvider, SrtpProvider,
    SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80, from_feature_flags,
};

use crate::tap::{self, Plain, TapProvider};

thread_local! {
    /// Packets opened by this thread. A core works on one thread and one packet at a time.
    static OPENED: Cell<u64> = const { Cell::new(0) };
}

static INNER: LazyLock<CryptoProvider> = LazyLock::new(from_feature_flags);
static WITNESS: Witness = Witness;
static TAP: LazyLock<TapProvider> = LazyLock::new(|| TapProvider(INNER.dtls_provider));

/// How many SRTP and SRTCP packets this thread has opened.
pub(crate) fn opened() -> u64 {
    OPENED.get()
}

/// The crypto provider with the witness in it, and the tap.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider { srtp_provider: &WITNESS, dtls_provider: &*TAP, ..INNER.clone() })
}

fn note<T>(result: Result<T, CryptoError>) -> Result<T, CryptoError> {
    if result.is_ok() {
        OPENED.set(OPENED.get() + 1);
    }
    result
}

#[derive(Debug)]
struct Witness;

/// A cipher that counts what it opens.
#[derive(Debug)]
struct Watched<C>(C);

impl SrtpProvider for Witness {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        &WITNESS
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        &WITNESS
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &WITNESS
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        INNER.srtp_provider.srtp_aes_128_ecb_round(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        INNER.srtp_provider.srtp_aes_256_ecb_round(key, input, output);
    }
}

impl SupportedAes128CmSha1_80 for Witness {
    fn create_cipher(&self, key: [u8; 16], encrypt: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        Box::new(Watched(INNER.srtp_provider.aes_128_cm_sha1_80().create_cipher(key, encrypt)))
    }
}

impl SupportedAeadAes128Gcm for Witness {
    fn create_cipher(&self, key: [u8; 16], encrypt: bool) -> Box<dyn AeadAes128GcmCipher> {
        if encrypt && tap::ours() {
            return Box::new(Plain);
        }
        Box::new(Watched(INNER.srtp_provider.aead_aes_128_gcm().create_cipher(key, encrypt)))
    }
}

impl SupportedAeadAes256Gcm for Witness {
    fn create_cipher(&self, key: [u8; 32], encrypt: bool) -> Box<dyn AeadAes256GcmCipher> {
        if encrypt && tap::ours() {
            return Box::new(Plain);
        }
        Box::new(Watched(INNER.srtp_provider.aead_aes_256_gcm().create_cipher(key, encrypt)))
    }
}

impl Aes128CmSha1_80Cipher for Watched<Box<dyn Aes128CmSha1_80Cipher>> {
    fn encrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        self.0.encrypt(iv, input, output)
    }

    fn decrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        note(self.0.decrypt(iv, input, output))
    }
}

macro_rules! watch_aead {
    ($cipher:ident) => {
        impl $cipher for Watched<Box<dyn $cipher>> {
            fn encrypt(
                &mut self,
                iv: &[u8; 12],
                aad: &[u8],
                input: &[u8],
                output: &mut [u8],
            ) -> Result<(), CryptoError> {
                self.0.encrypt(iv, aad, input, output)
            }

            fn decrypt(
                &mut self,
                iv: &[u8; 12],
                aads: &[&[u8]],
                input: &[u8],
                output: &mut [u8],
            ) -> Result<usize, CryptoError> {
                note(self.0.decrypt(iv, aads, input, output))
            }
        }
    };
}

watch_aead!(AeadAes128GcmCipher);
watch_aead!(AeadAes256GcmCipher);
