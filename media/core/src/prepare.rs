//! skeleton
use std::time::Instant;

use crate::messages::{AddPeer, Answer};
use crate::net::CandidateAddr;
use crate::refusal::{Refusal, RefusalCode};

/// What every transport of this process shares. `Send + Sync`; one per process.
pub struct Factory {}

/// A peer whose offer is parsed and answered; hand it to [`Core::add_peer`](crate::Core::add_peer) of its room's core.
pub struct PreparedPeer {}

impl Factory {
    /// Makes the process's DTLS certificate (tens of milliseconds).
    pub fn new() -> Factory {
        Factory {}
    }

    /// Parses an offer and answers it. Takes up to tens of milliseconds: never on a media thread.
    ///
    /// `worker` is the index of the core that will own the peer; `candidates` the addresses of that core's sockets.
    pub fn prepare(
        &self,
        _now: Instant,
        _add: &AddPeer,
        _worker: u16,
        _candidates: &[CandidateAddr],
    ) -> Result<(PreparedPeer, Answer), Refusal> {
        Err(Refusal::new(RefusalCode::Internal, "not there yet"))
    }
}

impl Default for Factory {
    fn default() -> Factory {
        Factory::new()
    }
}
