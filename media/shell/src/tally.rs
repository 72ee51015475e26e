//! What a worker counts besides its core.

use std::collections::BTreeMap;

use echo_core::Counters;

/// Totals of one worker's input and output.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    /// Datagrams dropped since the socket's send buffer was full.
    pub send_blocked: u64,
    /// Datagrams that the kernel refused, or for which there was no socket.
    pub send_failed: u64,
    /// Frames dropped since a TCP receiver was too slow, or gone.
    pub tcp_dropped: u64,
    /// TCP connections taken.
    pub tcp_accepted: u64,
    /// Failed reads of a UDP socket.
    pub receive_failed: u64,
    /// Cores thrown away since they panicked.
    pub worker_restarts: u64,
    /// Reports of what has arrived that waited for something else to wake the worker.
    pub received_aside: u64,
    /// Datagrams that came while the receive buffer was full.
    pub receive_overflows: u64,
    /// Packets of pictures that another worker's mailbox had no room for.
    pub crossings_dropped_pictures: u64,
    /// Packets of sound that it had no room for.
    pub crossings_dropped_sounds: u64,
    /// Processor time of the thread, in nanoseconds.
    pub cpu_ns: u64,
}

/// One worker's answer to the question for its counters.
pub(crate) struct WorkerTotals {
    pub core: Counters,
    pub tally: Tally,
}

/// Sums over all workers, by name; `cpu_ns_worker_<n>` for each.
pub(crate) fn totals(workers: &[WorkerTotals]) -> BTreeMap<String, u64> {
    let mut core = Counters::default();
    let mut sums = BTreeMap::new();
    for (index, worker) in workers.iter().enumerate() {
        core.add(&worker.core);
        let t = &worker.tally;
        sums.insert(format!("cpu_ns_worker_{index}"), t.cpu_ns);
        for (name, value) in [
            ("send_blocked", t.send_blocked),
            ("send_failed", t.send_failed),
            ("tcp_dropped", t.tcp_dropped),
            ("tcp_accepted", t.tcp_accepted),
            ("receive_failed", t.receive_failed),
            ("received_aside", t.received_aside),
            ("receive_overflows", t.receive_overflows),
            ("worker_restarts", t.worker_restarts),
            ("crossings_dropped_pictures", t.crossings_dropped_pictures),
            ("crossings_dropped_sounds", t.crossings_dropped_sounds),
        ] {
            *sums.entry(name.to_owned()).or_default() += value;
        }
    }
    sums.extend(core.pairs().into_iter().map(|(name, value)| (name.to_owned(), value)));
    sums
}
