//! Copies the keys that DTLS agrees on, on their way into str0m: a DTLS provider of our own over the same implementation.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Instant;

use dimpl::{Config, Dtls};
use str0m::crypto::dtls::{
    DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion, KeyingMaterial, ProtocolVersion,
    SrtpProfile,
};
use str0m::crypto::{CryptoError, CryptoProvider, from_feature_flags};
use str0m::{Rtc, RtcConfig};

use echo_wire::{KeyPair, Opener, Profile, Sealer};

static INNER: LazyLock<CryptoProvider> = LazyLock::new(from_feature_flags);
static PROVIDER: Provider = Provider;
/// One for all clients: making it tries every curve, which takes a millisecond.
static CONFIG: OnceLock<Arc<Config>> = OnceLock::new();

thread_local! {
    /// Where the instance that is being built puts its keys: str0m makes it inside `RtcConfig::build`, without saying for whom.
    static BUILDING: RefCell<Option<Tap>> = const { RefCell::new(None) };
}

/// Holds what was agreed on, once it was.
pub type Tap = Arc<OnceLock<Tapped>>;

/// What was agreed on.
#[derive(Debug)]
pub struct Tapped {
    material: KeyingMaterial,
    profile: SrtpProfile,
    client: bool,
}

impl Tapped {
    /// What opens the other side's packets, and seals ours. `None` where the profile is not one of AES-GCM.
    pub fn keys(&self) -> Option<(Opener, Sealer)> {
        let profile = match self.profile {
            SrtpProfile::AEAD_AES_128_GCM => Profile::AeadAes128Gcm,
            SrtpProfile::AEAD_AES_256_GCM => Profile::AeadAes256Gcm,
            _ => return None,
        };
        let pair = KeyPair::derive(&self.material, profile)?;
        let (ours, theirs) = if self.client { (&pair.client, &pair.server) } else { (&pair.server, &pair.client) };
        Some((Opener::new(theirs), Sealer::new(ours)))
    }

    /// The name of the profile.
    pub fn profile(&self) -> SrtpProfile {
        self.profile
    }
}

/// Builds a client whose keys the tap will hold.
pub fn build(config: RtcConfig, now: Instant) -> (Rtc, Tap) {
    let tap = Tap::default();
    BUILDING.set(Some(Arc::clone(&tap)));
    let provider = CryptoProvider { dtls_provider: &PROVIDER, ..INNER.clone() };
    let rtc = config.set_crypto_provider(Arc::new(provider)).build(now);
    BUILDING.set(None);
    (rtc, tap)
}

#[derive(Debug)]
struct Provider;

struct Instance {
    inner: Dtls,
    tap: Tap,
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instance").finish_non_exhaustive()
    }
}

impl DtlsProvider for Provider {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        INNER.dtls_provider.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        dtls_version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let inner = match dtls_version {
            DtlsVersion::Dtls12 => Dtls::new_12(config(mtu)?, cert.clone(), now),
            other => return Err(CryptoError::Other(format!("light participants do not speak {other}"))),
        };
        Ok(Box::new(Instance { inner, tap: BUILDING.take().unwrap_or_default() }))
    }

    fn is_test(&self) -> bool {
        INNER.dtls_provider.is_test()
    }
}

/// What all clients here share; they differ in nothing, so the first one's MTU is that of all.
fn config(mtu: Option<usize>) -> Result<Arc<Config>, CryptoError> {
    if let Some(config) = CONFIG.get() {
        return Ok(Arc::clone(config));
    }
    // ICE has shown where the other side is: there is no need for cookies.
    let mut builder = Config::builder().use_server_cookie(false);
    if let Some(mtu) = mtu {
        builder = builder.mtu(mtu);
    }
    let config = builder.build().map_err(|error| CryptoError::Other(error.to_string()))?;
    Ok(Arc::clone(CONFIG.get_or_init(|| Arc::new(config))))
}

impl DtlsInstance for Instance {
    fn set_active(&mut self, active: bool) {
        self.inner.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.inner.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        let client = self.inner.is_active();
        let output = self.inner.poll_output(buf);
        if let DtlsOutput::KeyingMaterial(material, profile) = &output {
            // Agreed on once a connection; there is no renegotiation in DTLS-SRTP.
            self.tap.get_or_init(|| Tapped { material: KeyingMaterial::new(material), profile: *profile, client });
        }
        output
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.inner.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<(), DtlsImplError> {
        self.inner.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.inner.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.inner.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.inner.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.inner.close()
    }
}
