//! What comes in by the sockets of a worker, on its way to the core.

use std::net::SocketAddr;
use std::time::Instant;

use echo_core::Proto;
use echo_sys::{Ready, ReceiveBatch, UdpPort};

use super::{ASIDE, RECEIVE_BATCH, Worker};
use crate::machine::Machine;

/// As many times in a row is read what waits aside.
const MOST_BATCHES: usize = 4;

impl<M: Machine> Worker<M> {
    /// Takes the datagrams that wait at a port.
    pub(super) fn receive(&mut self, now: Instant, index: usize) {
        let port = &self.ports.ports[index];
        let (core, receiving) = (&mut self.core, &mut self.receiving);
        match take_batch(now, core, receiving, &port.udp, port.announced) {
            Some(RECEIVE_BATCH) => self.rest.more_waits(),
            Some(_) => {}
            None => self.tally.receive_failed += 1,
        }
    }

    /// Takes the reports that wait, and sees to who wakes the worker for the next.
    pub(super) fn receive_aside(&mut self, now: Instant) {
        let mut found = 0;
        for port in &self.ports.ports {
            let Some(aside) = &port.aside else { continue };
            for _ in 0..MOST_BATCHES {
                let (core, receiving) = (&mut self.core, &mut self.receiving);
                let Some(count) = take_batch(now, core, receiving, aside, port.announced) else {
                    self.tally.receive_failed += 1;
                    break;
                };
                found += count;
                if count < RECEIVE_BATCH {
                    break;
                }
            }
        }
        self.tally.received_aside += found as u64;
        if let Some(watch) = self.aside.looked(now, found) {
            for fd in self.ports.ports.iter().filter_map(|port| port.aside.as_ref()).map(UdpPort::fd) {
                let changed = if watch { self.poller.add(fd, ASIDE, false) } else { self.poller.remove(fd) };
                changed.expect("the socket is open, and watched in turn");
            }
        }
    }

    /// Takes a connection.
    pub(super) fn accept(&mut self, now: Instant, index: usize, token: u64) {
        let listener = &self.ports.ports[index].tcp;
        self.tally.tcp_accepted += self.streams.accept(now, &self.poller, listener, index, token);
    }

    /// Goes on with a connection that has something to read, or room again.
    pub(super) fn stream(&mut self, now: Instant, event: Ready) {
        if event.writable {
            self.streams.flush(&self.poller, event.token);
        }
        if event.readable {
            self.rest.more_waits();
            let (core, ports) = (&mut self.core, &self.ports.ports);
            self.streams.read(now, &self.poller, event.token, |port, remote, frame| {
                core.receive(now, Proto::Tcp, remote, ports[port].announced, frame);
            });
        }
    }
}

/// Takes the datagrams that wait at a socket, at most a batch; how many there were. `None` where the kernel refuses.
fn take_batch(
    now: Instant,
    core: &mut impl Machine,
    receiving: &mut ReceiveBatch,
    socket: &UdpPort,
    announced: SocketAddr,
) -> Option<usize> {
    let count = receiving.receive(socket).ok()?;
    for (source, datagram) in receiving.iter() {
        core.receive(now, Proto::Udp, source, announced, datagram);
    }
    Some(count)
}
