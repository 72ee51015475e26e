//! The engine of a world: one core, or two side by side that share its rooms, with crossings carried between them at once.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use echo_core::messages::{Command, Event, OpenRoom, RemovePeer, RoomState};
use echo_core::{Core, CoreConfig, Counters, Crossing, Freight, Outbox, PreparedPeer, Proto, Refusal};

use super::ROOM;

/// What was carried between cores since it was looked at last.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    pub pictures: usize,
    pub sounds: usize,
    pub states: usize,
}

/// One core or several: the first is the home of every room, and peers join them in turn.
pub struct Cores {
    pub each: Vec<Core>,
    pub carried: Carried,
    configs: Vec<CoreConfig>,
    /// By address of a client, and by peer id.
    homes: HashMap<SocketAddr, usize>,
    peers: HashMap<String, usize>,
    next: usize,
    opened: HashMap<String, (OpenRoom, Vec<usize>)>,
    /// From one worker to another, in order, each with when it arrives.
    under_way: BTreeMap<(u16, u16), VecDeque<(Instant, Crossing)>>,
    lag: Box<dyn FnMut() -> Duration>,
}

impl Cores {
    /// One core for each of these.
    pub fn new(configs: Vec<CoreConfig>, now: Instant) -> Cores {
        let each = configs.iter().map(|config| Core::new(config.clone(), now)).collect();
        Cores {
            each,
            carried: Carried::default(),
            configs,
            homes: HashMap::new(),
            peers: HashMap::new(),
            next: 0,
            opened: HashMap::new(),
            under_way: BTreeMap::new(),
            lag: Box::new(|| Duration::ZERO),
        }
    }

    /// Crossings take so long from now on; those of one core to another stay in order.
    pub fn lag(&mut self, lag: impl FnMut() -> Duration + 'static) {
        self.lag = Box::new(lag);
    }

    /// Where a peer lives.
    pub fn home(&self, peer: &str) -> Option<usize> {
        self.peers.get(peer).copied()
    }

    pub fn first(&mut self) -> &mut Core {
        &mut self.each[0]
    }

    /// Which core a peer that comes now is to live on, and its worker's number: in turn, or where it lived before.
    pub fn place(&mut self, peer: &str) -> (usize, u16) {
        let next = self.next;
        let at = *self.peers.entry(peer.to_owned()).or_insert(next % self.each.len());
        self.next = at + 1;
        (at, self.configs[at].worker)
    }

    /// The next peer that was nowhere before is to live on this core.
    pub fn next_on(&mut self, at: usize) {
        self.next = at;
    }

    /// The peer may live anywhere when it comes back.
    pub fn forget(&mut self, peer: &str) {
        self.peers.remove(peer);
    }

    pub fn add_peer(
        &mut self,
        now: Instant,
        at: usize,
        address: SocketAddr,
        peer: PreparedPeer,
    ) -> Result<(), Refusal> {
        if let Some((open, on)) = self.opened.get_mut(ROOM)
            && !on.contains(&at)
        {
            on.push(at);
            self.each[at].open_room(now, open, self.configs[0].worker);
        }
        self.homes.insert(address, at);
        let added = self.each[at].add_peer(now, peer);
        self.carry(now);
        added
    }

    pub fn command(&mut self, now: Instant, command: Command) -> Result<(), Refusal> {
        let peer = match &command {
            Command::RemovePeer(RemovePeer { peer }) => Some(peer),
            Command::SetMuted(set) => Some(&set.peer),
            Command::SetPictures(set) => Some(&set.peer),
            _ => None,
        };
        let done = match (&command, peer) {
            (_, Some(peer)) => {
                let at = self.peers.get(peer).copied().unwrap_or(0);
                self.each[at].command(now, command)
            }
            (Command::OpenRoom(open), _) => {
                self.opened.insert(open.room.clone(), (open.clone(), vec![0]));
                self.each[0].open_room(now, open, self.configs[0].worker);
                Ok(())
            }
            (Command::CloseRoom(close), _) => {
                let on = self.opened.remove(&close.room).map_or(vec![0], |(_, on)| on);
                on.into_iter().map(|at| self.each[at].command(now, command.clone())).fold(Ok(()), Result::and)
            }
            _ => self.each[0].command(now, command),
        };
        self.carry(now);
        done
    }

    pub fn receive(&mut self, now: Instant, proto: Proto, source: SocketAddr, local: SocketAddr, datagram: &[u8]) {
        let at = self.homes.get(&source).copied().unwrap_or(0);
        self.each[at].receive(now, proto, source, local, datagram);
        self.carry(now);
    }

    pub fn timeout(&mut self, now: Instant) {
        self.each
            .iter_mut()
            .filter(|core| core.next_timeout().is_some_and(|at| at <= now))
            .for_each(|core| core.timeout(now));
        self.carry(now);
    }

    pub fn next_timeout(&self) -> Option<Instant> {
        self.each.iter().filter_map(Core::next_timeout).min()
    }

    /// The datagrams of a core that has any.
    pub fn take_outbox(&mut self, now: Instant, outbox: &mut Outbox) {
        for at in 0..self.each.len() {
            self.each[at].take_outbox(outbox);
            self.carry(now);
            if !outbox.is_empty() {
                return;
            }
        }
    }

    pub fn take_events(&mut self) -> Vec<Event> {
        self.each.iter_mut().flat_map(Core::take_events).collect()
    }

    /// Rooms with the peers of all cores.
    pub fn snapshot(&self) -> Vec<RoomState> {
        let mut rooms: Vec<RoomState> = Vec::new();
        for state in self.each.iter().flat_map(Core::snapshot) {
            match rooms.iter_mut().find(|room| room.room == state.room) {
                Some(room) => room.peers.extend(state.peers),
                None => rooms.push(state),
            }
        }
        rooms
    }

    pub fn counters(&self) -> Counters {
        let mut sum = Counters::default();
        self.each.iter().for_each(|core| sum.add(&core.counters()));
        sum
    }

    pub fn estimate(&self, peer: &str) -> Option<u64> {
        self.each.iter().find_map(|core| core.estimate(peer))
    }

    pub fn fail_peer(&mut self, peer: &str) {
        self.each.iter_mut().for_each(|core| core.fail_peer(peer));
    }

    pub fn hear(&mut self, peer: &str, compound: &[u8]) {
        self.each.iter_mut().for_each(|core| core.hear(peer, compound));
    }

    /// Puts a fresh core in the place of one, as after a panic of it: its rooms are opened again, its peers are gone.
    pub fn replace(&mut self, now: Instant, at: usize) {
        self.configs[at].life += 1;
        self.each[at] = Core::new(self.configs[at].clone(), now);
        let from = self.configs[at].worker;
        for to in self.configs.iter().map(|config| config.worker).filter(|to| *to != from).collect::<Vec<_>>() {
            self.post(now, from, to, Crossing::replaced());
        }
        for (open, _) in self.opened.values().filter(|(_, on)| on.contains(&at)) {
            self.each[at].open_room(now, open, self.configs[0].worker);
        }
        self.homes.retain(|_, home| *home != at);
        self.peers.retain(|_, home| *home != at);
        self.carry(now);
    }

    /// What was carried since the last time.
    pub fn take_carried(&mut self) -> Carried {
        std::mem::take(&mut self.carried)
    }

    /// Carries crossings until there are none that have arrived.
    pub fn carry(&mut self, now: Instant) {
        if self.each.len() < 2 {
            return;
        }
        loop {
            for at in 0..self.each.len() {
                let mut taken = Vec::new();
                self.each[at].take_crossings(&mut taken);
                let from = self.configs[at].worker;
                taken.into_iter().for_each(|(to, crossing)| self.post(now, from, to, crossing));
            }
            let arrived = self.under_way.iter_mut().find_map(|((from, to), queue)| {
                queue.front().filter(|(due, _)| *due <= now)?;
                Some((*from, *to, queue.pop_front()?.1))
            });
            let Some((from, to, crossing)) = arrived else { return };
            let at = self.configs.iter().position(|config| config.worker == to).unwrap();
            self.each[at].take_in(now, &mut vec![(from, crossing)]);
        }
    }

    fn post(&mut self, now: Instant, from: u16, to: u16, crossing: Crossing) {
        match crossing.freight() {
            Freight::Picture => self.carried.pictures += 1,
            Freight::Sound => self.carried.sounds += 1,
            Freight::State => self.carried.states += 1,
        }
        let queue = self.under_way.entry((from, to)).or_default();
        let due = now + (self.lag)();
        let due = queue.back().map_or(due, |(last, _)| due.max(*last));
        queue.push_back((due, crossing));
    }
}
