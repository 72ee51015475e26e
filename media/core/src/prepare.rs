//! From an offer to an answer and a transport, away from the media threads: parsing a browser's SDP takes about 10 ms.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use str0m::change::SdpOffer;
use str0m::config::{CryptoProvider, DtlsCert};
use str0m::media::Mid;
use str0m::net::TcpType;
use str0m::rtp::ExtensionMap;
use str0m::{Candidate, IceCreds, Rtc, RtcConfig};

use crate::direct::LineForm;
use crate::ingress::IngressForm;
use crate::messages::{AddPeer, Answer, Mids, Source};
use crate::net::{CandidateAddr, Proto};
use crate::offer::{self, Publishing};
use crate::picture_slot::Line;
use crate::refusal::{Refusal, RefusalCode};
use crate::tap::{Tap, tapping};
use crate::{answer, trim, witness};

/// Where str0m sends: sound reports as often as pictures do, for a receiver can relate the two only once it has a report of each.
const SENDER_REPORTS: Duration = Duration::from_secs(1);

/// What every transport of this process shares. `Send + Sync`; one per process.
pub struct Factory {
    certificate: DtlsCert,
    crypto: Arc<CryptoProvider>,
    serial: AtomicU32,
    /// URIs of the header extensions that a transport speaks.
    extensions: Vec<String>,
}

/// A peer whose offer is parsed and answered; hand it to [`Core::add_peer`](crate::Core::add_peer) of its room's core.
pub struct PreparedPeer {
    pub(crate) room: String,
    pub(crate) peer: String,
    pub(crate) worker: u16,
    pub(crate) ufrag: String,
    pub(crate) rtc: Rtc,
    pub(crate) publishing: Vec<Publishing>,
    pub(crate) voices: Vec<Line>,
    pub(crate) share_sound: Option<Line>,
    pub(crate) videos: Vec<Line>,
    /// How each line on which it receives is to be sent on.
    pub(crate) forms: Vec<LineForm>,
    /// How what it sends looks.
    pub(crate) incoming: IngressForm,
    pub(crate) tap: Arc<Tap>,
}

impl std::fmt::Debug for PreparedPeer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreparedPeer").field("room", &self.room).field("peer", &self.peer).finish_non_exhaustive()
    }
}

impl Factory {
    /// Makes the process's DTLS certificate (tens of milliseconds).
    pub fn new() -> Factory {
        let crypto = witness::provider();
        let certificate =
            crypto.dtls_provider.generate_certificate().expect("the aws-lc-rs provider always makes certificates");
        let map = ExtensionMap::standard();
        let known = map.iter_audio().chain(map.iter_video());
        let extensions = known.map(|(_, extension)| extension.as_uri().to_owned()).collect();
        Factory { certificate, crypto, serial: AtomicU32::new(0), extensions }
    }

    /// Parses an offer and answers it. Takes up to tens of milliseconds: never on a media thread.
    ///
    /// `worker` is the index of the core that will own the peer; `candidates` the addresses of that core's sockets. A panic
    /// over an offer refuses that offer.
    pub fn prepare(
        &self,
        now: Instant,
        add: &AddPeer,
        worker: u16,
        candidates: &[CandidateAddr],
    ) -> Result<(PreparedPeer, Answer), Refusal> {
        offer::check_size(&add.offer)?;
        // Nothing outlives a panic but a serial number that was used up.
        catch_unwind(AssertUnwindSafe(|| self.answer(now, add, worker, candidates)))
            .unwrap_or_else(|_| Err(offer::unreadable("reading it failed")))
    }

    fn answer(
        &self,
        now: Instant,
        add: &AddPeer,
        worker: u16,
        candidates: &[CandidateAddr],
    ) -> Result<(PreparedPeer, Answer), Refusal> {
        #[cfg(feature = "failpoints")]
        assert!(!add.offer.contains("failpoint"), "failpoint");
        let text = trim::trim(&add.offer, |uri| self.extensions.iter().any(|known| known == uri));
        let parsed = SdpOffer::from_sdp_string(&text).map_err(offer::unreadable)?;
        let creds = self.credentials(worker);
        let ufrag = creds.ufrag.clone();
        let tap = Arc::new(Tap::default());
        let mut rtc = tapping(&tap, || self.config(creds).build(now));
        for candidate in candidates {
            rtc.add_local_candidate(local_candidate(candidate)?);
        }
        let sdp = rtc.sdp_api().accept_offer(parsed).map_err(offer::unreadable)?.to_sdp_string();
        let prepared = lines(rtc, add, worker, ufrag, tap)?;
        let answer = Answer {
            answer: answer::complete(&add.offer, &sdp),
            voices: prepared.voices.len(),
            videos: prepared.videos.len(),
        };
        Ok((prepared, answer))
    }

    fn config(&self, creds: IceCreds) -> RtcConfig {
        RtcConfig::new()
            .set_crypto_provider(Arc::clone(&self.crypto))
            .set_dtls_cert(self.certificate.clone())
            .set_local_ice_credentials(creds)
            .set_ice_lite(true)
            .set_rtcp_report_interval_audio(SENDER_REPORTS)
            .set_rtp_mode(true)
            .set_extension_map(ExtensionMap::standard())
            .clear_codecs()
            .enable_opus(true)
            .enable_vp8(true)
    }

    /// The ufrag tells worker and serial; random letters behind keep it from being guessed, though only the password
    /// is a secret.
    fn credentials(&self, worker: u16) -> IceCreds {
        let random = IceCreds::new();
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        IceCreds { ufrag: format!("{worker:04x}{serial:08x}{}", random.ufrag), pass: random.pass }
    }
}

impl Default for Factory {
    fn default() -> Factory {
        Factory::new()
    }
}

fn local_candidate(candidate: &CandidateAddr) -> Result<Candidate, Refusal> {
    let made = match candidate.proto {
        Proto::Udp => Candidate::host(candidate.addr, "udp"),
        Proto::Tcp => Candidate::builder().tcp().host(candidate.addr).tcptype(TcpType::Passive).build(),
    };
    made.map_err(|error| {
        Refusal::new(
            RefusalCode::Internal,
            format!("The server's media address {} cannot be announced: {error}.", candidate.addr),
        )
    })
}

/// Finds every m-line that the mids name, and checks that it can be used for what they say.
fn lines(mut rtc: Rtc, add: &AddPeer, worker: u16, ufrag: String, tap: Arc<Tap>) -> Result<PreparedPeer, Refusal> {
    let Mids { microphone, camera, screen, screen_sound, voices, share_sound, videos } = &add.mids;
    let mut named = HashSet::new();
    // Long names may become the same one, so what they become is compared.
    let mut once = |name: &String| -> Result<Mid, Refusal> {
        let mid = Mid::from(name.as_str());
        if named.insert(mid) { Ok(mid) } else { Err(offer::named_twice(name)) }
    };
    let mut publishing = Vec::new();
    let sources = [microphone, camera, screen, screen_sound];
    let kinds = [Source::Microphone, Source::Camera, Source::Screen, Source::ScreenSound];
    for (mid, source) in sources.into_iter().zip(kinds) {
        if let Some(mid) = mid {
            publishing.push(offer::publishing(&rtc, once(mid)?, source)?);
        }
    }
    let mut forms = Vec::new();
    let mut slots = |mids: &[String], audio: bool| -> Result<Vec<Line>, Refusal> {
        let slot = |mid| {
            let (line, form) = offer::slot(&mut rtc, once(mid)?, audio, forms.len())?;
            forms.push(form);
            Ok(line)
        };
        mids.iter().map(slot).collect()
    };
    let voices = slots(voices, true)?;
    let share_sound = slots(share_sound.as_slice(), true)?.pop();
    let videos = slots(videos, false)?;
    let sent = publishing.iter().map(|line| (line.mid, offer::clock_rate(line.source.is_audio())));
    let incoming = IngressForm::of(&mut rtc, sent);
    let (room, peer) = (add.room.clone(), add.peer.clone());
    Ok(PreparedPeer { room, peer, worker, ufrag, rtc, publishing, voices, share_sound, videos, forms, incoming, tap })
}
