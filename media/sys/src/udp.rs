//! A UDP socket that never blocks, with large buffers.

use std::io;
use std::mem;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};

use crate::check;
use crate::socket::{bind, open, set_option};

/// Asked for both ways: a burst of keyframes to a full room fits, and a worker held up for a while loses nothing.
const BUFFER_BYTES: libc::c_int = 4 << 20;

/// A bound UDP socket. Its own family only: an IPv6 socket takes no IPv4.
#[derive(Debug)]
pub struct UdpPort {
    socket: UdpSocket,
    local: SocketAddr,
}

impl UdpPort {
    /// Binds an address; port 0 lets the system choose.
    pub fn bind(addr: SocketAddr) -> io::Result<UdpPort> {
        let socket = UdpSocket::from(open(addr, libc::SOCK_DGRAM)?);
        let fd = socket.as_raw_fd();
        // A kernel that allows less gives less, and says nothing.
        set_option(fd, libc::SOL_SOCKET, libc::SO_RCVBUF, BUFFER_BYTES)?;
        set_option(fd, libc::SOL_SOCKET, libc::SO_SNDBUF, BUFFER_BYTES)?;
        bind(fd, addr)?;
        let local = socket.local_addr()?;
        Ok(UdpPort { socket, local })
    }

    /// From now on datagrams that came as one run are given as one message, to a
    /// [`ReceiveBatch::of_runs`](crate::ReceiveBatch::of_runs) only.
    pub fn take_runs(&self) -> io::Result<()> {
        set_option(self.fd(), libc::SOL_UDP, libc::UDP_GRO, 1)
    }

    /// The bound address.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// The descriptor, for a [`Poller`](crate::Poller).
    pub fn fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }

    /// Bytes of receive buffer that the kernel really gave.
    pub fn receive_buffer(&self) -> io::Result<usize> {
        // The kernel reports twice what was asked for, its own bookkeeping included (socket(7)).
        Ok(self.memory()?[libc::SK_MEMINFO_RCVBUF as usize] as usize / 2)
    }

    /// Datagrams that came while the receive buffer was full, since the socket was bound.
    pub fn dropped(&self) -> io::Result<u64> {
        Ok(u64::from(self.memory()?[libc::SK_MEMINFO_DROPS as usize]))
    }

    /// The kernel's figures about the socket, indexed by SK_MEMINFO_*.
    fn memory(&self) -> io::Result<[u32; 9]> {
        let mut figures = [0u32; 9];
        let mut length = mem::size_of_val(&figures) as libc::socklen_t;
        let target = (&raw mut figures).cast();
        // SAFETY: `figures` and `length` are valid for the kernel to fill, and it writes no more than `length` bytes.
        check(unsafe { libc::getsockopt(self.fd(), libc::SOL_SOCKET, libc::SO_MEMINFO, target, &mut length) })?;
        Ok(figures)
    }
}
