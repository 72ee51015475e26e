//! The loop: lines in, packets in and out, lines out.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use str0m::config::DtlsCert;
use str0m::crypto::from_feature_flags;

use echo_sys::{Poller, ReceiveBatch, SendBatch, Wake, monotonic_ns};

use crate::control::{Notice, Peer, Reading, Report, Request};
use crate::measure::PublicationMeter;
use crate::offering::{EVERYTHING, Shape};
use crate::participant::Participant;

const INPUT: u64 = 0;
const BATCH: usize = 32;

struct Generator {
    ip: IpAddr,
    certificate: DtlsCert,
    poller: Poller,
    participants: BTreeMap<String, (u64, Participant)>,
    by_token: BTreeMap<u64, String>,
    next_token: u64,
    receiving: ReceiveBatch,
    sending: SendBatch,
    reset_at: Instant,
    watch: Option<(Duration, Instant)>,
}

/// Works until standard input ends.
pub fn run(ip: IpAddr) -> io::Result<()> {
    let certificate = from_feature_flags().dtls_provider.generate_certificate();
    let mut generator = Generator {
        ip,
        certificate: certificate.ok_or_else(|| io::Error::other("no certificate could be made"))?,
        poller: Poller::new()?,
        participants: BTreeMap::new(),
        by_token: BTreeMap::new(),
        next_token: INPUT + 1,
        receiving: ReceiveBatch::new(BATCH),
        sending: SendBatch::new(),
        reset_at: Instant::now(),
        watch: None,
    };
    let wake = Arc::new(Wake::new()?);
    generator.poller.add(wake.fd(), INPUT, false)?;
    let lines = read_lines(wake.clone());
    let mut ready = Vec::new();
    loop {
        let timeout = generator.due().map(|at| at.saturating_duration_since(Instant::now()));
        generator.poller.wait(timeout, &mut ready)?;
        for event in &ready {
            if event.token == INPUT {
                wake.clear();
                if !generator.take_lines(&lines) {
                    return Ok(());
                }
            } else {
                generator.receive(event.token)?;
            }
        }
        generator.tick();
    }
}

/// Standard input by line, from a thread of its own, which ends with the input.
fn read_lines(wake: Arc<Wake>) -> Receiver<io::Result<String>> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            if sender.send(line).is_err() {
                return;
            }
            wake.set();
        }
        drop(sender);
        wake.set();
    });
    lines
}

impl Generator {
    fn due(&self) -> Option<Instant> {
        let watch = self.watch.map(|(_, at)| at);
        self.participants.values().map(|(_, participant)| participant.due()).chain(watch).min()
    }

    /// Carries out the lines that wait; `false` at their end.
    fn take_lines(&mut self, lines: &Receiver<io::Result<String>>) -> bool {
        loop {
            match lines.try_recv() {
                Ok(Ok(line)) if line.trim().is_empty() => {}
                Ok(Ok(line)) => {
                    let request = serde_json::from_str(&line).map_err(|error| format!("no request of ours: {error}"));
                    if let Err(message) = request.and_then(|request| self.carry_out(request)) {
                        say(&Notice::Error { message });
                    }
                }
                Err(TryRecvError::Empty) => return true,
                Ok(Err(_)) | Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn carry_out(&mut self, request: Request) -> Result<(), String> {
        let now = Instant::now();
        match request {
            Request::Join { peer, layers, voices, videos, tcp, reading } => {
                let shape = Shape { publish: EVERYTHING.into(), layers, voices, share_sound: true, videos, tcp };
                self.join(now, peer, &shape, reading).map_err(|error| error.to_string())?;
            }
            Request::Offer { peer, publish, layers, voices, videos, reading } => {
                let shape = Shape { publish, layers, voices, share_sound: false, videos, tcp: false };
                self.join(now, peer, &shape, reading).map_err(|error| error.to_string())?;
            }
            Request::Accept { peer, offer, publish, reading } => {
                if !self.participants.contains_key(&peer) {
                    let made = Participant::answering(now, &peer, reading.since(), self.ip, &self.certificate);
                    made.and_then(|participant| self.add(&peer, participant)).map_err(|error| error.to_string())?;
                }
                let outcome = self.find(&peer)?.accept(&offer, &publish);
                say(&outcome.map_err(|reason| format!("{peer}: {reason}"))?);
            }
            Request::Candidate { peer, candidate } if candidate.is_empty() => drop(self.find(&peer)?),
            Request::Candidate { peer, candidate } => self.find(&peer)?.transport.candidate(&candidate)?,
            Request::Answer { peer, answer } => {
                let (token, participant) = self.participants.get_mut(&peer).ok_or_else(|| unknown(&peer))?;
                let watched = participant.transport.fd().is_some();
                participant.transport.answer(&answer).map_err(|reason| format!("{peer}: {reason}"))?;
                if let (false, Some(fd)) = (watched, participant.transport.fd()) {
                    self.poller.add(fd, *token, false).map_err(|error| error.to_string())?;
                }
            }
            Request::Publish { peer, source, on, level } => self.find(&peer)?.publish(now, source, on, level)?,
            Request::Keyframe { peer, mid } => self.find(&peer)?.transport.request_keyframe(&mid),
            Request::Leave { peer, silently } => {
                if !silently {
                    let (_, participant) = self.participants.get_mut(&peer).ok_or_else(|| unknown(&peer))?;
                    participant.leave(&mut self.sending);
                }
                self.forget(&peer);
            }
            Request::Report { detail } => say(&Notice::Report(self.report(detail))),
            Request::Watch { seconds } => {
                let period = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
                self.watch = (!period.is_zero()).then_some((period, now + period));
            }
            Request::Reset => {
                self.reset_at = now;
                for (_, participant) in self.participants.values_mut() {
                    participant.transport.reset();
                    participant.sent = Default::default();
                }
            }
        }
        Ok(())
    }

    fn join(&mut self, now: Instant, peer: String, shape: &Shape, reading: Reading) -> io::Result<()> {
        self.forget(&peer);
        let (participant, offer) = Participant::new(now, &peer, reading.since(), self.ip, &self.certificate, shape)?;
        self.add(&peer, participant)?;
        say(&offer);
        Ok(())
    }

    fn add(&mut self, peer: &str, participant: Participant) -> io::Result<()> {
        let token = self.next_token;
        self.next_token += 1;
        if let Some(fd) = participant.transport.fd() {
            self.poller.add(fd, token, false)?;
        }
        self.by_token.insert(token, peer.to_owned());
        self.participants.insert(peer.to_owned(), (token, participant));
        Ok(())
    }

    fn find(&mut self, peer: &str) -> Result<&mut Participant, String> {
        self.participants.get_mut(peer).map(|(_, participant)| participant).ok_or_else(|| unknown(peer))
    }

    fn forget(&mut self, peer: &str) {
        if let Some((token, _)) = self.participants.remove(peer) {
            self.by_token.remove(&token);
        }
    }

    fn receive(&mut self, token: u64) -> io::Result<()> {
        let participant = self.by_token.get(&token).and_then(|peer| self.participants.get_mut(peer));
        if let Some((_, participant)) = participant {
            participant.receive(&mut self.receiving, &mut self.sending)?;
        }
        Ok(())
    }

    fn tick(&mut self) {
        let now = Instant::now();
        for (_, participant) in self.participants.values_mut() {
            if participant.due() <= now {
                participant.tick(now, &mut self.sending);
            }
            participant.notices().iter().for_each(say);
        }
        if let Some((period, at)) = self.watch
            && at <= now
        {
            self.watch = Some((period, now + period));
            say(&Notice::Report(self.report(true)));
        }
    }

    fn report(&self, detail: bool) -> Report {
        let now_ns = monotonic_ns();
        let mut report = Report { seconds: self.reset_at.elapsed().as_secs_f64(), ..Report::default() };
        let mut total = PublicationMeter::new();
        for (name, (_, participant)) in &self.participants {
            let transport = &participant.transport;
            let mut own = PublicationMeter::new();
            transport.from().for_each(|(_, meter)| meter.merge_into(&mut own, now_ns));
            own.merge_into(&mut total, now_ns);
            let received = own.figures(now_ns);
            let mut peer = Peer {
                packets: received.packets,
                p50_ms: received.delay_p50_ms,
                p99_ms: received.delay_p99_ms,
                worst_ms: received.delay_worst_ms,
                overflowed: transport.overflowed(),
                ..Peer::default()
            };
            for slot in transport.slots().map(|(_, meter)| meter.figures(now_ns)) {
                (peer.lost, peer.late) = (peer.lost + slot.lost, peer.late + slot.late);
            }
            transport.beginning().figures(&mut peer);
            report.lost += peer.lost;
            report.peers.insert(name.clone(), peer);
            report.sent.insert(name.clone(), participant.sent.clone());
            if detail {
                let slots = transport.slots().map(|(mid, meter)| (mid.to_string(), meter.figures(now_ns)));
                report.slots.insert(name.clone(), slots.collect());
                let from = transport.from().map(|(publication, meter)| (publication.clone(), meter.figures(now_ns)));
                report.from.insert(name.clone(), from.collect());
            }
        }
        report.total = total.figures(now_ns);
        report
    }
}

fn unknown(peer: &str) -> String {
    format!("there is no participant {peer:?}")
}

/// Writes one line. A driver that is gone ends us through our input.
fn say(notice: &Notice) {
    let mut out = io::stdout().lock();
    let line = serde_json::to_string(notice).expect("notices are plain data");
    let _gone = writeln!(out, "{line}").and_then(|()| out.flush());
}
