//! Datagrams to send, one behind the other in one piece of memory.
//!
//! Equal ones to one address that follow each other are one run: the shell hands a run to the kernel as one message, which is
//! cut apart there. Nothing is allocated for a datagram.

use std::net::SocketAddr;

use crate::net::Proto;

/// Memory that is kept from one batch to the next.
const STEADY_BYTES: usize = 1 << 20;

/// Which way a datagram goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// UDP or TCP.
    pub proto: Proto,
    /// The announced candidate address it leaves from.
    pub source: SocketAddr,
    /// Where it goes.
    pub destination: SocketAddr,
}

/// Datagrams of one route, all of `size` bytes but the last, which may be shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Which way they go.
    pub route: Route,
    /// Where the first one begins in [`Outbox::bytes`].
    pub start: usize,
    /// Where the last one ends.
    pub end: usize,
    /// Bytes of each but the last; at least 1.
    pub size: usize,
}

/// Everything that is to be sent, in order.
#[derive(Debug, Default)]
pub struct Outbox {
    bytes: Vec<u8>,
    runs: Vec<Run>,
    /// Whether the last run may grow: no shorter datagram has closed it.
    open: bool,
    datagrams: usize,
}

impl Outbox {
    /// Adds a copy of a datagram. An empty one is nothing.
    pub fn push(&mut self, route: Route, datagram: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(datagram);
        self.commit(route, start);
    }

    /// Adds what `write` appends to the buffer, as one datagram; nothing where it gives `None`.
    pub(crate) fn write<R>(&mut self, route: Route, write: impl FnOnce(&mut Vec<u8>) -> Option<R>) -> Option<R> {
        let start = self.bytes.len();
        let written = write(&mut self.bytes);
        match written.is_some() {
            true => self.commit(route, start),
            false => self.bytes.truncate(start),
        }
        written
    }

    /// The memory that [`Run`]s lie in.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The runs, in order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How many datagrams there are.
    pub fn len(&self) -> usize {
        self.datagrams
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.datagrams == 0
    }

    /// Every datagram by itself.
    pub fn datagrams(&self) -> impl Iterator<Item = (Route, &[u8])> {
        self.runs
            .iter()
            .flat_map(|run| self.bytes[run.start..run.end].chunks(run.size).map(|datagram| (run.route, datagram)))
    }

    /// Forgets everything and keeps the memory, unless a rare burst made it large.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(STEADY_BYTES);
        self.runs.clear();
        self.datagrams = 0;
    }

    fn commit(&mut self, route: Route, start: usize) {
        let (end, size) = (self.bytes.len(), self.bytes.len() - start);
        if size == 0 {
            return;
        }
        self.datagrams += 1;
        if let Some(run) = self.runs.last_mut().filter(|_| self.open)
            && size <= run.size
            && run.route == route
        {
            run.end = end;
            self.open = size == run.size;
            return;
        }
        self.open = true;
        self.runs.push(Run { route, start, end, size });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(port: u16) -> Route {
        let address = |port| SocketAddr::from(([10, 0, 0, 1], port));
        Route { proto: Proto::Udp, source: address(7000), destination: address(port) }
    }

    #[test]
    fn equal_datagrams_to_one_address_are_one_run_that_a_shorter_one_closes() {
        let mut outbox = Outbox::default();
        let sent = [(1, 5), (1, 5), (1, 3), (1, 3), (2, 3), (2, 4), (2, 4), (1, 4)];
        for (port, size) in sent {
            outbox.push(to(port), &vec![port as u8; size]);
        }
        outbox.push(to(1), &[]);
        let given_up = outbox.write(to(1), |bytes| {
            bytes.extend([9; 4]);
            None::<()>
        });
        assert_eq!(given_up, None);
        let runs: Vec<_> = outbox.runs().iter().map(|run| (run.route, run.end - run.start, run.size)).collect();
        assert_eq!(runs, [(to(1), 13, 5), (to(1), 3, 3), (to(2), 3, 3), (to(2), 8, 4), (to(1), 4, 4)]);
        let all: Vec<_> = outbox.datagrams().map(|(route, bytes)| (route.destination.port(), bytes.len())).collect();
        assert_eq!((all.as_slice(), outbox.len()), (&sent[..], sent.len()));
        outbox.clear();
        assert!(outbox.is_empty() && outbox.datagrams().count() == 0);
    }
}
