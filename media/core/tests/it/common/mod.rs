//! A room in simulated time: one core, str0m clients as its peers, a network that can lose, delay and cut.

#![allow(dead_code, missing_docs)]

pub mod client;
pub mod cores;
pub mod pictures;
pub mod streams;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use echo_core::messages::{
    AddPeer, CloseReason, Command, Event, OpenRoom, PictureSlot, PictureSource, RoomState, SetMuted, SetPictures,
    Source, WantedPicture,
};
use echo_core::{CandidateAddr, CoreConfig, EgressKind, Factory, Outbox, Proto, Refusal};

use self::client::{Client, Offers};
use self::cores::Cores;

pub const STEP: Duration = Duration::from_millis(5);
pub const LATENCY: Duration = Duration::from_millis(10);
pub const BOOT_NS: u64 = 1_000_000_000_000;
pub const ROOM: &str = "room_a";

/// The egress that is tested: `on_str0m.rs` includes the scenarios again.
pub fn egress() -> EgressKind {
    if module_path!().starts_with("on_str0m") { EgressKind::Str0m } else { EgressKind::Direct }
}

/// Whether peers join two cores in turn: `on_two_workers.rs` includes the scenarios again.
pub fn on_two_workers() -> bool {
    module_path!().starts_with("on_two_workers")
}

/// What the network does to a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Arrive,
    Late(Duration),
    Lost,
}

type Network = Box<dyn FnMut(Flight) -> Fate>;
type Tap = Box<dyn FnMut(usize, &[u8])>;

/// A datagram as the network sees it.
#[derive(Debug, Clone, Copy)]
pub struct Flight {
    pub up: bool,
    /// RTP or RTCP, as opposed to STUN and DTLS.
    pub media: bool,
    pub client: usize,
    pub bytes: usize,
    pub number: u64,
}

pub struct World {
    pub start: Instant,
    pub now: Instant,
    pub factory: Factory,
    pub core: Cores,
    pub clients: Vec<Client>,
    pub events: Vec<(Duration, Event)>,
    flying: BTreeMap<(Instant, u64), (bool, usize, Vec<u8>)>,
    network: Network,
    tap: Tap,
    number: u64,
}

pub fn server() -> SocketAddr {
    "10.0.0.1:7000".parse().unwrap()
}

impl World {
    /// A core with an open room for ten.
    pub fn new() -> World {
        World::with_echo(None)
    }

    pub fn with_echo(echo_delay_ms: Option<u64>) -> World {
        World::of(egress(), true, echo_delay_ms)
    }

    /// A core that sends by this egress and takes every line for wide enough.
    pub fn on(egress: EgressKind, echo_delay_ms: Option<u64>) -> World {
        World::of(egress, false, echo_delay_ms)
    }

    fn of(egress: EgressKind, estimate: bool, echo_delay_ms: Option<u64>) -> World {
        let two = if on_two_workers() { 2 } else { 1 };
        World::over(two, World::config(egress, estimate), echo_delay_ms)
    }

    /// So many cores that share the room.
    pub fn on_cores(workers: u16) -> World {
        let config = World::config(egress(), true);
        World::over(workers, config, None)
    }

    fn config(egress: EgressKind, estimate: bool) -> CoreConfig {
        let now = Instant::now();
        CoreConfig {
            worker: 3,
            workers: 1,
            life: 0,
            origin: now,
            origin_boottime_ns: BOOT_NS,
            origin_unix_ns: SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64,
            max_peers: 100,
            egress,
            estimate,
        }
    }

    fn over(workers: u16, config: CoreConfig, echo_delay_ms: Option<u64>) -> World {
        let now = config.origin;
        let configs = match workers {
            1 => vec![config],
            _ => (0..workers).map(|worker| CoreConfig { worker, workers, ..config.clone() }).collect(),
        };
        let mut core = Cores::new(configs, now);
        let open = OpenRoom { room: ROOM.into(), max_peers: 60, echo_delay_ms };
        core.command(now, Command::OpenRoom(open)).unwrap();
        World {
            start: now,
            now,
            factory: Factory::new(),
            core,
            clients: Vec::new(),
            events: Vec::new(),
            flying: BTreeMap::new(),
            network: Box::new(|_| Fate::Arrive),
            tap: Box::new(|_, _| ()),
            number: 0,
        }
    }

    pub fn network(&mut self, network: impl FnMut(Flight) -> Fate + 'static) {
        self.network = Box::new(network);
    }

    /// Shows every datagram of a client as it leaves.
    pub fn tap_up(&mut self, tap: impl FnMut(usize, &[u8]) + 'static) {
        self.tap = Box::new(tap);
    }

    /// A client that offers, is answered and added; not yet connected.
    pub fn join(&mut self, name: &str, offers: Offers) -> usize {
        self.try_join(name, offers).unwrap()
    }

    pub fn try_join(&mut self, name: &str, offers: Offers) -> Result<usize, Refusal> {
        let index = self.clients.len();
        let (mut client, offer, pending) = Client::offering(self.now, name, index, offers);
        let add = AddPeer { room: ROOM.into(), peer: name.into(), offer, mids: client.mids() };
        let candidates = [CandidateAddr { proto: Proto::Udp, addr: server() }];
        let (at, worker) = self.core.place(name);
        let (prepared, answer) = self.factory.prepare(self.now, &add, worker, &candidates)?;
        assert_eq!((answer.voices, answer.videos), (client.voices.len(), client.videos.len()));
        self.core.add_peer(self.now, at, client.address, prepared)?;
        client.answered(pending, &answer.answer);
        self.clients.push(client);
        Ok(index)
    }

    /// Joins and runs until everybody is connected.
    pub fn connect(&mut self, name: &str, offers: Offers) -> usize {
        let index = self.join(name, offers);
        self.run_until(5000, |world| world.clients[index].connected);
        index
    }

    pub fn command(&mut self, command: Command) {
        self.core.command(self.now, command).unwrap();
    }

    pub fn mute(&mut self, peer: &str, source: Source, muted: bool) {
        self.command(Command::SetMuted(SetMuted { peer: peer.into(), source, muted }));
    }

    /// Slots of a receiver: (publisher, height) or nothing.
    pub fn watch(&mut self, peer: &str, wishes: &[Option<(&str, u32)>]) {
        let wanted = |(publisher, max_height): (&str, u32)| WantedPicture {
            publisher: publisher.into(),
            source: PictureSource::Camera,
            max_height,
        };
        let pictures = wishes.iter().map(|wish| wish.map(wanted)).collect();
        self.command(Command::SetPictures(SetPictures { peer: peer.into(), pictures }));
    }

    pub fn run(&mut self, ms: u64) {
        let end = self.now + Duration::from_millis(ms);
        while self.now < end {
            self.step();
        }
    }

    /// Runs until a condition holds, or fails after `ms` of simulated time.
    pub fn run_until(&mut self, ms: u64, condition: impl Fn(&World) -> bool) {
        let end = self.now + Duration::from_millis(ms);
        while !condition(self) {
            assert!(self.now < end, "did not happen within {ms} ms; events: {:#?}", self.events);
            self.step();
        }
    }

    fn step(&mut self) {
        self.now += STEP;
        let now = self.now;
        for client in &mut self.clients {
            client.produce(now);
        }
        while let Some(entry) = self.flying.first_entry().filter(|entry| entry.key().0 <= now) {
            let (up, client, contents) = entry.remove();
            if up {
                let source = self.clients[client].address;
                self.core.receive(now, Proto::Udp, source, server(), &contents);
            } else {
                self.clients[client].receive(now, server(), &contents);
            }
        }
        if self.core.next_timeout().is_some_and(|at| at <= now) {
            self.core.timeout(now);
        }
        for client in &mut self.clients {
            client.advance(now);
        }
        self.collect();
    }

    /// Puts what was sent into the air, and notes events.
    pub fn collect(&mut self) {
        let mut sent: Vec<(bool, usize, Vec<u8>)> = Vec::new();
        loop {
            let outbox = self.take_outbox();
            if outbox.is_empty() {
                break;
            }
            for (route, datagram) in outbox.datagrams() {
                assert_eq!(route.source, server());
                if let Some(client) = self.clients.iter().rposition(|client| client.address == route.destination) {
                    sent.push((false, client, datagram.to_vec()));
                }
            }
        }
        for (index, client) in self.clients.iter_mut().enumerate() {
            sent.extend(client.transmits.drain(..).map(|contents| (true, index, contents)));
        }
        for (up, client, contents) in sent {
            self.number += 1;
            if up {
                (self.tap)(client, &contents);
            }
            let media = (128..192).contains(&contents[0]);
            let flight = Flight { up, media, client, bytes: contents.len(), number: self.number };
            let delay = match (self.network)(flight) {
                _ if self.clients[client].cut => continue,
                Fate::Arrive => LATENCY,
                Fate::Late(more) => LATENCY + more,
                Fate::Lost => continue,
            };
            self.flying.insert((self.now + delay, self.number), (up, client, contents));
        }
        let at = self.now - self.start;
        self.events.extend(self.core.take_events().into_iter().map(|event| (at, event)));
    }

    /// What the core wants to send now.
    pub fn take_outbox(&mut self) -> Outbox {
        let mut outbox = Outbox::default();
        self.core.take_outbox(self.now, &mut outbox);
        outbox
    }

    pub fn forget_events(&mut self) {
        self.events.clear();
    }

    pub fn closed(&self, peer: &str) -> Option<CloseReason> {
        self.events.iter().rev().find_map(|(_, event)| match event {
            Event::PeerClosed(closed) if closed.peer == peer => Some(closed.reason),
            _ => None,
        })
    }

    /// The last thing told about a slot.
    pub fn slot(&self, peer: &str, slot: usize) -> Option<&PictureSlot> {
        self.events.iter().rev().find_map(|(_, event)| match event {
            Event::PictureSlot(told) if told.peer == peer && told.slot == slot => Some(told),
            _ => None,
        })
    }

    /// The last thing told about a receiver's voices.
    pub fn voices(&self, peer: &str) -> Vec<Option<String>> {
        let told = self.events.iter().rev().find_map(|(_, event)| match event {
            Event::VoiceSlots(told) if told.peer == peer => Some(told.voices.clone()),
            _ => None,
        });
        told.unwrap_or_default()
    }

    pub fn snapshot(&self) -> RoomState {
        self.core.snapshot().into_iter().find(|room| room.room == ROOM).unwrap()
    }
}
