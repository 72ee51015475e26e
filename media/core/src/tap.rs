//! Copies the SRTP keys of a peer on their way from DTLS to str0m, and keeps str0m from sealing with them.
//!
//! GCM breaks where a nonce is used twice under one key (RFC 7714 section 15), so each key has one owner. Where our own
//! egress owns the keys of a peer, str0m gets ciphers that leave what they are given as it is, and has nothing to seal: its
//! streams are removed then, and what it says to itself to show where it would send goes nowhere.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use dimpl::Dtls;
use echo_wire::{KeyPair, Profile, SessionKeys};
use str0m::config::{DtlsCert, DtlsVersion};
use str0m::crypto::dtls::{
    DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, KeyingMaterial, ProtocolVersion, SrtpProfile,
};
use str0m::crypto::{AeadAes128GcmCipher, AeadAes256GcmCipher, CryptoError};

use crate::dtls::dtls;

thread_local! {
    /// Whose transport this thread is building.
    static BUILDING: RefCell<Option<Arc<Tap>>> = const { RefCell::new(None) };
    /// The keys that str0m is about to make ciphers of belong to our own egress.
    static OURS: Cell<bool> = const { Cell::new(false) };
}

/// Session keys, told apart by who seals with them.
pub(crate) struct Keys {
    pub(crate) ours: SessionKeys,
    pub(crate) theirs: SessionKeys,
}

/// Where the keys of one peer are put down.
#[derive(Default)]
pub(crate) struct Tap {
    wanted: AtomicBool,
    ready: AtomicBool,
    keys: Mutex<Option<Keys>>,
}

impl Tap {
    /// From now on keys of a profile that we can seal with are copied, and str0m seals nothing.
    pub(crate) fn want(&self) {
        self.wanted.store(true, Ordering::Relaxed);
    }

    /// The keys, once.
    pub(crate) fn take(&self) -> Option<Keys> {
        if !self.ready.swap(false, Ordering::Acquire) {
            return None;
        }
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Copies keys; false where they stay str0m's.
    fn copy(&self, material: &KeyingMaterial, profile: SrtpProfile, active: bool) -> bool {
        let profile = match profile {
            SrtpProfile::AEAD_AES_128_GCM => Profile::AeadAes128Gcm,
            SrtpProfile::AEAD_AES_256_GCM => Profile::AeadAes256Gcm,
            _ => return false,
        };
        if !self.wanted.load(Ordering::Relaxed) {
            return false;
        }
        let Some(KeyPair { client, server }) = KeyPair::derive(material, profile) else { return false };
        let (ours, theirs) = if active { (client, server) } else { (server, client) };
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = Some(Keys { ours, theirs });
        self.ready.store(true, Ordering::Release);
        true
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").finish_non_exhaustive()
    }
}

/// Builds a transport whose keys go through this tap.
pub(crate) fn tapping<R>(tap: &Arc<Tap>, build: impl FnOnce() -> R) -> R {
    BUILDING.set(Some(Arc::clone(tap)));
    let built = build();
    BUILDING.set(None);
    built
}

/// Whether the cipher that is being made is for keys of our own egress.
pub(crate) fn ours() -> bool {
    OURS.get()
}

/// The DTLS provider with taps in it.
#[derive(Debug)]
pub(crate) struct TapProvider(pub(crate) &'static dyn DtlsProvider);

impl DtlsProvider for TapProvider {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        self.0.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let dtls = dtls(cert, now, version, mtu)?;
        Ok(Box::new(Tapped { dtls, tap: BUILDING.take().unwrap_or_default() }))
    }

    fn is_test(&self) -> bool {
        self.0.is_test()
    }
}

struct Tapped {
    dtls: Dtls,
    tap: Arc<Tap>,
}

impl fmt::Debug for Tapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tapped").finish_non_exhaustive()
    }
}

impl DtlsInstance for Tapped {
    fn set_active(&mut self, active: bool) {
        self.dtls.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.dtls.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        // str0m makes its ciphers between the output that has the keys and the next one.
        OURS.set(false);
        let output = self.dtls.poll_output(buf);
        if let DtlsOutput::KeyingMaterial(material, profile) = &output {
            OURS.set(self.tap.copy(material, *profile, self.dtls.is_active()));
        }
        output
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.dtls.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<(), DtlsImplError> {
        self.dtls.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.dtls.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.dtls.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.dtls.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.dtls.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.dtls.close()
    }
}

/// A cipher that encrypts nothing and leaves the tag zero.
#[derive(Debug)]
pub(crate) struct Plain;

impl Plain {
    fn copy(input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        let (text, tag) = output.split_at_mut(input.len());
        text.copy_from_slice(input);
        tag.fill(0);
        Ok(())
    }

    fn refuse() -> Result<usize, CryptoError> {
        Err(CryptoError::Other("a cipher that does not encrypt opens nothing".into()))
    }
}

impl AeadAes128GcmCipher for Plain {
    fn encrypt(&mut self, _: &[u8; 12], _: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        Plain::copy(input, output)
    }

    fn decrypt(&mut self, _: &[u8; 12], _: &[&[u8]], _: &[u8], _: &mut [u8]) -> Result<usize, CryptoError> {
        Plain::refuse()
    }
}

impl AeadAes256GcmCipher for Plain {
    fn encrypt(&mut self, _: &[u8; 12], _: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        Plain::copy(input, output)
    }

    fn decrypt(&mut self, _: &[u8; 12], _: &[&[u8]], _: &[u8], _: &mut [u8]) -> Result<usize, CryptoError> {
        Plain::refuse()
    }
}
