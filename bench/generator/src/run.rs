//! The loop: lines in, packets in and out, lines out.

use std::io::{self, BufRead};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use str0m::crypto::from_feature_flags;

use echo_sys::{Poller, Wake, monotonic_ns};

use crate::control::{Notice, Peer, Reading, Report, Request};
use crate::crowd::Crowd;
use crate::measure::PublicationMeter;
use crate::offering::{EVERYTHING, Shape};
use crate::output::say;
use crate::participant::{House, Participant};

const INPUT: u64 = 0;

struct Generator {
    house: House,
    crowd: Crowd,
    reset_at: Instant,
    watch: Option<(Duration, Instant)>,
}

/// Works until standard input ends.
pub fn run(ip: IpAddr) -> io::Result<()> {
    let certificate = from_feature_flags().dtls_provider.generate_certificate();
    let certificate = certificate.ok_or_else(|| io::Error::other("no certificate could be made"))?;
    let mut generator = Generator {
        house: House { ip, certificate },
        crowd: Crowd::new(Poller::new()?, INPUT + 1),
        reset_at: Instant::now(),
        watch: None,
    };
    let wake = Arc::new(Wake::new()?);
    generator.crowd.poller().add(wake.fd(), INPUT, false)?;
    let lines = read_lines(wake.clone());
    let mut ready = Vec::new();
    loop {
        let timeout = generator.due().map(|at| at.saturating_duration_since(Instant::now()));
        generator.crowd.poller().wait(timeout, &mut ready)?;
        // Lines come last: what arrived before a reset belongs before it.
        for event in ready.iter().filter(|event| event.token != INPUT) {
            generator.crowd.receive(event.token)?;
        }
        if ready.iter().any(|event| event.token == INPUT) {
            wake.clear();
            if !generator.take_lines(&lines) {
                return Ok(());
            }
        }
        generator.tick()?;
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
        self.crowd.due().into_iter().chain(self.watch.map(|(_, at)| at)).min()
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
                self.offer(now, &peer, &shape, reading)?;
            }
            Request::Offer { peer, publish, layers, voices, videos, reading } => {
                let shape = Shape { publish, layers, voices, share_sound: false, videos, tcp: false };
                self.offer(now, &peer, &shape, reading)?;
            }
            Request::Accept { peer, offer, publish, reading } => {
                if !self.crowd.has(&peer) {
                    let made = Participant::answering(now, &peer, &self.house, reading);
                    self.crowd.add(&peer, made.map_err(|error| error.to_string())?)?;
                }
                say(&self.crowd.with(&peer, |participant| participant.accept(now, &offer, &publish))?);
            }
            Request::Candidate { peer, candidate } => self.crowd.with(&peer, |participant| {
                if candidate.is_empty() { Ok(()) } else { participant.client.candidate(&candidate) }
            })?,
            Request::Answer { peer, answer } => {
                self.crowd.with(&peer, |participant| participant.client.answer(now, &answer))?;
            }
            Request::Publish { peer, source, on, level } => {
                self.crowd.with(&peer, |participant| participant.publish(now, source, on, level))?;
            }
            Request::Misbehave { peer, manner, per_second } => {
                self.crowd.with(&peer, |participant| participant.client.misbehave(manner, per_second))?;
            }
            Request::Keyframe { peer, mid } => {
                self.crowd.with(&peer, |participant| {
                    participant.client.request_keyframe(&mid);
                    Ok(())
                })?;
            }
            Request::Leave { peer, silently } => {
                if !silently {
                    self.crowd.with(&peer, |participant| {
                        participant.leave();
                        Ok(())
                    })?;
                }
                self.crowd.remove(&peer);
            }
            Request::Report { detail } => say(&Notice::Report(self.report(detail))),
            Request::Watch { seconds } => {
                let period = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
                self.watch = (!period.is_zero()).then_some((period, now + period));
            }
            Request::Reset => {
                self.reset_at = now;
                for participant in self.crowd.everybody() {
                    participant.client.reset();
                    participant.sent = Default::default();
                }
            }
        }
        Ok(())
    }

    fn offer(&mut self, now: Instant, peer: &str, shape: &Shape, reading: Reading) -> Result<(), String> {
        let made = Participant::offering(now, peer, &self.house, shape, reading);
        let (participant, offer) = made.map_err(|error| error.to_string())?;
        self.crowd.add(peer, participant)?;
        say(&offer);
        Ok(())
    }

    fn tick(&mut self) -> io::Result<()> {
        let now = Instant::now();
        self.crowd.tick(now)?;
        if let Some((period, at)) = self.watch
            && at <= now
        {
            self.watch = Some((period, now + period));
            say(&Notice::Report(self.report(true)));
        }
        Ok(())
    }

    fn report(&self, detail: bool) -> Report {
        let now_ns = monotonic_ns();
        let mut report = Report { seconds: self.reset_at.elapsed().as_secs_f64(), ..Report::default() };
        let mut total = PublicationMeter::new();
        for (name, participant) in self.crowd.iter() {
            let client = &*participant.client;
            let mut own = PublicationMeter::new();
            client.from().iter().for_each(|(_, meter)| meter.merge_into(&mut own, now_ns));
            own.merge_into(&mut total, now_ns);
            let received = own.figures(now_ns);
            let mut peer = Peer {
                packets: received.packets,
                p50_ms: received.delay_p50_ms,
                p99_ms: received.delay_p99_ms,
                worst_ms: received.delay_worst_ms,
                profile: client.profile(),
                opened: client.opened().0,
                unopened: client.opened().1,
                overflowed: client.overflowed(),
                ..Peer::default()
            };
            for slot in client.slots().iter().map(|(_, meter)| meter.figures(now_ns)) {
                (peer.lost, peer.late) = (peer.lost + slot.lost, peer.late + slot.late);
            }
            client.beginning().figures(&mut peer);
            report.lost += peer.lost;
            report.peers.insert(name.clone(), peer);
            report.sent.insert(name.clone(), participant.sent.clone());
            if detail {
                let slots = client.slots().into_iter().map(|(mid, meter)| (mid.to_string(), meter.figures(now_ns)));
                report.slots.insert(name.clone(), slots.collect());
                let from = client.from().into_iter().map(|(name, meter)| (name.to_owned(), meter.figures(now_ns)));
                report.from.insert(name.clone(), from.collect());
            }
        }
        report.total = total.figures(now_ns);
        report
    }
}
