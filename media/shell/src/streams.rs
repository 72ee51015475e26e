//! The ICE-TCP connections of one worker.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use echo_sys::{Listener, Poller, Stream, StreamState};

/// Connections at a time. TCP is the way of the few whose network lets no UDP through.
const MAX_STREAMS: usize = 512;
/// A connection must prove within this time that it belongs to somebody. The core answers nobody else, so its first answer is
/// the proof; frames alone are none.
const PROOF: Duration = Duration::from_secs(10);
/// ICE checks come every few seconds; a connection without any for so long is dead.
const IDLE: Duration = Duration::from_secs(30);
/// How often idle connections are looked for, and how long a listener rests that could not accept.
const SWEEP: Duration = Duration::from_secs(2);
/// Newcomers of one listener before the others have their turn.
const ACCEPT_BATCH: usize = 16;

struct Entry {
    stream: Stream,
    remote: SocketAddr,
    /// Index of the port it came in on.
    port: usize,
    deadline: Instant,
    proven: bool,
    writing: bool,
}

/// Connections by token and by remote address.
pub(crate) struct Streams {
    entries: HashMap<u64, Entry>,
    by_remote: HashMap<(usize, SocketAddr), u64>,
    next_token: u64,
    resting: Vec<(usize, u64)>,
    sweep_at: Option<Instant>,
}

impl Streams {
    /// `first_token` and all above it are for connections.
    pub fn new(first_token: u64) -> Streams {
        Streams {
            entries: HashMap::new(),
            by_remote: HashMap::new(),
            next_token: first_token,
            resting: Vec::new(),
            sweep_at: None,
        }
    }

    /// Takes newcomers; returns how many. A listener that cannot (too many connections or descriptors) rests until the next sweep.
    pub fn accept(&mut self, now: Instant, poller: &Poller, listener: &Listener, port: usize, token: u64) -> u64 {
        let mut taken = 0;
        for _ in 0..ACCEPT_BATCH {
            if self.entries.len() >= MAX_STREAMS {
                self.rest(now, poller, listener, port, token);
                break;
            }
            match listener.accept() {
                Ok(Some((stream, remote))) => {
                    taken += u64::from(self.insert(now, poller, stream, remote, port).is_ok())
                }
                Ok(None) => break,
                Err(_) => {
                    self.rest(now, poller, listener, port, token);
                    break;
                }
            }
        }
        taken
    }

    fn insert(
        &mut self,
        now: Instant,
        poller: &Poller,
        stream: Stream,
        remote: SocketAddr,
        port: usize,
    ) -> io::Result<()> {
        let token = self.next_token;
        poller.add(stream.fd(), token, false)?;
        self.next_token += 1;
        let entry = Entry { stream, remote, port, deadline: now + PROOF, proven: false, writing: false };
        self.entries.insert(token, entry);
        self.by_remote.insert((port, remote), token);
        self.sweep_at.get_or_insert(now + SWEEP);
        Ok(())
    }

    fn rest(&mut self, now: Instant, poller: &Poller, listener: &Listener, port: usize, token: u64) {
        if poller.remove(listener.fd()).is_ok() {
            self.resting.push((port, token));
        }
        self.sweep_at.get_or_insert(now + SWEEP);
    }

    /// Reads from a connection: `each` gets the port, the remote address and the frame.
    pub fn read(&mut self, now: Instant, poller: &Poller, token: u64, mut each: impl FnMut(usize, SocketAddr, &[u8])) {
        let Some(entry) = self.entries.get_mut(&token) else { return };
        let (port, remote, mut frames) = (entry.port, entry.remote, false);
        let state = entry.stream.read(|frame| {
            frames = true;
            each(port, remote, frame);
        });
        if frames && entry.proven {
            entry.deadline = now + IDLE;
        }
        self.settle(poller, token, state);
    }

    /// Goes on writing after the kernel has room again.
    pub fn flush(&mut self, poller: &Poller, token: u64) {
        if let Some(entry) = self.entries.get_mut(&token) {
            let state = entry.stream.flush();
            self.settle(poller, token, state);
        }
    }

    /// Sends one frame; `false` if it was dropped.
    pub fn send(&mut self, poller: &Poller, port: usize, remote: SocketAddr, payload: &[u8]) -> bool {
        let Some(&token) = self.by_remote.get(&(port, remote)) else { return false };
        let Some(entry) = self.entries.get_mut(&token) else { return false };
        entry.proven = true;
        let (sent, state) = entry.stream.send(payload);
        self.settle(poller, token, state);
        sent
    }

    fn settle(&mut self, poller: &Poller, token: u64, state: StreamState) {
        let Some(entry) = self.entries.get_mut(&token) else { return };
        let writing = state == StreamState::Writing;
        let watched = entry.writing == writing || poller.change(entry.stream.fd(), token, writing).is_ok();
        entry.writing = writing;
        if state == StreamState::Dead || !watched {
            self.drop_stream(token);
        }
    }

    fn drop_stream(&mut self, token: u64) {
        if let Some(entry) = self.entries.remove(&token) {
            let key = (entry.port, entry.remote);
            // The same remote address may already have dialled again.
            if self.by_remote.get(&key) == Some(&token) {
                self.by_remote.remove(&key);
            }
        }
    }

    /// When [`Streams::sweep`] is due.
    pub fn next_sweep(&self) -> Option<Instant> {
        self.sweep_at
    }

    /// Drops what was silent for too long and returns the listeners (port and token) to watch again.
    pub fn sweep(&mut self, now: Instant) -> Vec<(usize, u64)> {
        if self.sweep_at.is_none_or(|at| at > now) {
            return Vec::new();
        }
        let expired: Vec<u64> =
            self.entries.iter().filter(|(_, e)| e.deadline <= now).map(|(&token, _)| token).collect();
        for token in expired {
            self.drop_stream(token);
        }
        self.sweep_at = if self.entries.is_empty() { None } else { Some(now + SWEEP) };
        std::mem::take(&mut self.resting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    const LISTENER: u64 = 1;

    struct Bench {
        poller: Poller,
        listener: Listener,
        streams: Streams,
        start: Instant,
    }

    fn bench() -> Bench {
        let (poller, listener) = (Poller::new().unwrap(), Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap());
        poller.add(listener.fd(), LISTENER, false).unwrap();
        Bench { poller, listener, streams: Streams::new(100), start: Instant::now() }
    }

    impl Bench {
        fn dial(&mut self) -> TcpStream {
            let client = TcpStream::connect(self.listener.local().unwrap()).unwrap();
            let mut ready = Vec::new();
            self.poller.wait(None, &mut ready).unwrap();
            assert_eq!(ready[0].token, LISTENER);
            assert_eq!(self.streams.accept(self.start, &self.poller, &self.listener, 0, LISTENER), 1);
            client
        }

        fn ends(&self, client: &mut TcpStream) -> bool {
            client.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
            matches!(client.read(&mut [0]), Ok(0))
        }
    }

    #[test]
    fn frames_reach_their_reader_and_answers_find_the_way_back() {
        let mut bench = bench();
        let mut client = bench.dial();
        client.write_all(b"\x00\x02hi").unwrap();
        let mut ready = Vec::new();
        bench.poller.wait(None, &mut ready).unwrap();
        let mut got = Vec::new();
        let here = client.local_addr().unwrap();
        bench.streams.read(bench.start, &bench.poller, ready[0].token, |port, remote, frame| {
            got.push((port, remote, frame.to_vec()));
        });
        assert_eq!(got, [(0, here, b"hi".to_vec())]);
        assert!(bench.streams.send(&bench.poller, 0, here, b"ho"));
        assert!(!bench.streams.send(&bench.poller, 1, here, b"other port"));
        let mut answer = [0; 4];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"\x00\x02ho");
    }

    #[test]
    fn a_connection_that_says_nothing_is_dropped() {
        let mut bench = bench();
        let mut client = bench.dial();
        assert_eq!(bench.streams.next_sweep(), Some(bench.start + SWEEP));
        bench.streams.sweep(bench.start + SWEEP);
        assert!(!bench.ends(&mut client));
        bench.streams.sweep(bench.start + PROOF + SWEEP);
        assert!(bench.ends(&mut client));
        assert_eq!(bench.streams.next_sweep(), None);
    }

    #[test]
    fn a_connection_whose_frames_nobody_answers_is_dropped_and_an_answered_one_is_kept() {
        let mut bench = bench();
        let (mut stranger, mut friend) = (bench.dial(), bench.dial());
        assert!(bench.streams.send(&bench.poller, 0, friend.local_addr().unwrap(), b"answer"));
        for client in [&mut stranger, &mut friend] {
            client.write_all(b"\x00\x02hi").unwrap();
            let mut ready = Vec::new();
            bench.poller.wait(None, &mut ready).unwrap();
            bench.streams.read(bench.start + PROOF / 2, &bench.poller, ready[0].token, |_, _, _| {});
        }
        bench.streams.sweep(bench.start + PROOF + SWEEP);
        assert!(bench.ends(&mut stranger));
        friend.read_exact(&mut [0; 8]).unwrap();
        assert!(!bench.ends(&mut friend));
        bench.streams.sweep(bench.start + PROOF / 2 + IDLE + SWEEP);
        assert!(bench.ends(&mut friend));
    }

    #[test]
    fn a_full_house_rests_its_listener_until_the_next_sweep() {
        let mut bench = bench();
        let (listener, poller) = (&bench.listener, &bench.poller);
        bench.streams.rest(bench.start, poller, listener, 0, LISTENER);
        let _client = TcpStream::connect(listener.local().unwrap()).unwrap();
        let mut ready = Vec::new();
        poller.wait(Some(Duration::from_millis(20)), &mut ready).unwrap();
        assert!(ready.is_empty());
        assert_eq!(bench.streams.sweep(bench.start + SWEEP), [(0, LISTENER)]);
    }
}
