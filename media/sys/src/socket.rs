//! Making sockets.

use std::io;
use std::mem;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use crate::check;
use crate::sockaddr::RawAddr;

/// Sets an integer option (setsockopt(2)).
pub(crate) fn set_option(fd: RawFd, level: libc::c_int, name: libc::c_int, value: libc::c_int) -> io::Result<()> {
    let length = mem::size_of_val(&value) as libc::socklen_t;
    // SAFETY: `value` lives over the call and has `length` bytes.
    check(unsafe { libc::setsockopt(fd, level, name, (&raw const value).cast(), length) })?;
    Ok(())
}

/// An instruction of a classic BPF program; `jumps` is how many are skipped where a comparison holds, and where it fails.
pub(crate) const fn instruction(code: u32, k: u32, jumps: (u8, u8)) -> libc::sock_filter {
    libc::sock_filter { code: code as u16, jt: jumps.0, jf: jumps.1, k }
}

/// Lets a program choose between the sockets that share an address, by what a datagram holds: 0 for the one that was bound first
/// (SO_ATTACH_REUSEPORT_CBPF of socket(7)).
pub(crate) fn choose_socket(fd: RawFd, program: &[libc::sock_filter]) -> io::Result<()> {
    let program = libc::sock_fprog { len: program.len() as u16, filter: program.as_ptr().cast_mut() };
    let length = mem::size_of_val(&program) as libc::socklen_t;
    let given = (&raw const program).cast();
    // SAFETY: `program` names `len` instructions that live over the call, and the kernel only reads and copies them.
    check(unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_ATTACH_REUSEPORT_CBPF, given, length) })?;
    Ok(())
}

/// A socket of the address's family that never blocks.
pub(crate) fn open(addr: SocketAddr, kind: libc::c_int) -> io::Result<OwnedFd> {
    let family = if addr.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    // SAFETY: no pointers involved.
    let fd = check(unsafe { libc::socket(family, kind | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC, 0) })?;
    // SAFETY: the kernel just gave us this descriptor and nobody else owns it.
    let socket = unsafe { OwnedFd::from_raw_fd(fd) };
    if addr.is_ipv6() {
        set_option(fd, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, 1)?;
    }
    Ok(socket)
}

/// Binds a socket to an address.
pub(crate) fn bind(fd: RawFd, addr: SocketAddr) -> io::Result<()> {
    let raw = RawAddr::from(addr);
    // SAFETY: `raw` holds an address of `length` bytes.
    check(unsafe { libc::bind(fd, (&raw const raw.storage).cast(), raw.length) })?;
    Ok(())
}

/// A listening TCP socket of the address's own family, which may be taken again right after a restart.
pub(crate) fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = open(addr, libc::SOCK_STREAM)?;
    let fd = socket.as_raw_fd();
    set_option(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, 1)?;
    bind(fd, addr)?;
    // SAFETY: no pointers involved.
    check(unsafe { libc::listen(fd, libc::SOMAXCONN) })?;
    Ok(TcpListener::from(socket))
}
