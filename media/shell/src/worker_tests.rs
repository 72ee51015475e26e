//! Workers round a core of the tests' own: it answers what it gets, and panics when asked to.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::net::{TcpStream, UdpSocket};
use std::sync::Barrier;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;
use std::time::Duration;

use echo_core::messages::{CloseReason, CloseRoom, OpenRoom, PeerClosed, PeerConnected, PeerState, RemovePeer};
use echo_core::{Counters, EgressKind, Route};

use super::*;
use crate::crew::Crew;
use crate::engine::EngineConfig;

const PATIENCE: Duration = Duration::from_secs(10);
/// Passed twice, with its test, where the room `gated` is opened.
static GATE: Barrier = Barrier::new(2);

/// Answers every datagram with itself. `panic` in one, as the peer of a `RemovePeer` or as the room of a `CloseRoom` makes it
/// panic, and so does a room for nobody; `ruin` makes it panic then and at every later question.
#[derive(Default)]
struct Parrot {
    rooms: Vec<RoomState>,
    outbox: Outbox,
    events: Vec<Event>,
    ruined: bool,
}

impl Parrot {
    fn hear(&mut self, word: &[u8]) {
        self.ruined |= word == b"ruin";
        assert!(word != b"panic" && !self.ruined, "told to");
    }
}

impl Machine for Parrot {
    type Peer = (String, String);

    fn new(_config: CoreConfig, _now: Instant) -> Self {
        Parrot::default()
    }
    fn command(&mut self, _now: Instant, command: Command) -> Result<(), Refusal> {
        match command {
            Command::CloseRoom(CloseRoom { room }) => {
                self.hear(room.as_bytes());
                let gone = self.rooms.extract_if(.., |state| state.room == room).flat_map(|state| state.peers);
                let ended = gone.map(|peer| closed(&room, &peer, CloseReason::RoomClosed));
                self.events.extend(ended);
            }
            Command::RemovePeer(RemovePeer { peer: name }) => {
                self.hear(name.as_bytes());
                for state in &mut self.rooms {
                    let gone = state.peers.extract_if(.., |peer| peer.peer == name);
                    self.events.extend(gone.map(|peer| closed(&state.room, &peer, CloseReason::Removed)));
                }
            }
            _ => {}
        }
        Ok(())
    }
    fn open_room(&mut self, _now: Instant, open: &OpenRoom, _home: u16) {
        let OpenRoom { room, max_peers, echo_delay_ms } = open.clone();
        assert!(max_peers > 0, "told to");
        if room == "gated" {
            GATE.wait();
            GATE.wait();
        }
        self.rooms.push(RoomState { room, max_peers, echo_delay_ms, peers: vec![] });
    }
    fn take_crossings(&mut self, _into: &mut Vec<(u16, Crossing)>) {}
    fn take_in(&mut self, _now: Instant, _crossings: &mut Vec<(u16, Crossing)>) {}
    fn add_peer(&mut self, _now: Instant, (room, peer): (String, String)) -> Result<(), Refusal> {
        let state = self.rooms.iter_mut().find(|state| state.room == room).expect("the room is open");
        let connected = PeerConnected { room, peer: peer.clone(), generation: 3, boottime_ns: 30 };
        state.peers.push(PeerState {
            peer,
            generation: 3,
            connected: true,
            boottime_ns: 31,
            flowing: vec![],
            muted: vec![],
            voices: vec![],
            share_sound: None,
            pictures: vec![],
            estimate_bps: None,
        });
        self.events.push(Event::PeerConnected(connected));
        Ok(())
    }
    fn receive(&mut self, _now: Instant, proto: Proto, source: SocketAddr, local: SocketAddr, datagram: &[u8]) {
        self.hear(datagram);
        self.outbox.push(Route { proto, source: local, destination: source }, datagram);
    }
    fn timeout(&mut self, _now: Instant) {}
    fn next_timeout(&self) -> Option<Instant> {
        None
    }
    fn next_wake(&self) -> Option<Instant> {
        None
    }
    fn take_outbox(&mut self, into: &mut Outbox) {
        into.clear();
        std::mem::swap(into, &mut self.outbox);
    }
    fn take_events(&mut self) -> Vec<Event> {
        assert!(!self.ruined, "asked a ruin");
        std::mem::take(&mut self.events)
    }
    fn snapshot(&self) -> Vec<RoomState> {
        assert!(!self.ruined, "asked a ruin");
        self.rooms.clone()
    }
    fn counters(&self) -> Counters {
        Counters::default()
    }
}

fn closed(room: &str, peer: &PeerState, reason: CloseReason) -> Event {
    let PeerState { peer, generation, boottime_ns, .. } = peer.clone();
    Event::PeerClosed(PeerClosed { room: room.to_owned(), peer, generation, reason, boottime_ns })
}

struct Bench {
    crew: Crew<Parrot>,
    addr: SocketAddr,
    poller: Poller,
    events: Vec<Event>,
}

fn bench() -> Bench {
    bench_of(1)
}

/// With two workers rooms are spread over both.
fn bench_of(workers: u16) -> Bench {
    let crew = Crew::start(&config(workers)).unwrap();
    let addr = crew.candidates(0)[0].addr;
    let poller = Poller::new().unwrap();
    poller.add(crew.queue().fd(), 0, false).unwrap();
    Bench { crew, addr, poller, events: Vec::new() }
}

fn config(workers: u16) -> EngineConfig {
    let ip = "127.0.0.1".parse().unwrap();
    EngineConfig {
        bind: vec![ip],
        port: 0,
        workers,
        public_addresses: vec![],
        egress: EgressKind::default(),
        estimate: true,
        spread_above: 0.0,
    }
}

impl Bench {
    fn open(&self, room: &str) {
        let open = OpenRoom { room: room.into(), max_peers: 9, echo_delay_ms: Some(5) };
        self.crew.command(Command::OpenRoom(open)).unwrap();
    }

    /// Tells on which worker the peer lives.
    fn join(&self, room: &str, peer: &str) -> usize {
        let worker = self.crew.worker_for(room, peer).unwrap();
        self.crew.add_peer(worker, room, peer, (room.into(), peer.into())).unwrap();
        worker
    }

    fn peers(&self) -> Vec<(String, Vec<String>)> {
        let names = |state: RoomState| (state.room, state.peers.into_iter().map(|peer| peer.peer).collect());
        self.crew.snapshot().into_iter().map(names).collect()
    }

    fn say(&self, word: &[u8]) -> UdpSocket {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.send_to(word, self.addr).unwrap();
        socket
    }

    fn answers(&self) -> bool {
        let mut buffer = [0; 64];
        let (length, from) = self.say(b"hello").recv_from(&mut buffer).unwrap();
        (&buffer[..length], from) == (b"hello", self.addr)
    }

    /// All events once so many are there.
    fn events(&mut self, count: usize) -> &[Event] {
        while self.events.len() < count {
            let mut ready = Vec::<Ready>::new();
            self.poller.wait(Some(PATIENCE), &mut ready).unwrap();
            assert!(!ready.is_empty(), "only {:?}", self.events);
            self.events.extend(self.crew.queue().take());
        }
        &self.events
    }

    fn reasons(&mut self, count: usize) -> Vec<(String, u32, u64, CloseReason)> {
        let ended = self.events(count).iter().filter_map(|event| match event {
            Event::PeerClosed(ended) => Some((ended.peer.clone(), ended.generation, ended.boottime_ns, ended.reason)),
            _ => None,
        });
        ended.collect()
    }
}

#[test]
fn what_came_in_by_udp_or_tcp_is_answered_the_same_way() {
    let bench = bench();
    assert!(bench.answers());
    let mut stream = TcpStream::connect(bench.addr).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"\x00\x02hi\x00\x01!").unwrap();
    let mut answer = [0; 7];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"\x00\x02hi\x00\x01!");
}

#[test]
fn reports_of_what_has_arrived_are_read_though_nothing_else_wakes_the_worker() {
    let bench = bench();
    let (receiver, transport_wide) = ([0x81, 201, 0, 7], [0x8f, 205, 0, 5]);
    for report in [receiver, transport_wide, transport_wide] {
        let mut answer = [0; 8];
        let length = bench.say(&report).recv(&mut answer).unwrap();
        assert_eq!(answer[..length], report);
    }
    assert_eq!(bench.crew.counters()["received_aside"], 3);
    assert!(bench.answers());
}

#[test]
fn more_workers_than_can_share_a_room_are_refused() {
    let error = Crew::<Parrot>::start(&config(65)).err().expect("refused");
    assert!(error.to_string().contains("64 are the most"), "{error}");
}

#[test]
fn a_panicking_core_costs_its_peers_and_nothing_else() {
    let mut bench = bench();
    bench.open("room");
    bench.join("room", "ann");
    bench.join("room", "ben");
    bench.say(b"panic");
    let failed = |peer: &str| (peer.to_owned(), 3, 31, CloseReason::Failed);
    assert_eq!(bench.reasons(4), [failed("ann"), failed("ben")]);
    let rooms: Vec<RoomState> = bench.crew.snapshot();
    let open = RoomState { room: "room".into(), max_peers: 9, echo_delay_ms: Some(5), peers: vec![] };
    assert_eq!(rooms, [open]);
    assert_eq!(bench.crew.counters()["worker_restarts"], 1);
    assert!(bench.answers());
    bench.join("room", "ann");
    let gone = bench.crew.command(Command::RemovePeer(RemovePeer { peer: "ben".into() }));
    assert_eq!(gone.unwrap_err().code.as_str(), "no_peer");
}

#[test]
fn a_core_that_cannot_even_be_asked_any_more_is_replaced_too() {
    let mut bench = bench();
    bench.open("room");
    bench.join("room", "ann");
    bench.say(b"ruin");
    assert_eq!(bench.reasons(2), [("ann".to_owned(), 3, 30, CloseReason::Failed)]);
    assert!(bench.answers());
}

#[test]
fn a_command_over_which_the_core_panics_is_refused_as_our_fault() {
    let bench = bench();
    bench.open("room");
    bench.join("room", "panic");
    let refusal = bench.crew.command(Command::RemovePeer(RemovePeer { peer: "panic".into() })).unwrap_err();
    assert_eq!(refusal.code.as_str(), "internal");
    assert!(bench.answers());
}

#[test]
fn a_room_over_whose_change_the_core_panics_stays_open_and_one_over_whose_end_it_does_is_gone() {
    let bench = bench();
    bench.open("room");
    let nobody = OpenRoom { room: "room".into(), max_peers: 0, echo_delay_ms: None };
    assert_eq!(bench.crew.command(Command::OpenRoom(nobody)).unwrap_err().code.as_str(), "internal");
    assert_eq!(bench.join("room", "ann"), 0);
    bench.open("panic");
    let close = CloseRoom { room: "panic".into() };
    assert_eq!(bench.crew.command(Command::CloseRoom(close)).unwrap_err().code.as_str(), "internal");
    assert_eq!(bench.peers(), [("room".into(), vec![])], "as the directory has it");
    assert_eq!(bench.crew.worker_for("panic", "ann").unwrap_err().code.as_str(), "no_room");
}

#[test]
fn requests_behind_one_that_the_core_panics_over_are_answered() {
    let bench = bench();
    bench.open("room");
    bench.join("room", "panic");
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| bench.crew.command(Command::RemovePeer(RemovePeer { peer: "panic".into() })));
            scope.spawn(|| assert_eq!(bench.crew.snapshot().len(), 1));
        }
    });
}

#[test]
fn a_room_on_two_workers_is_one_and_goes_as_one() {
    let mut bench = bench_of(2);
    bench.open("room");
    assert_eq!(["ann", "ben", "cleo", "ann"].map(|peer| bench.join("room", peer)), [0, 1, 0, 0]);
    assert_eq!(bench.peers(), [("room".into(), ["ann", "cleo", "ann", "ben"].map(String::from).into())]);
    bench.crew.command(Command::RemovePeer(RemovePeer { peer: "ben".into() })).unwrap();
    bench.crew.command(Command::CloseRoom(CloseRoom { room: "room".into() })).unwrap();
    assert_eq!(bench.peers(), []);
    assert_eq!(bench.reasons(8).len(), 4);
    let late = bench.crew.worker_for("room", "dora").unwrap_err();
    assert_eq!(late.code.as_str(), "no_room");
    bench.open("room");
    assert_eq!(bench.peers(), [("room".into(), vec![])]);
}

#[test]
fn a_room_is_on_a_worker_for_joins_once_that_has_opened_it() {
    let bench = bench_of(2);
    for worker in [0, 1] {
        let early = thread::scope(|scope| {
            scope.spawn(|| match worker {
                0 => bench.open("gated"),
                _ => bench.crew.add_peer(worker, "gated", "ann", ("gated".into(), "ann".into())).unwrap(),
            });
            GATE.wait();
            let early = bench.crew.directory().room("gated").contains(&worker);
            GATE.wait();
            early
        });
        assert!(!early, "a join could overtake the opening on {worker}");
        assert!(bench.crew.directory().room("gated").contains(&worker));
    }
}

#[test]
fn a_panicking_core_leaves_those_on_other_workers_and_is_told_of_the_room_again() {
    let mut bench = bench_of(2);
    bench.open("room");
    assert_eq!(["ann", "ben"].map(|peer| bench.join("room", peer)), [0, 1]);
    bench.say(b"panic");
    assert_eq!(bench.reasons(3), [("ann".to_owned(), 3, 31, CloseReason::Failed)]);
    assert_eq!(bench.peers(), [("room".into(), vec!["ben".into()])]);
    assert_eq!(bench.join("room", "cleo"), 0);
    assert_eq!(bench.peers(), [("room".into(), vec!["cleo".into(), "ben".into()])]);
}

#[test]
fn a_peer_that_comes_back_before_its_end_was_reported_is_not_forgotten() {
    let (post, requests) = channel();
    let directory = Arc::new(Directory::new(1, 0.6, Instant::now()));
    let (queue, wake) = (Arc::new(EventQueue::new().unwrap()), Arc::new(Wake::new().unwrap()));
    let mailboxes = [Mailbox::new(wake.clone())].into();
    let links = Links { requests, wake, queue, directory: directory.clone(), mailboxes };
    let config = CoreConfig {
        worker: 0,
        workers: 1,
        life: 0,
        origin: Instant::now(),
        origin_boottime_ns: 0,
        origin_unix_ns: 0,
        max_peers: 9,
        egress: EgressKind::default(),
        estimate: true,
    };
    let ports = Ports::bind(&["127.0.0.1".parse().unwrap()], 0, &[]).unwrap();
    let mut worker = Worker::<Parrot>::new(config, links, ports).unwrap();
    let ((reply, _replies), (opened, _)) = (sync_channel(9), sync_channel(1));
    let add = || {
        let prepared = Box::new(("room".to_owned(), "ann".to_owned()));
        Request::AddPeer { room: "room".into(), peer: "ann".into(), prepared, reply: reply.clone() }
    };
    let open = OpenRoom { room: "room".into(), max_peers: 9, echo_delay_ms: None };
    post.send(Request::OpenRoom(open, 0, opened)).unwrap();
    post.send(add()).unwrap();
    post.send(Request::Command(Command::RemovePeer(RemovePeer { peer: "ann".into() }), reply.clone())).unwrap();
    post.send(add()).unwrap();
    worker.turn(&[Ready { token: WAKE, readable: true, writable: false }]);
    assert_eq!(directory.peer("ann"), Some(0));
    worker.restart();
    assert_eq!(directory.peer("ann"), None, "the ledger knew it too");
}

#[test]
fn closing_ends_every_room_and_then_refuses() {
    let mut bench = bench();
    bench.open("room");
    bench.join("room", "ann");
    bench.crew.close();
    bench.crew.close();
    assert_eq!(bench.reasons(2), [("ann".to_owned(), 3, 31, CloseReason::RoomClosed)]);
    let open = OpenRoom { room: "late".into(), max_peers: 1, echo_delay_ms: None };
    assert_eq!(bench.crew.command(Command::OpenRoom(open)).unwrap_err().code.as_str(), "internal");
}
