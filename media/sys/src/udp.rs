//! A UDP socket that never blocks, with large buffers.

use std::io;
use std::mem;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};

use crate::check;
use crate::socket::{bind, choose_socket, instruction, open, set_option};

/// Asked for both ways: a burst of keyframes to a full room fits, and a worker held up for a while loses nothing.
const BUFFER_BYTES: libc::c_int = 4 << 20;

/// Which of two sockets gets a datagram: the second where it begins with a receiver report, packet type 201 (RFC 3550, section
/// 6.4.2), or with transport-wide feedback, packet type 205 and format 15 (draft-holmer-rmcat-transport-wide-cc-extensions-01,
/// section 3.1). SRTCP leaves that much readable (RFC 3711, section 3.4). A datagram too short to tell ends the program with 0.
const REPORTS_TO_SECOND: [libc::sock_filter; 11] = [
    instruction(libc::BPF_LD | libc::BPF_B | libc::BPF_ABS, 0, (0, 0)),
    instruction(libc::BPF_ALU | libc::BPF_AND | libc::BPF_K, 0xc0, (0, 0)),
    instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0x80, (0, 7)),
    instruction(libc::BPF_LD | libc::BPF_B | libc::BPF_ABS, 1, (0, 0)),
    instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 201, (4, 0)),
    instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 205, (0, 4)),
    instruction(libc::BPF_LD | libc::BPF_B | libc::BPF_ABS, 0, (0, 0)),
    instruction(libc::BPF_ALU | libc::BPF_AND | libc::BPF_K, 0x1f, (0, 0)),
    instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 15, (0, 1)),
    instruction(libc::BPF_RET | libc::BPF_K, 1, (0, 0)),
    instruction(libc::BPF_RET | libc::BPF_K, 0, (0, 0)),
];
/// A bound UDP socket. Its own family only: an IPv6 socket takes no IPv4.
#[derive(Debug)]
pub struct UdpPort {
    socket: UdpSocket,
    local: SocketAddr,
}

impl UdpPort {
    /// Binds an address; port 0 lets the system choose.
    pub fn bind(addr: SocketAddr) -> io::Result<UdpPort> {
        UdpPort::bound(UdpSocket::from(open(addr, libc::SOCK_DGRAM)?), addr)
    }

    /// Binds a second socket to the same address. The kernel gives it what begins with a report of what has arrived: a receiver report
    /// or transport-wide feedback. All else, requests for packets and for keyframes too, still comes to this one.
    pub fn set_reports_aside(&self) -> io::Result<UdpPort> {
        let second = UdpSocket::from(open(self.local, libc::SOCK_DGRAM)?);
        // Only now: who binds without this finds the address in use, and so does who comes after.
        set_option(self.fd(), libc::SOL_SOCKET, libc::SO_REUSEPORT, 1)?;
        set_option(second.as_raw_fd(), libc::SOL_SOCKET, libc::SO_REUSEPORT, 1)?;
        let second = UdpPort::bound(second, self.local)?;
        choose_socket(second.fd(), &REPORTS_TO_SECOND)?;
        Ok(second)
    }

    fn bound(socket: UdpSocket, addr: SocketAddr) -> io::Result<UdpPort> {
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
