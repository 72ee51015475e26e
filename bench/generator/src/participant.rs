//! One participant: its transport and what it publishes.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::time::Instant;

use str0m::config::DtlsCert;
use str0m::media::Mid;

use echo_sys::{ReceiveBatch, SendBatch};

use crate::control::{Notice, Sent, Source};
use crate::offering::Shape;
use crate::publisher::Publication;
use crate::transport::{Happening, Transport};

/// One participant.
pub struct Participant {
    pub transport: Transport,
    pub sent: Sent,
    name: String,
    layers: usize,
    outgoing: BTreeMap<Source, Mid>,
    publications: Vec<Publication>,
}

impl Participant {
    /// Makes a participant, and the notice with its offer.
    pub fn new(
        now: Instant,
        name: &str,
        since_ns: u64,
        ip: IpAddr,
        certificate: &DtlsCert,
        shape: &Shape,
    ) -> io::Result<(Participant, Notice)> {
        let (transport, offer) = Transport::new(now, since_ns, ip, certificate, shape)?;
        let participant = Participant {
            transport,
            sent: Sent::default(),
            name: name.to_owned(),
            layers: shape.layers,
            outgoing: offer.outgoing,
            publications: Vec::new(),
        };
        Ok((participant, Notice::Offer { peer: name.to_owned(), offer: offer.sdp, mids: offer.mids }))
    }

    /// Makes a participant that will answer offers.
    pub fn answering(
        now: Instant,
        name: &str,
        since_ns: u64,
        ip: IpAddr,
        certificate: &DtlsCert,
    ) -> io::Result<Participant> {
        Ok(Participant {
            transport: Transport::answering(now, since_ns, ip, certificate)?,
            sent: Sent::default(),
            name: name.to_owned(),
            layers: 1,
            outgoing: BTreeMap::new(),
            publications: Vec::new(),
        })
    }

    /// Answers an offer. What is published takes the m-lines that may be sent on, kind by kind in their order.
    pub fn accept(&mut self, offer: &str, publish: &[Source]) -> Result<Notice, String> {
        let (answer, mut sending) = self.transport.accept(offer)?;
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
        let media = self.publications.iter().filter_map(Publication::due).filter(|_| self.transport.connected());
        media.fold(self.transport.due(), Instant::min)
    }

    /// Runs timers and sends what is due.
    pub fn tick(&mut self, now: Instant, batch: &mut SendBatch) {
        self.transport.tick(now);
        if self.transport.connected() {
            for publication in &mut self.publications {
                if publication.due().is_some_and(|at| at <= now) {
                    publication.send(now, &mut self.transport, &mut self.sent);
                }
            }
        }
        self.transport.flush(batch);
    }

    /// Takes in what waits at the socket.
    pub fn receive(&mut self, receiving: &mut ReceiveBatch, sending: &mut SendBatch) -> io::Result<()> {
        self.transport.receive(receiving)?;
        self.transport.flush(sending);
        Ok(())
    }

    /// Says goodbye.
    pub fn leave(&mut self, batch: &mut SendBatch) {
        self.publications.clear();
        self.transport.close();
        self.transport.flush(batch);
    }

    /// What the driver is to hear; keyframe requests are answered on the way.
    pub fn notices(&mut self) -> Vec<Notice> {
        let mut notices = Vec::new();
        for happening in std::mem::take(&mut self.transport.happenings) {
            match happening {
                Happening::Connected => notices.push(Notice::Connected { peer: self.name.clone() }),
                Happening::Closed => notices.push(Notice::Closed { peer: self.name.clone() }),
                Happening::KeyframeWanted(request) => {
                    self.sent.keyframe_requests += 1;
                    let wanted = self.publications.iter_mut().filter(|publication| publication.mid == request.mid);
                    wanted.for_each(|publication| publication.want_keyframe(request.rid));
                }
            }
        }
        notices
    }
}
