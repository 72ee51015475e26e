//! The worker threads, and who has which room: commands go in here and find their worker.

use std::collections::BTreeMap;
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use std::{error, io};

use echo_core::messages::{Command, RemovePeer, RoomState};
use echo_core::{CandidateAddr, CoreConfig, Refusal, RefusalCode};
use echo_sys::{Wake, boottime_ns};

use crate::directory::Directory;
use crate::engine::EngineConfig;
use crate::machine::Machine;
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
        let addresses = resolve(&config.bind, &config.public_addresses)?;
        if addresses.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no address to bind; name at least one").into());
        }
        let ports: Vec<Ports> = (0..workers)
            .map(|index| {
                Ports::bind(&addresses, port_number(config.port, index)?, &config.public_addresses).map_err(Into::into)
            })
            .collect::<Result<_, Box<dyn error::Error + Send + Sync>>>()?;
        let mut crew = Crew {
            workers: Vec::with_capacity(ports.len()),
            directory: Arc::new(Directory::new(ports.len())),
            queue: Arc::new(EventQueue::new()?),
        };
        let (origin, origin_boottime_ns) = (Instant::now(), boottime_ns());
        // Set before 1970, a clock makes reports that are as good as any.
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        for (worker, ports) in (0..workers).zip(ports) {
            let config = CoreConfig {
                worker,
                origin,
                origin_boottime_ns,
                origin_unix_ns: unix.as_nanos() as u64,
                max_peers: MAX_PEERS_PER_WORKER,
                egress: config.egress,
                estimate: config.estimate,
            };
            let handle = crew.start_worker(config, ports)?;
            crew.workers.push(handle);
        }
        Ok(crew)
    }

    fn start_worker(&self, config: CoreConfig, ports: Ports) -> io::Result<Handle<M::Peer>> {
        let (sender, requests) = channel();
        let wake = Arc::new(Wake::new()?);
        let candidates = ports.candidates();
        let (queue, directory) = (self.queue.clone(), self.directory.clone());
        let links = Links { requests, wake: wake.clone(), queue, directory };
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

    pub fn worker_of_room(&self, room: &str) -> Result<usize, Refusal> {
        self.directory.room(room).ok_or_else(|| Refusal {
            code: RefusalCode::NoRoom,
            message: "This session is not open now. Wait until it opens, or ask its organiser.".to_owned(),
        })
    }

    pub fn command(&self, command: Command) -> Result<(), Refusal> {
        let worker = match &command {
            Command::OpenRoom(open) => self.directory.place_room(&open.room),
            Command::CloseRoom(close) => self.worker_of_room(&close.room)?,
            Command::AddPeer(add) => self.worker_of_room(&add.room)?,
            Command::RemovePeer(RemovePeer { peer }) => self.worker_of_peer(peer)?,
            Command::SetMuted(set) => self.worker_of_peer(&set.peer)?,
            Command::SetPictures(set) => self.worker_of_peer(&set.peer)?,
        };
        let outcome = self.ask(worker, |reply| Request::Command(command.clone(), reply))?;
        match &command {
            Command::OpenRoom(open) if outcome.is_err() => self.directory.remove_room(&open.room),
            Command::CloseRoom(close) => self.directory.remove_room(&close.room),
            _ => {}
        }
        outcome
    }

    pub fn add_peer(&self, worker: usize, room: &str, peer: &str, prepared: M::Peer) -> Result<(), Refusal> {
        if let Some(other) = self.directory.peer(peer).filter(|&other| other != worker) {
            let remove = Command::RemovePeer(RemovePeer { peer: peer.to_owned() });
            // It may have ended meanwhile, which is as good.
            let _gone = self.ask(other, |reply| Request::Command(remove, reply))?;
        }
        let (room, name, prepared) = (room.to_owned(), peer.to_owned(), Box::new(prepared));
        self.ask(worker, |reply| Request::AddPeer { room, peer: name, prepared, reply })?
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

    /// Every room of every worker.
    pub fn snapshot(&self) -> Vec<RoomState> {
        self.ask_all(Request::Snapshot).into_iter().flatten().collect()
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

pub(crate) fn internal(message: &str) -> Refusal {
    Refusal { code: RefusalCode::Internal, message: message.to_owned() }
}

fn port_number(first: u16, index: u16) -> io::Result<u16> {
    let beyond = || io::Error::new(io::ErrorKind::InvalidInput, "the last worker's port is beyond 65535");
    if first == 0 { Ok(0) } else { first.checked_add(index).ok_or_else(beyond) }
}
