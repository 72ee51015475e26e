//! ICE-TCP, passive side (RFC 6544): a listener, and streams of RFC 4571 frames with bounded buffers.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, RawFd};

use crate::framing::{FrameDecoder, MAX_FRAME, frame_header};
use crate::send::PICTURE_BYTES;

/// What waits for a slow receiver at most. More is late by the time it arrives: 256 KiB is a second of 2 Mbit/s.
const MAX_WAITING: usize = 256 << 10;

/// What may wait already where a picture is taken. The rest is kept for sound, which would else be dropped along with pictures
/// as often as not.
const MAX_PICTURES_WAITING: usize = 64 << 10;

/// Bytes taken from one stream before the others have their turn.
const READ_BYTES: usize = 16 << 10;

/// A listening socket that never blocks.
#[derive(Debug)]
pub struct Listener(TcpListener);

impl Listener {
    /// Listens on an address; an IPv6 wildcard next to an IPv4 one does not collide.
    pub fn bind(addr: SocketAddr) -> io::Result<Listener> {
        let listener = crate::socket::listen(addr)?;
        Ok(Listener(listener))
    }

    /// The next connection that waits, if any. Failures of the newcomer itself count as none.
    pub fn accept(&self) -> io::Result<Option<(Stream, SocketAddr)>> {
        match self.0.accept() {
            Ok((stream, remote)) => {
                stream.set_nonblocking(true)?;
                stream.set_nodelay(true)?;
                Ok(Some((Stream::new(stream), remote)))
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// The bound address.
    pub fn local(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// The descriptor, for a [`Poller`](crate::Poller).
    pub fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// How a stream stands after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamState {
    /// Nothing waits to be written.
    Idle,
    /// Bytes wait: watch for room to write.
    Writing,
    /// Ended by the other side, failed, or speaks nonsense: drop it.
    Dead,
}

/// One accepted connection.
#[derive(Debug)]
pub struct Stream {
    stream: TcpStream,
    decoder: FrameDecoder,
    waiting: Vec<u8>,
    written: usize,
}

impl Stream {
    fn new(stream: TcpStream) -> Stream {
        Stream { stream, decoder: FrameDecoder::default(), waiting: Vec::new(), written: 0 }
    }

    /// Dials an address, as the active side. Waits until the other side answers.
    pub fn connect(addr: SocketAddr) -> io::Result<Stream> {
        let stream = TcpStream::connect(addr)?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        Ok(Stream::new(stream))
    }

    /// The descriptor, for a [`Poller`](crate::Poller).
    pub fn fd(&self) -> RawFd {
        self.stream.as_raw_fd()
    }

    /// The address of this side.
    pub fn local(&self) -> io::Result<SocketAddr> {
        self.stream.local_addr()
    }

    /// Reads once and calls `each` with every completed frame.
    pub fn read(&mut self, each: impl FnMut(&[u8])) -> StreamState {
        let mut buffer = [0u8; READ_BYTES];
        match self.stream.read(&mut buffer) {
            Ok(0) => StreamState::Dead,
            Ok(count) => match self.decoder.feed(&buffer[..count], each) {
                Ok(()) => self.state(),
                Err(_) => StreamState::Dead,
            },
            Err(error) if is_transient(&error) => self.state(),
            Err(_) => StreamState::Dead,
        }
    }

    /// Queues one frame and writes what the kernel takes; `false` if it was dropped since too much waits already, or since
    /// it is too long to be a frame.
    pub fn send(&mut self, payload: &[u8]) -> (bool, StreamState) {
        let most = if payload.len() >= PICTURE_BYTES { MAX_PICTURES_WAITING } else { MAX_WAITING };
        let fits = payload.len() <= MAX_FRAME && self.waiting.len() - self.written + payload.len() + 2 <= most;
        if fits {
            self.waiting.extend_from_slice(&frame_header(payload.len()));
            self.waiting.extend_from_slice(payload);
        }
        (fits, self.flush())
    }

    /// Writes what waits, as far as the kernel takes it.
    pub fn flush(&mut self) -> StreamState {
        while self.written < self.waiting.len() {
            match self.stream.write(&self.waiting[self.written..]) {
                Ok(0) => return StreamState::Dead,
                Ok(count) => self.written += count,
                Err(error) if is_transient(&error) => break,
                Err(_) => return StreamState::Dead,
            }
        }
        if self.written == self.waiting.len() || self.written > MAX_WAITING / 2 {
            self.waiting.drain(..self.written);
            self.written = 0;
        }
        self.state()
    }

    fn state(&self) -> StreamState {
        if self.waiting.is_empty() { StreamState::Idle } else { StreamState::Writing }
    }
}

fn is_transient(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Poller;

    fn pair() -> (Stream, TcpStream) {
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let poller = Poller::new().unwrap();
        poller.add(listener.fd(), 0, false).unwrap();
        let client = TcpStream::connect(listener.local().unwrap()).unwrap();
        poller.wait(None, &mut Vec::new()).unwrap();
        let (server, remote) = listener.accept().unwrap().expect("a connection waits");
        assert_eq!(remote, client.local_addr().unwrap());
        assert!(listener.accept().unwrap().is_none());
        (server, client)
    }

    #[test]
    fn frames_cross_a_connection_both_ways() {
        let (mut server, mut client) = pair();
        client.write_all(&[0, 3, b'a', b'b', b'c', 0, 1, b'd']).unwrap();
        let poller = Poller::new().unwrap();
        poller.add(server.fd(), 0, false).unwrap();
        poller.wait(None, &mut Vec::new()).unwrap();
        let mut frames = Vec::new();
        assert_eq!(server.read(|frame| frames.push(frame.to_vec())), StreamState::Idle);
        assert_eq!(frames, [b"abc".to_vec(), b"d".to_vec()]);
        assert_eq!(server.send(b"xyz"), (true, StreamState::Idle));
        let mut answer = [0u8; 5];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"\x00\x03xyz");
        drop(client);
        poller.wait(None, &mut Vec::new()).unwrap();
        assert_eq!(server.read(|_| {}), StreamState::Dead);
    }

    #[test]
    fn a_receiver_that_does_not_read_costs_a_bounded_buffer_and_gets_whole_frames_later() {
        let (mut server, mut client) = pair();
        let payload = [9u8; 1000];
        let mut queued = 0;
        // The kernel may make room again meanwhile; what waits here is bounded all the same.
        while server.send(&payload).0 {
            queued += 1;
            assert!(server.waiting.len() - server.written <= MAX_WAITING);
        }
        client.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
        let mut received = vec![0u8; 1002];
        for _ in 0..queued {
            server.flush();
            client.read_exact(&mut received).unwrap();
            assert_eq!((received[0], received[1], received[1001]), (3, 232, 9));
        }
        assert_eq!(server.flush(), StreamState::Idle);
    }

    #[test]
    fn sound_still_waits_where_pictures_are_refused() {
        let (mut server, _client) = pair();
        let (picture, sound) = ([9u8; 1000], [7u8; 100]);
        // What the kernel itself holds is its own affair: full is where it has taken nothing for many frames in a row.
        let refused = (0..100_000).filter(|_| !server.send(&picture).0).take(100).count();
        assert_eq!(refused, 100);
        let waiting = |server: &Stream| server.waiting.len() - server.written;
        assert!(waiting(&server) <= MAX_PICTURES_WAITING);
        for _ in 0..1000 {
            assert!(server.send(&sound).0);
        }
        assert!(!server.send(&picture).0);
        while server.send(&sound).0 {
            assert!(waiting(&server) <= MAX_WAITING);
        }
        assert!(waiting(&server) + 102 > MAX_WAITING);
    }

    #[test]
    fn an_overlong_frame_ends_the_stream() {
        let (mut server, mut client) = pair();
        client.write_all(&[0xff, 0xff, 1]).unwrap();
        let poller = Poller::new().unwrap();
        poller.add(server.fd(), 0, false).unwrap();
        poller.wait(None, &mut Vec::new()).unwrap();
        assert_eq!(server.read(|_| {}), StreamState::Dead);
    }
}
