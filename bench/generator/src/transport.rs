//! A whole client: str0m does everything, every packet is opened.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::mem;
use std::net::IpAddr;
use std::os::fd::RawFd;
use std::time::Instant;

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::config::DtlsCert;
use str0m::format::Codec;
use str0m::media::{KeyframeRequestKind, Mid, Pt};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, Ssrc};
use str0m::{Rtc, RtcConfig};

use echo_sys::{ReceiveBatch, SendBatch, monotonic_ns};

use crate::client::{Answered, Client, Happening, Outgoing};
use crate::clip::starts_keyframe;
use crate::line::Line;
use crate::link::{Link, add_candidate};
use crate::measure::{Beginning, PublicationMeter, SlotMeter};
use crate::offering::{Offer, Shape, make_offer};
use crate::stamp;

/// A whole client.
pub struct Transport {
    link: Link,
    pending: Option<SdpPendingOffer>,
    mids: HashMap<Ssrc, Mid>,
    slots: BTreeMap<Mid, SlotMeter>,
    from: BTreeMap<String, PublicationMeter>,
    opened: u64,
}

impl Transport {
    /// Binds a socket and makes the offer.
    pub fn offering(
        now: Instant,
        since_ns: u64,
        ip: IpAddr,
        certificate: &DtlsCert,
        shape: &Shape,
    ) -> io::Result<(Transport, Offer)> {
        let line = if shape.tcp { Line::Undialled } else { Line::udp(ip)? };
        let (rtc, pending, offer) = loop {
            let mut rtc = client(now, certificate);
            add_candidate(&mut rtc, &line).map_err(io::Error::other)?;
            // str0m draws mids of three letters without looking: now and then two are the same.
            let (pending, offer) = make_offer(&mut rtc, shape)?;
            if offer.mids.distinct() {
                break (rtc, pending, offer);
            }
        };
        Ok((Transport::with(Link::new(now, Beginning::new(since_ns), rtc, line, true), Some(pending)), offer))
    }

    /// Binds a socket for a client that will answer offers.
    pub fn answering(now: Instant, since_ns: u64, ip: IpAddr, certificate: &DtlsCert) -> io::Result<Transport> {
        let (mut rtc, line) = (client(now, certificate), Line::udp(ip)?);
        add_candidate(&mut rtc, &line).map_err(io::Error::other)?;
        Ok(Transport::with(Link::new(now, Beginning::new(since_ns), rtc, line, true), None))
    }

    fn with(link: Link, pending: Option<SdpPendingOffer>) -> Transport {
        Transport { link, pending, mids: HashMap::new(), slots: BTreeMap::new(), from: BTreeMap::new(), opened: 0 }
    }

    /// The payload type of sound or picture.
    fn payload_type(&self, audio: bool) -> Option<Pt> {
        let codec = if audio { Codec::Opus } else { Codec::Vp8 };
        let mut known = self.link.rtc.codec_config().params().iter();
        known.find(|params| params.spec().codec == codec).map(|params| params.pt())
    }

    fn take_packets(&mut self) {
        for packet in mem::take(&mut self.link.packets) {
            self.packet(&packet);
        }
    }

    fn packet(&mut self, packet: &RtpPacket) {
        if packet.payload.is_empty() {
            return;
        }
        self.opened += 1;
        let now_ns = monotonic_ns();
        let ssrc = packet.header.ssrc;
        let known = self.mids.get(&ssrc).copied();
        if let Some(mid) = known.or_else(|| self.link.rtc.direct_api().stream_rx(&ssrc).map(|stream| stream.mid())) {
            self.mids.insert(ssrc, mid);
            self.slots.entry(mid).or_default().packet(now_ns, *packet.seq_no);
        }
        let stamp = stamp::read(&packet.payload);
        if let Some(stamp) = &stamp {
            let meter = self.from.entry(stamp.publication()).or_insert_with(PublicationMeter::new);
            meter.packet(now_ns, stamp, &packet.payload);
        }
        // Who encodes anew leaves no stamps.
        let video = self.payload_type(false) == Some(packet.header.payload_type);
        if stamp.map_or_else(|| video && starts_keyframe(&packet.payload), |stamp| stamp.key) {
            self.link.beginning.picture(now_ns);
        }
    }
}

impl Client for Transport {
    fn answer(&mut self, _now: Instant, sdp: &str) -> Result<(), String> {
        let answer = SdpAnswer::from_sdp_string(sdp).map_err(|error| format!("this is no answer: {error}"))?;
        let pending = self.pending.take().ok_or("an answer came, but no offer waits for one")?;
        if matches!(self.link.line, Line::Undialled) {
            self.link.line = Line::dial(sdp).map_err(|error| error.to_string())?;
            add_candidate(&mut self.link.rtc, &self.link.line)?;
        }
        let outcome = self.link.rtc.sdp_api().accept_answer(pending, answer);
        self.link.drain();
        outcome.map_err(|error| format!("the answer was refused: {error}"))
    }

    fn accept(&mut self, _now: Instant, sdp: &str, _sounds: usize, _pictures: usize) -> Result<Answered, String> {
        let offer = SdpOffer::from_sdp_string(sdp).map_err(|error| format!("this is no offer: {error}"))?;
        let rtc = &mut self.link.rtc;
        let outcome = rtc.sdp_api().accept_offer(offer);
        let answer = outcome.map_err(|error| format!("the offer was refused: {error}"))?.to_sdp_string();
        let mids = sdp.lines().filter_map(|line| line.trim().strip_prefix("a=mid:")).map(Mid::from);
        let lines = mids.filter_map(|mid| Some((mid, rtc.media(mid)?)));
        let sending = lines.filter(|(_, media)| media.direction().is_sending());
        let sending = sending.map(|(mid, media)| (mid, media.kind().is_audio())).collect();
        self.link.drain();
        Ok((answer, sending))
    }

    fn candidate(&mut self, candidate: &str) -> Result<(), String> {
        self.link.candidate(candidate)
    }

    fn due(&self) -> Instant {
        self.link.due()
    }

    fn connected(&self) -> bool {
        self.link.connected()
    }

    fn tick(&mut self, now: Instant) {
        self.link.tick(now);
        self.take_packets();
    }

    fn fd(&self) -> Option<RawFd> {
        self.link.line.fd()
    }

    fn receive(&mut self, batch: &mut ReceiveBatch) -> io::Result<()> {
        let outcome = self.link.receive(batch, |_, _, _| false);
        self.take_packets();
        outcome
    }

    fn write(&mut self, now: Instant, packet: Outgoing) {
        let Some(pt) = self.payload_type(packet.audio) else { return };
        let mut values = ExtensionValues::default();
        if let Some((level, voice)) = packet.level {
            (values.audio_level, values.voice_activity) = (Some(level), Some(voice));
        }
        let write = RtpWrite::new(pt, packet.sequence.into(), packet.time, now, packet.payload);
        let write = write.nackable(!packet.audio).marker(packet.marker).ext_vals(values);
        if let Some(stream) = self.link.rtc.direct_api().stream_tx_by_mid(packet.mid, packet.rid) {
            stream.write_rtp(write);
        }
        self.link.drain();
    }

    fn request_keyframe(&mut self, mid: &str) {
        if let Some(stream) = self.link.rtc.direct_api().stream_rx_by_mid(Mid::from(mid), None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
        self.link.drain();
    }

    fn close(&mut self) {
        self.link.close();
    }

    fn flush(&mut self, batch: &mut SendBatch) {
        self.link.flush(batch);
    }

    fn happenings(&mut self) -> Vec<Happening> {
        mem::take(&mut self.link.happenings)
    }

    fn slots(&self) -> Vec<(Mid, &SlotMeter)> {
        self.slots.iter().map(|(mid, meter)| (*mid, meter)).collect()
    }

    fn from(&self) -> Vec<(&str, &PublicationMeter)> {
        self.from.iter().map(|(name, meter)| (&**name, meter)).collect()
    }

    fn beginning(&self) -> &Beginning {
        &self.link.beginning
    }

    fn profile(&self) -> Option<String> {
        None
    }

    fn opened(&self) -> (u64, u64) {
        // What str0m cannot open it drops without a word.
        (self.opened, 0)
    }

    fn overflowed(&self) -> u64 {
        self.link.line.overflowed()
    }

    fn reset(&mut self) {
        self.slots.clear();
        self.from.clear();
        self.opened = 0;
    }
}

fn client(now: Instant, certificate: &DtlsCert) -> Rtc {
    let config = RtcConfig::new().set_rtp_mode(true).set_dtls_cert(certificate.clone());
    config.clear_codecs().enable_opus(true).enable_vp8(true).build(now)
}
