//! Copies a client's SRTP keys while DTLS hands them over.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use echo_wire::{KeyPair, Profile};
use str0m::config::{CryptoProvider, DtlsCert, DtlsVersion};
use str0m::crypto::dtls::{DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion, SrtpProfile};
use str0m::crypto::{CryptoError, from_feature_flags};

thread_local! {
    static COPIED: RefCell<Option<KeyPair>> = const { RefCell::new(None) };
}

static INNER: LazyLock<CryptoProvider> = LazyLock::new(from_feature_flags);
static COPYING: Copying = Copying;

/// A crypto provider for clients.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider { dtls_provider: &COPYING, ..INNER.clone() })
}

/// The keys that came by last on this thread.
pub(super) fn take() -> Option<KeyPair> {
    COPIED.take()
}

#[derive(Debug)]
struct Copying;

#[derive(Debug)]
struct Copied(Box<dyn DtlsInstance>);

impl DtlsProvider for Copying {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        INNER.dtls_provider.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        Ok(Box::new(Copied(INNER.dtls_provider.new_dtls(cert, now, version, mtu)?)))
    }
}

impl DtlsInstance for Copied {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        let output = self.0.poll_output(buf);
        if let DtlsOutput::KeyingMaterial(material, profile) = &output {
            let profile = match *profile {
                SrtpProfile::AEAD_AES_128_GCM => Profile::AeadAes128Gcm,
                SrtpProfile::AEAD_AES_256_GCM => Profile::AeadAes256Gcm,
                other => panic!("{other:?} is not what two of us settle on"),
            };
            COPIED.set(KeyPair::derive(material, profile));
        }
        output
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<(), DtlsImplError> {
        self.0.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.0.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}
