//! The worker threads, and who has which room: commands go in here and find their worker.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use std::{error, io};

use echo_core::messages::{CloseRoom, Command, OpenRoom, RemovePeer, RoomState};
use echo_core::{CandidateAddr, CoreConfig, Crossing, MOST_WORKERS, Refusal, RefusalCode};
use echo_sys::{Wake, boottime_ns};

use crate::directory::Directory;
use crate::engine::EngineConfig;
use crate::machine::Machine;
use crate::mailbox::Mailbox;
use crate::ports::{Ports, resolve};
use crate::queue::EventQueue;
use crate::tally::totals;
use crate::worker::{Links, Request, Worker};

/// Peers one worker takes: far beyond what a core forwards for, so a limit against mistakes only.
const MAX_PEERS_PER_WORKER: usize = 2000;

/// The threads of an engine, for whatever core they run.
pub(crate) struct Crew<M: Machine> {
    workers: Vec<Handle<M::Peer>>,
    directory: Arc<Directory>,
    queue: Arc<EventQueue>,
    mailboxes: Arc<[Mailbox<Crossing>]>,
    /// Held while rooms come to workers and go, so that none is left on a worker that nobody knows of.
    rooms: Mutex<()>,
}

struct Handle<P> {
    requests: Mutex<Sender<Request<P>>>,
    wake: Arc<Wake>,
    candidates: Vec<CandidateAddr>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl<M: Machine> Crew<M> {
    pub fn start(config: &EngineConfig) -> Result<Crew<M>, Box<dyn error::Error + Send + Sync>> {
        let workers = config.workers.max(1);
        if workers > MOST_WORKERS {
            let message = format!("{workers} workers are too many; {MOST_WORKERS} are the most.");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message).into());
        }
        let addresses = resolve(&config.bind, &config.public_addresses)?;
        if addresses.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no address to bind; name at least one").into());
        }
        let ports: Vec<Ports> = (0..workers)
            .map(|index| {
                Ports::bind(&addresses, port_number(config.port, index)?, &config.public_addresses).map_err(Into::into)
            })
            .collect::<Result<_, Box<dyn error::Error + Send + Sync>>>()?;
        let (origin, origin_boottime_ns) = (Instant::now(), boottime_ns());
        let wakes = ports.iter().map(|_| Wake::new().map(Arc::new)).collect::<io::Result<Vec<_>>>()?;
        let mut crew = Crew {
            workers: Vec::with_capacity(ports.len()),
            directory: Arc::new(Directory::new(ports.len(), config.spread_above, origin)),
            queue: Arc::new(EventQueue::new()?),
            mailboxes: wakes.iter().cloned().map(Mailbox::new).collect(),
            rooms: Mutex::new(()),
        };
        // Set before 1970, a clock makes reports that are as good as any.
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        for ((worker, ports), wake) in (0..workers).zip(ports).zip(wakes) {
            let config = CoreConfig {
                worker,
                workers,
                life: 0,
                origin,
                origin_boottime_ns,
                origin_unix_ns: unix.as_nanos() as u64,
                max_peers: MAX_PEERS_PER_WORKER,
                egress: config.egress,
                estimate: config.estimate,
            };
            let handle = crew.start_worker(config, ports, wake)?;
            crew.workers.push(handle);
        }
        Ok(crew)
    }

    fn start_worker(&self, config: CoreConfig, ports: Ports, wake: Arc<Wake>) -> io::Result<Handle<M::Peer>> {
        let (sender, requests) = channel();
        let candidates = ports.candidates();
        let (queue, directory, mailboxes) = (self.queue.clone(), self.directory.clone(), self.mailboxes.clone());
        let links = Links { requests, wake: wake.clone(), queue, directory, mailboxes };
        let name = format!("echo-media-{}", config.worker);
        let (started, outcome) = sync_channel(1);
        let thread = thread::Builder::new().name(name).spawn(move || match Worker::<M>::new(config, links, ports) {
            Ok(mut worker) => {
                let _starter = started.send(Ok(()));
                worker.run();
            }
            Err(error) => {
                let _starter = started.send(Err(error));
            }
        })?;
        outcome.recv().unwrap_or_else(|_| Err(io::Error::other("a worker thread ended while starting")))?;
        Ok(Handle { requests: Mutex::new(sender), wake, candidates, thread: Mutex::new(Some(thread)) })
    }

    /// The worker on which a peer that joins a room is to live.
    pub fn worker_for(&self, room: &str, peer: &str) -> Result<usize, Refusal> {
        self.directory.place_newcomer(Instant::now(), room, peer).ok_or_else(not_open)
    }

    pub fn command(&self, command: Command) -> Result<(), Refusal> {
        let worker = match &command {
            Command::OpenRoom(open) => return self.open_room(open),
            Command::CloseRoom(close) => return self.close_room(close),
            Command::AddPeer(add) => self.worker_for(&add.room, &add.peer)?,
            Command::RemovePeer(RemovePeer { peer }) => self.worker_of_peer(peer)?,
            Command::SetMuted(set) => self.worker_of_peer(&set.peer)?,
            Command::SetPictures(set) => self.worker_of_peer(&set.peer)?,
        };
        self.ask(worker, |reply| Request::Command(command, reply))?
    }

    pub fn add_peer(&self, worker: usize, room: &str, peer: &str, prepared: M::Peer) -> Result<(), Refusal> {
        if let Some(other) = self.directory.peer(peer).filter(|&other| other != worker) {
            let remove = Command::RemovePeer(RemovePeer { peer: peer.to_owned() });
            // It may have ended meanwhile, which is as good.
            let _gone = self.ask(other, |reply| Request::Command(remove, reply))?;
        }
        self.extend_room(room, worker)?;
        let (room, name, prepared) = (room.to_owned(), peer.to_owned(), Box::new(prepared));
        self.ask(worker, |reply| Request::AddPeer { room, peer: name, prepared, reply })?
    }

    /// Opens a room at its home, or changes its options wherever it is.
    fn open_room(&self, open: &OpenRoom) -> Result<(), Refusal> {
        let _rooms = self.hold_rooms();
        let home = self.directory.place_room(open);
        let on = self.directory.room(&open.room);
        let new = on.is_empty();
        for worker in if new { vec![home] } else { on } {
            let told = self.ask(worker, |reply| Request::OpenRoom(open.clone(), home as u16, reply));
            if told.is_err() && new {
                self.directory.remove_room(&open.room);
            }
            told?;
            self.directory.opened(&open.room, worker);
        }
        Ok(())
    }

    fn close_room(&self, close: &CloseRoom) -> Result<(), Refusal> {
        let _rooms = self.hold_rooms();
        let workers = self.directory.room(&close.room);
        if workers.is_empty() {
            return Err(not_open());
        }
        self.directory.remove_room(&close.room);
        let close = |worker| self.ask(worker, |reply| Request::Command(Command::CloseRoom(close.clone()), reply))?;
        workers.into_iter().map(close).fold(Ok(()), Result::and)
    }

    /// Opens a room on a worker where it is not yet.
    fn extend_room(&self, room: &str, worker: usize) -> Result<(), Refusal> {
        if self.directory.room(room).contains(&worker) {
            return Ok(());
        }
        let _rooms = self.hold_rooms();
        let Some((open, home)) = self.directory.lacking(room, worker).ok_or_else(not_open)? else { return Ok(()) };
        self.ask(worker, |reply| Request::OpenRoom(open, home as u16, reply))?;
        self.directory.opened(room, worker);
        Ok(())
    }

    #[cfg(test)]
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    fn hold_rooms(&self) -> MutexGuard<'_, ()> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn worker_of_peer(&self, peer: &str) -> Result<usize, Refusal> {
        let message = || "This connection has ended. Join again.".to_owned();
        self.directory.peer(peer).ok_or_else(|| Refusal { code: RefusalCode::NoPeer, message: message() })
    }

    /// Puts a question to a worker and waits for its reply: as long as the batch lasts that it is at.
    fn ask<R>(&self, worker: usize, request: impl FnOnce(SyncSender<R>) -> Request<M::Peer>) -> Result<R, Refusal> {
        let handle = &self.workers[worker];
        let (sender, reply) = sync_channel(1);
        handle.post(request(sender)).map_err(|()| internal("The media engine has been closed."))?;
        reply.recv().map_err(|_| internal("The media engine failed over this. Try again."))
    }

    fn ask_all<R>(&self, request: impl Fn(SyncSender<R>) -> Request<M::Peer>) -> Vec<R> {
        (0..self.workers.len()).filter_map(|worker| self.ask(worker, &request).ok()).collect()
    }

    /// Addresses under which a worker is reached.
    pub fn candidates(&self, worker: usize) -> &[CandidateAddr] {
        &self.workers[worker].candidates
    }

    /// Where events arrive.
    pub fn queue(&self) -> &EventQueue {
        &self.queue
    }

    /// Every room, with its peers of all workers.
    pub fn snapshot(&self) -> Vec<RoomState> {
        let mut rooms: BTreeMap<String, RoomState> = BTreeMap::new();
        for state in self.ask_all(Request::Snapshot).into_iter().flatten() {
            match rooms.entry(state.room.clone()) {
                Entry::Vacant(place) => _ = place.insert(state),
                Entry::Occupied(mut place) => place.get_mut().peers.extend(state.peers),
            }
        }
        rooms.into_values().collect()
    }

    /// Totals since start, by name.
    pub fn counters(&self) -> BTreeMap<String, u64> {
        totals(&self.ask_all(Request::Totals))
    }

    /// Ends every room and joins the threads.
    pub fn close(&self) {
        for handle in &self.workers {
            // A thread that is gone needs no telling.
            let _told = handle.post(Request::Stop);
        }
        for handle in &self.workers {
            let thread = handle.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
            if thread.is_some_and(|thread| thread.join().is_err()) {
                eprintln!("echo-session: a worker thread of the engine ended by a panic");
            }
        }
    }
}

impl<M: Machine> Drop for Crew<M> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<P> Handle<P> {
    fn post(&self, request: Request<P>) -> Result<(), ()> {
        let sender = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        sender.send(request).map_err(|_| ())?;
        self.wake.set();
        Ok(())
    }
}

fn not_open() -> Refusal {
    Refusal {
        code: RefusalCode::NoRoom,
        message: "This session is not open now. Wait until it opens, or ask its organiser.".to_owned(),
    }
}

pub(crate) fn internal(message: &str) -> Refusal {
    Refusal { code: RefusalCode::Internal, message: message.to_owned() }
}

fn port_number(first: u16, index: u16) -> io::Result<u16> {
    let beyond = || io::Error::new(io::ErrorKind::InvalidInput, "the last worker's port is beyond 65535");
    if first == 0 { Ok(0) } else { first.checked_add(index).ok_or_else(beyond) }
}
