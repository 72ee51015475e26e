//! One participant: its transport and what it publishes.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::time::Instant;

use str0m::config::DtlsCert;
use str0m::media::Mid;

use echo_sys::{ReceiveBatch, SendBatch};

use crate::client::{Client, Happening};
use crate::control::{Notice, Reading, Sent, Source};
use crate::light::Light;
use crate::offering::{Offer, Shape};
use crate::publisher::Publication;
use crate::transport::Transport;

/// What all participants of this process share.
pub struct House {
    pub ip: IpAddr,
    pub certificate: DtlsCert,
}

/// One participant.
pub struct Participant {
    pub client: Box<dyn Client>,
    pub sent: Sent,
    name: String,
    layers: usize,
    outgoing: BTreeMap<Source, Mid>,
    publications: Vec<Publication>,
}

impl Participant {
    /// Makes a participant, and the notice with its offer.
    pub fn offering(
        now: Instant,
        name: &str,
        house: &House,
        shape: &Shape,
        reading: Reading,
    ) -> io::Result<(Participant, Notice)> {
        let (since, ip, certificate) = (reading.since(), house.ip, &house.certificate);
        let (client, offer): (Box<dyn Client>, Offer) = if reading.light {
            let (client, offer) = Light::offering(now, since, ip, certificate, shape, reading.sample)?;
            (Box::new(client), offer)
        } else {
            let (client, offer) = Transport::offering(now, since, ip, certificate, shape)?;
            (Box::new(client), offer)
        };
        let participant = Participant::with(client, name, shape.layers, offer.outgoing);
        Ok((participant, Notice::Offer { peer: name.to_owned(), offer: offer.sdp, mids: offer.mids }))
    }

    /// Makes a participant that will answer offers.
    pub fn answering(now: Instant, name: &str, house: &House, reading: Reading) -> io::Result<Participant> {
        let (since, ip, certificate) = (reading.since(), house.ip, &house.certificate);
        let client: Box<dyn Client> = if reading.light {
            Box::new(Light::answering(now, since, ip, certificate, reading.sample)?)
        } else {
            Box::new(Transport::answering(now, since, ip, certificate)?)
        };
        Ok(Participant::with(client, name, 1, BTreeMap::new()))
    }

    fn with(client: Box<dyn Client>, name: &str, layers: usize, outgoing: BTreeMap<Source, Mid>) -> Participant {
        let (sent, name) = (Sent::default(), name.to_owned());
        Participant { client, sent, name, layers, outgoing, publications: Vec::new() }
    }

    /// Answers an offer. What is published takes the m-lines that may be sent on, kind by kind in their order.
    pub fn accept(&mut self, now: Instant, offer: &str, publish: &[Source]) -> Result<Notice, String> {
        let sounds = publish.iter().filter(|source| source.is_audio()).count();
        let (answer, mut sending) = self.client.accept(now, offer, sounds, publish.len() - sounds)?;
        for &source in publish {
            let at = sending.iter().position(|&(_, audio)| audio == source.is_audio());
            let at = at.ok_or_else(|| format!("the offer has no m-line for {}", source.name()))?;
            self.outgoing.insert(source, sending.remove(at).0);
        }
        Ok(Notice::Answer { peer: self.name.clone(), answer })
    }

    /// Starts or stops a publication. The screen has one layer, as browsers send it.
    pub fn publish(&mut self, now: Instant, source: Source, on: bool, level: i8) -> Result<(), String> {
        let mid = *self.outgoing.get(&source).ok_or("there is no such m-line")?;
        let layers = if source == Source::Camera { self.layers } else { 1 };
        match self.publications.iter_mut().find(|publication| publication.source == source) {
            Some(publication) => publication.switch(now, on, level),
            None if on => self.publications.push(Publication::new(now, &self.name, source, mid, layers, level)),
            None => {}
        }
        Ok(())
    }

    /// When [`Participant::tick`] is due.
    pub fn due(&self) -> Instant {
        let media = self.publications.iter().filter_map(Publication::due).filter(|_| self.client.connected());
        media.fold(self.client.due(), Instant::min)
    }

    /// Runs timers and sends what is due.
    pub fn tick(&mut self, now: Instant, batch: &mut SendBatch) {
        self.client.tick(now);
        if self.client.connected() {
            for publication in &mut self.publications {
                if publication.due().is_some_and(|at| at <= now) {
                    publication.send(now, &mut *self.client, &mut self.sent);
                }
            }
        }
        self.client.flush(batch);
    }

    /// Takes in what waits at the socket.
    pub fn receive(&mut self, receiving: &mut ReceiveBatch, sending: &mut SendBatch) -> io::Result<()> {
        self.client.receive(receiving)?;
        self.client.flush(sending);
        Ok(())
    }

    /// Says goodbye.
    pub fn leave(&mut self) {
        self.publications.clear();
        self.client.close();
    }

    /// What the driver is to hear; keyframe requests are answered on the way.
    pub fn notices(&mut self) -> Vec<Notice> {
        let mut notices = Vec::new();
        for happening in self.client.happenings() {
            match happening {
                Happening::Connected => notices.push(Notice::Connected { peer: self.name.clone() }),
                Happening::Closed => notices.push(Notice::Closed { peer: self.name.clone() }),
                Happening::Failed(reason) => {
                    notices.push(Notice::Error { message: format!("{}: {reason}", self.name) });
                }
                Happening::KeyframeWanted { mid, rid } => {
                    self.sent.keyframe_requests += 1;
                    let wanted = self.publications.iter_mut().filter(|publication| publication.mid == mid);
                    wanted.for_each(|publication| publication.want_keyframe(rid));
                }
            }
        }
        notices
    }
}
