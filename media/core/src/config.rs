//! What a core is told once, when it is made.

use std::time::Instant;

/// What a [`Core`](crate::Core) needs to know from its shell.
#[derive(Debug, Clone)]
pub struct CoreConfig {
    /// Index of this core's worker thread.
    pub worker: u16,
    /// How many workers there are, 64 at most.
    pub workers: u16,
    /// Counts the cores of this worker: each one that replaces another has a higher number.
    pub life: u32,
    /// An instant...
    pub origin: Instant,
    /// ...and the `CLOCK_BOOTTIME` of the same moment, in nanoseconds.
    pub origin_boottime_ns: u64,
    /// ...and the time since 1970, for the clock of sender reports.
    pub origin_unix_ns: u64,
    /// How many peers this core takes over all its rooms.
    pub max_peers: usize,
    /// Who seals what receivers are sent.
    pub egress: EgressKind,
    /// Whether the lines of receivers are estimated, and pictures chosen by what they carry. Only [`EgressKind::Direct`] can.
    pub estimate: bool,
}

/// Who seals what receivers are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EgressKind {
    /// The engine itself, straight into the batch that is sent. Receivers whose DTLS settled on an SRTP profile without GCM are
    /// served by str0m all the same.
    #[default]
    Direct,
    /// str0m, at a price that grows with the slots of a receiver.
    Str0m,
}
