//! DTLS for all peers with one configuration: making one tries every curve, which takes a millisecond, and str0m would make
//! one for each peer.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use dimpl::{Config, Dtls};
use str0m::config::{DtlsCert, DtlsVersion};
use str0m::crypto::CryptoError;

/// What peers of one MTU share; there is one MTU in a process.
static SHARED: OnceLock<(Option<usize>, Arc<Config>)> = OnceLock::new();

/// The DTLS of one peer, as str0m's own provider would make it.
pub(crate) fn dtls(
    cert: &DtlsCert,
    now: Instant,
    version: DtlsVersion,
    mtu: Option<usize>,
) -> Result<Dtls, CryptoError> {
    let (config, cert) = (shared(mtu)?, cert.clone());
    match version {
        DtlsVersion::Dtls12 => Ok(Dtls::new_12(config, cert, now)),
        DtlsVersion::Dtls13 => Ok(Dtls::new_13(config, cert, now)),
        DtlsVersion::Auto => Ok(Dtls::new_auto(config, cert, now)),
        other => Err(CryptoError::Other(format!("there is no DTLS {other}"))),
    }
}

fn shared(mtu: Option<usize>) -> Result<Arc<Config>, CryptoError> {
    if let Some((_, config)) = SHARED.get().filter(|(of, _)| *of == mtu) {
        return Ok(Arc::clone(config));
    }
    // ICE has shown where the client is: there is no need for cookies.
    let builder = Config::builder().use_server_cookie(false);
    let builder = match mtu {
        Some(mtu) => builder.mtu(mtu),
        None => builder,
    };
    let config = Arc::new(builder.build().map_err(|error| CryptoError::Other(error.to_string()))?);
    // Another MTU than the first one's gets one by itself.
    let _ = SHARED.set((mtu, Arc::clone(&config)));
    Ok(config)
}
