//! A worker thread: its sockets, its core, and the loop between them.

mod intake;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Instant;

use echo_core::messages::{CloseRoom, Command, Event, OpenRoom, RoomState};
use echo_core::{CoreConfig, Crossing, Outbox, Proto, Refusal};
use echo_sys::{Poller, Ready, ReceiveBatch, SendBatch, SendRun, Wake, thread_cpu_ns};

use crate::aside::Aside;
use crate::courier::Courier;
use crate::directory::Directory;
use crate::load::Meter;
use crate::machine::Machine;
use crate::mailbox::Mailbox;
use crate::ports::Ports;
use crate::queue::EventQueue;
use crate::rescue::Ledger;
use crate::rest::Rest;
use crate::streams::Streams;
use crate::tally::{Tally, WorkerTotals};

/// Datagrams read before what they caused is sent: enough to save system calls, few enough to add no delay.
const RECEIVE_BATCH: usize = 64;

const WAKE: u64 = 0;
/// All sockets for reports: whichever has some, all are looked at.
const ASIDE: u64 = 1;
const FIRST_PORT: u64 = 2;

/// What callers ask of a worker. A reply that never comes means that the core panicked over it.
pub(crate) enum Request<P> {
    Command(Command, SyncSender<Result<(), Refusal>>),
    /// A room, and the worker that is its home.
    OpenRoom(OpenRoom, u16, SyncSender<()>),
    AddPeer {
        room: String,
        peer: String,
        prepared: Box<P>,
        reply: SyncSender<Result<(), Refusal>>,
    },
    Snapshot(SyncSender<Vec<RoomState>>),
    Totals(SyncSender<WorkerTotals>),
    Stop,
}

/// What a worker shares with the rest of the engine.
pub(crate) struct Links<P> {
    pub requests: Receiver<Request<P>>,
    pub wake: Arc<Wake>,
    pub queue: Arc<EventQueue>,
    pub directory: Arc<Directory>,
    /// Of all workers, by index.
    pub mailboxes: Arc<[Mailbox<Crossing>]>,
}

/// Everything of one worker; lives in its thread.
pub(crate) struct Worker<M: Machine> {
    config: CoreConfig,
    links: Links<M::Peer>,
    ports: Ports,
    poller: Poller,
    core: M,
    ledger: Ledger,
    streams: Streams,
    aside: Aside,
    rest: Rest,
    tally: Tally,
    meter: Meter,
    courier: Courier,
    receiving: ReceiveBatch,
    sending: SendBatch,
    outbox: Outbox,
    /// Runs of the outbox by socket.
    runs: Vec<Vec<SendRun>>,
    stopping: bool,
}

impl<M: Machine> Worker<M> {
    pub fn new(config: CoreConfig, links: Links<M::Peer>, ports: Ports) -> io::Result<Worker<M>> {
        let poller = Poller::new()?;
        poller.add(links.wake.fd(), WAKE, false)?;
        for (index, port) in ports.ports.iter().enumerate() {
            poller.add(port.udp.fd(), udp_token(index), false)?;
            poller.add(port.tcp.fd(), tcp_token(index), false)?;
            port.aside.iter().try_for_each(|aside| poller.add(aside.fd(), ASIDE, false))?;
        }
        let runs = ports.ports.iter().map(|_| Vec::new()).collect();
        let now = Instant::now();
        Ok(Worker {
            core: M::new(config.clone(), now),
            meter: Meter::new(links.directory.start(), now, thread_cpu_ns()),
            courier: Courier::new(config.worker, links.mailboxes.clone()),
            config,
            links,
            poller,
            ledger: Ledger::default(),
            streams: Streams::new(udp_token(ports.ports.len())),
            ports,
            aside: Aside::new(now),
            rest: Rest::new(now),
            tally: Tally::default(),
            receiving: ReceiveBatch::new(RECEIVE_BATCH),
            sending: SendBatch::new(),
            outbox: Outbox::default(),
            runs,
            stopping: false,
        })
    }

    /// Works until told to stop. A panic of the core costs its peers, not the thread.
    pub fn run(&mut self) {
        let mut ready = Vec::with_capacity(RECEIVE_BATCH);
        while !self.stopping {
            let deadlines = [self.core.next_wake(), self.streams.next_sweep(), self.aside.due()];
            let deadline = deadlines.into_iter().flatten().min();
            let timeout = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            self.poller.wait(timeout, &mut ready).expect("epoll waits on descriptors of our own");
            self.rest.turned(Instant::now());
            if catch_unwind(AssertUnwindSafe(|| self.turn(&ready))).is_err() {
                self.restart();
            }
            if let Some((shortest, longest)) = self.rest.pause(Instant::now()) {
                echo_sys::rest(shortest, longest);
            }
        }
        let rooms: Vec<String> = self.ledger.rooms().map(str::to_owned).collect();
        let goodbye = catch_unwind(AssertUnwindSafe(|| {
            for room in rooms {
                let _gone = self.core.command(Instant::now(), Command::CloseRoom(CloseRoom { room }));
            }
            self.flush();
        }));
        if goodbye.is_err() {
            self.restart();
        }
    }

    /// Everything that one wake-up brings.
    fn turn(&mut self, ready: &[Ready]) {
        for &event in ready {
            let now = Instant::now();
            match event.token {
                WAKE => self.take_requests(now),
                ASIDE => self.receive_aside(now),
                token => match self.port_of(token) {
                    Some((index, Proto::Udp)) => self.receive(now, index),
                    Some((index, Proto::Tcp)) => self.accept(now, index, token),
                    None => self.stream(now, event),
                },
            }
            self.flush();
        }
        let now = Instant::now();
        if self.aside.wants(now) {
            self.receive_aside(now);
        }
        if self.core.next_timeout().is_some_and(|at| at <= now) {
            self.core.timeout(now);
        }
        for (index, token) in self.streams.sweep(now) {
            self.poller.add(self.ports.ports[index].tcp.fd(), token, false).expect("the listener was watched before");
        }
        self.flush();
        self.meter.measure(now, self.links.directory.gauge(self.index()), thread_cpu_ns);
    }

    fn port_of(&self, token: u64) -> Option<(usize, Proto)> {
        let index = (token - FIRST_PORT) as usize;
        let proto = if index.is_multiple_of(2) { Proto::Udp } else { Proto::Tcp };
        (index / 2 < self.ports.ports.len()).then_some((index / 2, proto))
    }

    fn take_requests(&mut self, now: Instant) {
        self.links.wake.clear();
        self.courier.fetch(now, &mut self.core);
        while let Ok(request) = self.links.requests.try_recv() {
            // A caller that no longer waits for its reply has been answered as far as we care.
            match request {
                Request::Command(command, reply) => {
                    self.ledger.commanded(&command);
                    let outcome = self.core.command(now, command);
                    self.pass_on_events();
                    let _caller = reply.send(outcome);
                }
                Request::OpenRoom(open, home, reply) => {
                    self.core.open_room(now, &open, home);
                    self.ledger.room_opened(open, home);
                    let _caller = reply.send(());
                }
                Request::AddPeer { room, peer, prepared, reply } => {
                    let outcome = self.core.add_peer(now, *prepared);
                    if outcome.is_ok() {
                        self.ledger.peer_added(&room, &peer);
                        self.links.directory.place_peer(now, &room, &peer, self.index());
                    }
                    self.pass_on_events();
                    let _caller = reply.send(outcome);
                }
                Request::Snapshot(reply) => {
                    let _caller = reply.send(self.core.snapshot());
                }
                Request::Totals(reply) => {
                    let _caller = reply.send(self.totals());
                }
                Request::Stop => self.stopping = true,
            }
        }
    }

    fn totals(&self) -> WorkerTotals {
        let sockets = self.ports.ports.iter().flat_map(|port| [Some(&port.udp), port.aside.as_ref()]).flatten();
        let overflows = sockets.filter_map(|socket| socket.dropped().ok()).sum();
        let tally = Tally { receive_overflows: overflows, cpu_ns: thread_cpu_ns(), ..self.tally };
        WorkerTotals { core: self.core.counters(), tally }
    }

    /// Sends what the core wants sent and passes on what it reports.
    fn flush(&mut self) {
        // Others begin with their share while this one is at its own.
        self.courier.carry(&mut self.core, &mut self.tally);
        loop {
            self.core.take_outbox(&mut self.outbox);
            if self.outbox.is_empty() {
                break;
            }
            self.send();
        }
        self.courier.carry(&mut self.core, &mut self.tally);
        self.pass_on_events();
    }

    fn index(&self) -> usize {
        usize::from(self.config.worker)
    }

    /// Reports what the core has to tell. After every request, since the next one may bring back a peer that this one ended.
    fn pass_on_events(&mut self) {
        let events = self.core.take_events();
        if !events.is_empty() {
            self.report(events);
        }
    }

    fn send(&mut self) {
        let bytes = self.outbox.bytes();
        for run in self.outbox.runs() {
            let datagrams = bytes[run.start..run.end].chunks(run.size);
            let destination = run.route.destination;
            match (self.ports.route(run.route.source), run.route.proto) {
                (None, _) => self.tally.send_failed += datagrams.len() as u64,
                (Some(index), Proto::Udp) => {
                    self.runs[index].push(SendRun { destination, start: run.start, end: run.end, size: run.size });
                }
                (Some(index), Proto::Tcp) => {
                    for datagram in datagrams {
                        let sent = self.streams.send(&self.poller, index, destination, datagram);
                        self.tally.tcp_dropped += u64::from(!sent);
                    }
                }
            }
        }
        for (port, runs) in self.ports.ports.iter().zip(&mut self.runs) {
            let report = self.sending.send_runs(&port.udp, bytes, runs);
            self.tally.send_blocked += report.blocked as u64;
            self.tally.send_failed += report.failed as u64;
            runs.clear();
        }
        self.outbox.clear();
    }

    fn report(&mut self, events: Vec<Event>) {
        self.ledger.observe(&events);
        self.links.directory.observe(self.index(), &events);
        self.links.queue.push(events);
    }

    /// Puts a fresh core in the place of one that panicked: its peers are reported as failed, its rooms stay open.
    fn restart(&mut self) {
        self.tally.worker_restarts += 1;
        self.outbox.clear();
        self.runs.iter_mut().for_each(Vec::clear);
        let now = Instant::now();
        self.config.life += 1;
        let broken = std::mem::replace(&mut self.core, M::new(self.config.clone(), now));
        let rescue = self.ledger.rescue(broken);
        self.report(rescue.events);
        self.courier.replaced();
        for (open, home) in rescue.rooms {
            self.core.open_room(now, &open, home);
        }
        // Requests behind the one that the core panicked over still wait.
        self.links.wake.set();
    }
}

fn udp_token(index: usize) -> u64 {
    FIRST_PORT + 2 * index as u64
}

fn tcp_token(index: usize) -> u64 {
    udp_token(index) + 1
}

#[cfg(test)]
#[path = "worker_tests.rs"]
mod tests;
