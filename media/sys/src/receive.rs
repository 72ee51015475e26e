//! Receiving datagrams in batches: recvmmsg(2).

use std::io;
use std::mem;
use std::net::SocketAddr;
use std::ptr;

use crate::sockaddr::{self, RawAddr};
use crate::udp::UdpPort;

/// Longer datagrams are cut off by the kernel and skipped here: nothing of ours exceeds an Ethernet frame.
const MAX_DATAGRAM: usize = 2048;

/// Buffers for as many datagrams as one call may bring.
pub struct ReceiveBatch {
    bytes: Vec<u8>,
    sources: Vec<RawAddr>,
    lengths: Vec<usize>,
}

impl ReceiveBatch {
    /// Buffers for `capacity` datagrams.
    pub fn new(capacity: usize) -> ReceiveBatch {
        ReceiveBatch {
            bytes: vec![0; capacity * MAX_DATAGRAM],
            sources: vec![RawAddr::empty(); capacity],
            lengths: Vec::with_capacity(capacity),
        }
    }

    /// Takes what waits at a socket, in one call; 0 if nothing waits.
    pub fn receive(&mut self, port: &UdpPort) -> io::Result<usize> {
        self.lengths.clear();
        let mut slices: Vec<libc::iovec> = self
            .bytes
            .chunks_exact_mut(MAX_DATAGRAM)
            .map(|chunk| libc::iovec { iov_base: chunk.as_mut_ptr().cast(), iov_len: chunk.len() })
            .collect();
        let mut headers: Vec<libc::mmsghdr> =
            slices.iter_mut().zip(&mut self.sources).map(|(slice, source)| header(slice, source)).collect();
        // SAFETY: every header points at an iovec, a buffer and an address that live over the call.
        let count = unsafe {
            libc::recvmmsg(
                port.fd(),
                headers.as_mut_ptr(),
                headers.len() as libc::c_uint,
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
            headers[..count as usize].iter().map(|header| {
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

fn header(slice: &mut libc::iovec, source: &mut RawAddr) -> libc::mmsghdr {
    // SAFETY: mmsghdr is plain data, for which all zeroes is a valid value (no name, no buffers).
    let mut header: libc::mmsghdr = unsafe { mem::zeroed() };
    header.msg_hdr.msg_name = (&raw mut source.storage).cast();
    header.msg_hdr.msg_namelen = mem::size_of::<libc::sockaddr_storage>() as libc::socklen_t;
    header.msg_hdr.msg_iov = slice;
    header.msg_hdr.msg_iovlen = 1;
    header
}
