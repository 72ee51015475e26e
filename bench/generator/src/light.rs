//! A light participant: str0m does ICE, DTLS and SCTP; SDP, media and feedback are done here, so that hundreds fit a core.
//!
//! What arrives is read by its header, and one packet in `sample` is opened. Everything that is sent in SRTP and SRTCP is sealed
//! by one `Sealer` with the keys that the handshake agreed on; str0m seals nothing.

mod description;
mod inbound;
mod media;
mod media_line;
mod negotiation;
mod receiver;
mod rogue;
mod routes;
mod sender;
mod tap;
#[cfg(test)]
mod tests;

use std::io;
use std::mem;
use std::net::IpAddr;
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use str0m::config::DtlsCert;
use str0m::media::Mid;
use str0m::{Candidate, RtcConfig};

use echo_sys::{ReceiveBatch, SendBatch, monotonic_ns};

use crate::client::{Answered, Client, Happening, Outgoing};
use crate::control::{Manner, Mids, Source};
use crate::line::Line;
use crate::link::{Link, add_candidate};
use crate::measure::{Beginning, PublicationMeter, SlotMeter};
use crate::offering::{Offer, Shape};

use description::{Description, Kind};
use media::Media;
use media_line::MediaLine;
use rogue::Rogue;
use tap::{Tap, Tapped};

/// A light participant.
pub struct Light {
    link: Link,
    tap: Tap,
    candidate: String,
    lines: Vec<MediaLine>,
    /// Descriptions written so far.
    version: u64,
    /// The other side's transport is known and DTLS was begun.
    started: bool,
    /// There is an association for data channels.
    talks: bool,
    media: Media,
    rogue: Option<Rogue>,
}

impl Light {
    /// Binds a socket and makes an offer with small numbers as mids.
    pub fn offering(
        now: Instant,
        since_ns: u64,
        ip: IpAddr,
        certificate: &DtlsCert,
        shape: &Shape,
        sample: u32,
    ) -> io::Result<(Light, Offer)> {
        let mut light = Light::answering(now, since_ns, ip, certificate, sample)?;
        if shape.tcp {
            return Err(io::Error::other("light participants use UDP"));
        }
        light.link.rtc.direct_api().set_ice_controlling(true);
        for &source in &shape.publish {
            let layers = if source == Source::Camera { shape.layers } else { 1 };
            let kind = if source.is_audio() { Kind::Audio } else { Kind::Video };
            let sent = light.streams(kind, layers);
            light.add(kind, sent);
        }
        let sent = |light: &Light, source: Source| {
            let at = shape.publish.iter().position(|published| *published == source)?;
            Some(light.lines[at].mid.clone())
        };
        let mids = Mids {
            microphone: sent(&light, Source::Microphone),
            camera: sent(&light, Source::Camera),
            screen: sent(&light, Source::Screen),
            screen_sound: sent(&light, Source::ScreenSound),
            voices: (0..shape.voices).map(|_| light.add(Kind::Audio, Vec::new())).collect(),
            share_sound: shape.share_sound.then(|| light.add(Kind::Audio, Vec::new())),
            videos: (0..shape.videos).map(|_| light.add(Kind::Video, Vec::new())).collect(),
        };
        let published = shape.publish.iter().zip(&light.lines);
        let outgoing = published.map(|(source, line)| (*source, line.name())).collect();
        let sdp = light.describe("actpass");
        Ok((light, Offer { sdp, mids, outgoing }))
    }

    /// Binds a socket for a participant that will answer offers.
    pub fn answering(
        now: Instant,
        since_ns: u64,
        ip: IpAddr,
        certificate: &DtlsCert,
        sample: u32,
    ) -> io::Result<Light> {
        let config = RtcConfig::new().set_dtls_cert(certificate.clone());
        let (mut rtc, tap) = tap::build(config, now);
        let line = Line::udp(ip)?;
        add_candidate(&mut rtc, &line).map_err(io::Error::other)?;
        let candidate = line.candidate().transpose().map_err(io::Error::other)?;
        let candidate = candidate.as_ref().map(Candidate::to_sdp_string).unwrap_or_default();
        let ssrc = *rtc.direct_api().new_ssrc();
        let media = Media::new(ssrc, sample, monotonic_ns());
        let link = Link::new(now, Beginning::new(since_ns), rtc, line, false);
        Ok(Light {
            link,
            tap,
            candidate,
            lines: Vec::new(),
            version: 0,
            started: false,
            talks: false,
            media,
            rogue: None,
        })
    }

    /// The handshake is over: media can be sealed and opened.
    fn take_keys(&mut self) {
        if self.media.keys.is_none()
            && let Some(tapped) = self.tap.get()
        {
            self.media.keys = tapped.keys();
            if self.media.keys.is_none() {
                let profile = tapped.profile();
                self.link.happenings.push(Happening::Failed(format!("a light participant does not speak {profile}")));
                self.link.end();
            }
        }
    }

    /// Sends what is to be said about media.
    fn speak(&mut self) {
        let now_ns = monotonic_ns();
        if self.media.due_ns() <= now_ns && self.link.connected() {
            let reduced = self.lines.iter().all(|line| line.reduced_size || line.kind == Kind::Application);
            let mut feedback = Vec::with_capacity(256);
            self.media.receiver.feedback(now_ns, reduced, &mut feedback);
            let reports = self.media.sender.reports(now_ns);
            for mut packet in [feedback].into_iter().chain(reports).filter(|packet| !packet.is_empty()) {
                if let Some((_, sealer)) = &mut self.media.keys
                    && sealer.seal_rtcp(&mut packet, 0).is_ok()
                {
                    self.link.send(packet);
                }
            }
        }
        mem::take(&mut self.media.repeats).into_iter().for_each(|packet| self.link.send(packet));
    }

    /// Sends what nobody should.
    fn act_up(&mut self) {
        let now_ns = monotonic_ns();
        if let Some(rogue) = self.rogue.as_mut().filter(|rogue| rogue.due_ns() <= now_ns) {
            match rogue.act(now_ns, &mut self.media, self.link.remote) {
                Ok(datagrams) => datagrams.into_iter().for_each(|datagram| self.link.send(datagram)),
                Err(error) => self.link.happenings.push(Happening::Failed(error.to_string())),
            }
        }
    }

    /// When there is something to say of our own, in CLOCK_MONOTONIC.
    fn own_due_ns(&self) -> u64 {
        self.rogue.as_ref().map_or(u64::MAX, Rogue::due_ns).min(self.media.due_ns())
    }
}

impl Client for Light {
    fn answer(&mut self, _now: Instant, sdp: &str) -> Result<(), String> {
        let remote = Description::read(sdp)?;
        if remote.sections.len() != self.lines.len() {
            return Err("the answer has other m-lines than the offer".to_owned());
        }
        self.lines.iter_mut().zip(&remote.sections).for_each(|(line, section)| line.settle(section));
        self.start(&remote, remote.setup == "passive")
    }

    fn accept(&mut self, _now: Instant, sdp: &str, sounds: usize, pictures: usize) -> Result<Answered, String> {
        let remote = Description::read(sdp)?;
        self.lines = self.answer_lines(&remote.sections, sounds, pictures);
        if !self.started {
            self.link.rtc.direct_api().set_ice_controlling(remote.lite);
        }
        // Who is asked for either part waits to be greeted: a greeting that comes before the other side's ICE is ready is lost, and
        // said again only after a second.
        let client = remote.setup == "passive";
        self.start(&remote, client)?;
        let sending = self.lines.iter().filter(|line| line.sends());
        let sending = sending.map(|line| (line.name(), line.kind == Kind::Audio)).collect();
        Ok((self.describe(if client { "active" } else { "passive" }), sending))
    }

    fn candidate(&mut self, candidate: &str) -> Result<(), String> {
        self.link.candidate(candidate)
    }

    fn due(&self) -> Instant {
        let quiet = !self.link.connected();
        let media = self.own_due_ns().saturating_sub(monotonic_ns());
        if quiet { self.link.due() } else { self.link.due().min(Instant::now() + Duration::from_nanos(media)) }
    }

    fn connected(&self) -> bool {
        self.link.connected() && self.media.keys.is_some()
    }

    fn tick(&mut self, now: Instant) {
        self.link.tick(now);
        self.take_keys();
        self.speak();
        self.act_up();
    }

    fn fd(&self) -> Option<RawFd> {
        self.link.line.fd()
    }

    fn receive(&mut self, batch: &mut ReceiveBatch) -> io::Result<()> {
        let now_ns = monotonic_ns();
        let (media, tap) = (&mut self.media, &self.tap);
        let outcome = self.link.receive(batch, |beginning, _, datagram| {
            // The first picture often comes in one batch with the end of the handshake.
            if media.keys.is_none() {
                media.keys = tap.get().and_then(Tapped::keys);
            }
            media.take(now_ns, datagram, beginning)
        });
        self.take_keys();
        self.speak();
        outcome
    }

    fn write(&mut self, _now: Instant, packet: Outgoing) {
        if let Some((_, sealer)) = &mut self.media.keys
            && let Some(sealed) = self.media.sender.write(monotonic_ns(), &packet, sealer)
        {
            self.link.send(sealed);
        }
    }

    fn request_keyframe(&mut self, mid: &str) {
        self.media.receiver.want_keyframe(monotonic_ns(), mid);
        self.speak();
    }

    fn misbehave(&mut self, manner: Manner, per_second: u32) -> Result<(), String> {
        let index = self.rogue.as_ref().map_or(0, Rogue::index);
        self.rogue = Some(Rogue::new(manner, per_second, monotonic_ns(), index));
        Ok(())
    }

    fn close(&mut self) {
        self.link.close();
    }

    fn flush(&mut self, batch: &mut SendBatch) {
        self.link.flush(batch);
    }

    fn happenings(&mut self) -> Vec<Happening> {
        let mut all = mem::take(&mut self.link.happenings);
        all.append(&mut self.media.happenings);
        all
    }

    fn slots(&self) -> Vec<(Mid, &SlotMeter)> {
        self.media.receiver.slots().collect()
    }

    fn from(&self) -> Vec<(&str, &PublicationMeter)> {
        self.media.receiver.publications().collect()
    }

    fn beginning(&self) -> &Beginning {
        &self.link.beginning
    }

    fn profile(&self) -> Option<String> {
        self.tap.get().map(|tapped| tapped.profile().to_string())
    }

    fn opened(&self) -> (u64, u64) {
        (self.media.receiver.opened, self.media.receiver.unopened)
    }

    fn overflowed(&self) -> u64 {
        self.link.line.overflowed()
    }

    fn reset(&mut self) {
        self.media.receiver.reset();
    }
}
