//! Three clients in a room of one core, in simulated time: two whose media the input makes, one that only looks on.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use echo_core::messages::{AddPeer, Command, Event, OpenRoom, PictureSource, SetPictures, WantedPicture};
use echo_core::{CandidateAddr, Core, CoreConfig, EgressKind, Factory, Outbox, Proto};

use super::client::{Client, STREAMS, Says};

const ROOM: &str = "room";
const STEP: Duration = Duration::from_millis(20);
/// Steps in which three of us connect.
const PATIENCE: usize = 300;
/// A keyframe's first packet: a descriptor with all fields, then the frame's head, at 180 lines times this.
const LINES: u16 = 180;
/// One frame of each layer, in ticks of its clock.
const FRAME_TICKS: u32 = 1800;

pub(super) const NAMES: [&str; 3] = ["ana", "ben", "onlooker"];

pub(super) struct World {
    pub(super) clients: Vec<Client>,
    now: Instant,
    core: Core,
    outbox: Outbox,
    closed: bool,
}

impl World {
    /// Connected, with pictures and voices of the first two flowing.
    pub(super) fn new(egress: EgressKind) -> World {
        let now = Instant::now();
        let config = CoreConfig {
            worker: 3,
            workers: 1,
            life: 0,
            origin: now,
            origin_boottime_ns: 1_000_000_000_000,
            origin_unix_ns: 1_700_000_000_000_000_000,
            max_peers: 10,
            egress,
            estimate: true,
        };
        let mut core = Core::new(config, now);
        let open = OpenRoom { room: ROOM.into(), max_peers: 10, echo_delay_ms: None };
        core.open_room(now, &open, 3);
        let mut world = World { clients: Vec::new(), now, core, outbox: Outbox::default(), closed: false };
        let factory = Factory::new();
        for (number, name) in (1..).zip(NAMES) {
            world.join(&factory, name, number);
        }
        world.watch(0, &[Some("ben"), None]);
        world.watch(1, &[Some("ana"), None]);
        world.watch(2, &[Some("ana"), Some("ben")]);
        for frame in 0..15 {
            for client in 0..2 {
                for stream in 0..STREAMS {
                    world.frame(client, stream, frame);
                }
            }
            world.step();
        }
        for client in &world.clients {
            assert!(client.got.len() > 20, "{} got {} packets", client.name, client.got.len());
        }
        world
    }

    fn join(&mut self, factory: &Factory, name: &'static str, number: u16) {
        let (mut client, offer, pending) = Client::offering(self.now, name, number);
        let add = AddPeer { room: ROOM.into(), peer: name.into(), offer, mids: client.mids() };
        let candidates = [CandidateAddr { proto: Proto::Udp, addr: server() }];
        let (prepared, answer) = factory.prepare(self.now, &add, 3, &candidates).expect("a good offer");
        self.core.add_peer(self.now, prepared).expect("a place in the room");
        client.answered(pending, &answer.answer);
        self.clients.push(client);
        for _ in 0..PATIENCE {
            self.step();
            if self.clients.last().is_some_and(Client::connected) {
                return;
            }
        }
        panic!("{name} did not connect");
    }

    /// One good packet of a stream.
    fn frame(&mut self, client: usize, stream: usize, frame: u8) {
        let says = Says { stream, ahead: 1, ticks: FRAME_TICKS, marker: true };
        let [high, low] = (LINES << stream.saturating_sub(1)).to_le_bytes();
        let keyframe =
            [0x90, 0xe0, 0x80, frame, frame, 0x20, 0x10, 2, 0, 0x9d, 1, 0x2a, 0x40, 1, high, low, 7, 7, 7, 7];
        self.clients[client].say(says, if stream == 0 { &[0xfc, 1, 2] } else { &keyframe });
    }

    /// Chooses whose pictures a client is shown.
    pub(super) fn watch(&mut self, client: usize, wishes: &[Option<&str>]) {
        let wanted = |publisher: &str| WantedPicture {
            publisher: publisher.into(),
            source: PictureSource::Camera,
            max_height: 720,
        };
        let pictures = wishes.iter().map(|wish| wish.map(wanted)).collect();
        let set = SetPictures { peer: self.clients[client].name.into(), pictures };
        // A peer that was dropped can be shown nothing.
        let _ = self.core.command(self.now, Command::SetPictures(set));
    }

    /// Lets time pass, in steps.
    pub(super) fn pass(&mut self, time: Duration) {
        for _ in 0..time.as_millis() / STEP.as_millis() {
            self.step();
        }
    }

    /// Delivers what was sent in both directions.
    pub(super) fn step(&mut self) {
        self.now += STEP;
        for client in 0..self.clients.len() {
            self.clients[client].advance(self.now);
            for datagram in std::mem::take(&mut self.clients[client].sent) {
                self.deliver(client, &datagram);
            }
        }
        if self.core.next_timeout().is_some_and(|at| at <= self.now) {
            self.core.timeout(self.now);
        }
        self.collect();
    }

    /// Gives the engine a datagram of a client.
    pub(super) fn deliver(&mut self, client: usize, datagram: &[u8]) {
        self.core.receive(self.now, Proto::Udp, self.clients[client].address, server(), datagram);
    }

    fn collect(&mut self) {
        loop {
            self.core.take_outbox(&mut self.outbox);
            if self.outbox.is_empty() {
                break;
            }
            for (route, datagram) in self.outbox.datagrams() {
                if let Some(client) = self.clients.iter_mut().find(|client| client.address == route.destination) {
                    client.receive(self.now, server(), datagram);
                }
            }
        }
        for event in self.core.take_events() {
            if let Event::PeerClosed(closed) = event {
                let client = self.clients.iter().find(|client| client.name == closed.peer).expect("one of ours");
                assert!(client.hostile, "{} is dropped ({:?}) for what others sent", closed.peer, closed.reason);
                self.closed = true;
            }
        }
        assert_eq!(self.core.counters().panics, 0, "the work for a peer panicked");
    }

    /// Whether somebody was dropped.
    pub(super) fn is_over(&self) -> bool {
        self.closed
    }
}

fn server() -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1], 7000))
}
