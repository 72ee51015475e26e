//! Receiving datagrams in batches: recvmmsg(2).

use std::io;
use std::mem;
use std::net::SocketAddr;
use std::ptr;

use crate::sockaddr::{self, RawAddr};
use crate::udp::UdpPort;

/// Longer datagrams are cut off by the kernel and skipped here: nothing of ours exceeds an Ethernet frame.
const MAX_DATAGRAM: usize = 2048;

const ROOM_FOR_NAME: libc::socklen_t = mem::size_of::<libc::sockaddr_storage>() as libc::socklen_t;

/// Buffers for as many datagrams as one call may bring.
pub struct ReceiveBatch {
    bytes: Vec<u8>,
    sources: Vec<RawAddr>,
    slices: Vec<libc::iovec>,
    headers: Vec<libc::mmsghdr>,
    lengths: Vec<usize>,
}

impl ReceiveBatch {
    /// Buffers for `capacity` datagrams.
    pub fn new(capacity: usize) -> ReceiveBatch {
        // SAFETY: mmsghdr is plain data, for which all zeroes is a valid value (no name, no buffers).
        let header: libc::mmsghdr = unsafe { mem::zeroed() };
        let mut batch = ReceiveBatch {
            bytes: vec![0; capacity * MAX_DATAGRAM],
            sources: vec![RawAddr::empty(); capacity],
            slices: vec![libc::iovec { iov_base: ptr::null_mut(), iov_len: 0 }; capacity],
            headers: vec![header; capacity],
            lengths: Vec::with_capacity(capacity),
        };
        let places = batch.headers.iter_mut().zip(&mut batch.slices).zip(&mut batch.sources);
        for (((header, slice), source), chunk) in places.zip(batch.bytes.chunks_exact_mut(MAX_DATAGRAM)) {
            *slice = libc::iovec { iov_base: chunk.as_mut_ptr().cast(), iov_len: chunk.len() };
            header.msg_hdr.msg_name = (&raw mut source.storage).cast();
            header.msg_hdr.msg_namelen = ROOM_FOR_NAME;
            header.msg_hdr.msg_iov = slice;
            header.msg_hdr.msg_iovlen = 1;
        }
        batch
    }

    /// Takes what waits at a socket, in one call; 0 if nothing waits.
    pub fn receive(&mut self, port: &UdpPort) -> io::Result<usize> {
        // The kernel wrote over the room for a name where it put one.
        for header in &mut self.headers[..self.lengths.len()] {
            header.msg_hdr.msg_namelen = ROOM_FOR_NAME;
        }
        self.lengths.clear();
        // SAFETY: every header points at an iovec, a buffer and an address of ours, whose vectors never grow, so that they stay in
        // place for as long as `self` lives.
        let count = unsafe {
            libc::recvmmsg(
                port.fd(),
                self.headers.as_mut_ptr(),
                self.headers.len() as libc::c_uint,
                libc::MSG_DONTWAIT,
                ptr::null_mut(),
            )
        };
        if count < 0 {
            let error = io::Error::last_os_error();
            return match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(0),
                _ => Err(error),
            };
        }
        self.lengths.extend(
            self.headers[..count as usize].iter().map(|header| {
                if header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0 { 0 } else { header.msg_len as usize }
            }),
        );
        Ok(count as usize)
    }

    /// What the last call brought, in order of arrival. An oversized datagram shows as an empty one.
    pub fn iter(&self) -> impl Iterator<Item = (SocketAddr, &[u8])> {
        self.lengths.iter().enumerate().filter_map(|(index, &length)| {
            let source = sockaddr::parse(&self.sources[index].storage)?;
            let start = index * MAX_DATAGRAM;
            Some((source, &self.bytes[start..start + length]))
        })
    }
}
