//! The whole engine as its owner sees it. Every call may come from any thread.

use std::collections::BTreeMap;
use std::error;
use std::net::IpAddr;
use std::os::fd::RawFd;
use std::time::Instant;

use echo_core::messages::{AddPeer, Answer, Command, Event, RoomState};
use echo_core::{Core, EgressKind, Factory, Refusal};

use crate::crew::{Crew, internal};

/// Where an engine listens.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Addresses to bind; a wildcard stands for all of its family.
    pub bind: Vec<IpAddr>,
    /// First port, UDP and TCP; worker `n` has `port + n`. 0 lets the system choose each.
    pub port: u16,
    /// Threads, from 1 to [`MOST_WORKERS`](echo_core::MOST_WORKERS).
    pub workers: u16,
    /// Addresses to announce instead of the bound ones.
    pub public_addresses: Vec<IpAddr>,
    /// Who seals what receivers are sent.
    pub egress: EgressKind,
    /// Whether what a receiver's line carries is estimated, and what it is sent fitted to that.
    pub estimate: bool,
    /// Share of a core from which on a worker is too busy for more of a room: those who come then live on other workers. 0
    /// spreads every room over all workers evenly.
    pub spread_above: f64,
}

/// Worker threads, and the way to them.
pub struct Engine {
    factory: Factory,
    crew: Crew<Core>,
}

impl Engine {
    /// Binds every socket and starts the threads. The error is a [`BindError`](crate::BindError) or an [`io::Error`].
    pub fn start(config: &EngineConfig) -> Result<Engine, Box<dyn error::Error + Send + Sync>> {
        let crew = Crew::start(config)?;
        Ok(Engine { factory: Factory::new(), crew })
    }

    /// Carries out any command but `add_peer`.
    pub fn command(&self, command: Command) -> Result<(), Refusal> {
        match command {
            Command::AddPeer(_) => Err(internal("add_peer has a call of its own, since it gives an answer")),
            other => self.crew.command(other),
        }
    }

    /// Answers an offer. Parses SDP in the calling thread, for up to tens of milliseconds.
    pub fn add_peer(&self, add: &AddPeer) -> Result<Answer, Refusal> {
        let worker = self.crew.worker_for(&add.room, &add.peer)?;
        let candidates = self.crew.candidates(worker);
        let (prepared, answer) = self.factory.prepare(Instant::now(), add, worker as u16, candidates)?;
        self.crew.add_peer(worker, &add.room, &add.peer, prepared)?;
        Ok(answer)
    }

    /// Every waiting event, oldest first.
    pub fn take_events(&self) -> Vec<Event> {
        self.crew.queue().take()
    }

    /// A descriptor that is readable while events wait.
    pub fn events_fd(&self) -> RawFd {
        self.crew.queue().fd()
    }

    /// Every room of every worker.
    pub fn snapshot(&self) -> Vec<RoomState> {
        self.crew.snapshot()
    }

    /// Totals since start, by name.
    pub fn counters(&self) -> BTreeMap<String, u64> {
        self.crew.counters()
    }

    /// Ends every room and joins the threads. Again is harmless.
    pub fn close(&self) {
        self.crew.close();
    }
}
