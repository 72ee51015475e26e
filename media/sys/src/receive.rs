//! Receiving datagrams in batches: recvmmsg(2), and where a socket asks for it equal ones from one address as a single message
//! (UDP_GRO), the way [`SendBatch`](crate::SendBatch) sends them.

use std::io;
use std::mem;
use std::net::SocketAddr;
use std::ptr;

use crate::sockaddr::{self, RawAddr};
use crate::udp::UdpPort;

/// Longer datagrams are cut off by the kernel and skipped here: nothing of ours exceeds an Ethernet frame.
const MAX_DATAGRAM: usize = 2048;
/// As much as the kernel ever puts into one message.
const MAX_RUN: usize = 65_536;

/// Room for one control message with an int, aligned as `cmsghdr` wants.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Control([u8; 24]);

const ROOM_FOR_NAME: libc::socklen_t = mem::size_of::<libc::sockaddr_storage>() as libc::socklen_t;

/// Buffers for as many datagrams, or runs of them, as one call may bring.
pub struct ReceiveBatch {
    /// Bytes of each buffer.
    room: usize,
    bytes: Vec<u8>,
    sources: Vec<RawAddr>,
    slices: Vec<libc::iovec>,
    headers: Vec<libc::mmsghdr>,
    controls: Vec<Control>,
    /// Of each message its bytes, and of each but the last of its datagrams.
    lengths: Vec<(usize, usize)>,
}

impl ReceiveBatch {
    /// Buffers for `capacity` datagrams.
    pub fn new(capacity: usize) -> ReceiveBatch {
        ReceiveBatch::with(capacity, MAX_DATAGRAM)
    }

    /// Buffers for `capacity` runs, as a socket gives them that [takes runs](UdpPort::take_runs).
    pub fn of_runs(capacity: usize) -> ReceiveBatch {
        ReceiveBatch::with(capacity, MAX_RUN)
    }

    fn with(capacity: usize, room: usize) -> ReceiveBatch {
        // SAFETY: mmsghdr is plain data, for which all zeroes is a valid value (no name, no buffers).
        let header: libc::mmsghdr = unsafe { mem::zeroed() };
        let mut batch = ReceiveBatch {
            room,
            bytes: vec![0; capacity * room],
            sources: vec![RawAddr::empty(); capacity],
            slices: vec![libc::iovec { iov_base: ptr::null_mut(), iov_len: 0 }; capacity],
            headers: vec![header; capacity],
            controls: vec![Control([0; 24]); capacity],
            lengths: Vec::with_capacity(capacity),
        };
        let places = batch.headers.iter_mut().zip(&mut batch.slices).zip(&mut batch.sources).zip(&mut batch.controls);
        for ((((header, slice), source), control), chunk) in places.zip(batch.bytes.chunks_exact_mut(room)) {
            *slice = libc::iovec { iov_base: chunk.as_mut_ptr().cast(), iov_len: chunk.len() };
            header.msg_hdr.msg_name = (&raw mut source.storage).cast();
            header.msg_hdr.msg_namelen = ROOM_FOR_NAME;
            header.msg_hdr.msg_iov = slice;
            header.msg_hdr.msg_iovlen = 1;
            header.msg_hdr.msg_control = (&raw mut *control).cast();
            header.msg_hdr.msg_controllen = mem::size_of::<Control>();
        }
        batch
    }

    /// Takes what waits at a socket, in one call; 0 if nothing waits.
    pub fn receive(&mut self, port: &UdpPort) -> io::Result<usize> {
        // The kernel wrote over the room for a name and for control messages where it put some.
        for header in &mut self.headers[..self.lengths.len()] {
            header.msg_hdr.msg_namelen = ROOM_FOR_NAME;
            header.msg_hdr.msg_controllen = mem::size_of::<Control>();
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
        self.lengths.extend(self.headers[..count as usize].iter().zip(&self.controls).map(|(header, control)| {
            let cut_off = header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0;
            let length = if cut_off { 0 } else { header.msg_len as usize };
            (length, segment_size(&header.msg_hdr, control).unwrap_or(length))
        }));
        Ok(count as usize)
    }

    /// What the last call brought, in order of arrival. An oversized datagram shows as an empty one.
    pub fn iter(&self) -> impl Iterator<Item = (SocketAddr, &[u8])> {
        let messages = self.lengths.iter().enumerate().filter_map(|(index, &(length, size))| {
            let source = sockaddr::parse(&self.sources[index].storage)?;
            let start = index * self.room;
            Some((source, &self.bytes[start..start + length], size))
        });
        messages.flat_map(|(source, bytes, size)| {
            let alone = bytes.is_empty().then_some(bytes);
            alone.into_iter().chain(bytes.chunks(size.max(1))).map(move |datagram| (source, datagram))
        })
    }
}

/// Bytes of each datagram of a run but the last, where a message is one (udp(7), UDP_GRO).
fn segment_size(header: &libc::msghdr, control: &Control) -> Option<usize> {
    // SAFETY: CMSG_LEN only computes.
    let whole = unsafe { libc::CMSG_LEN(mem::size_of::<libc::c_int>() as libc::c_uint) } as usize;
    if header.msg_controllen < whole {
        return None;
    }
    let place: *const libc::cmsghdr = (&raw const *control).cast();
    // SAFETY: Control is aligned for a cmsghdr, has room for it, and any bytes are a valid value of it.
    let form = unsafe { place.read() };
    if form.cmsg_level != libc::SOL_UDP || form.cmsg_type != libc::UDP_GRO || form.cmsg_len < whole {
        return None;
    }
    let mut size = [0; mem::size_of::<libc::c_int>()];
    // SAFETY: the data of a message of this length lies within Control.
    unsafe { ptr::copy_nonoverlapping(libc::CMSG_DATA(place), size.as_mut_ptr(), size.len()) };
    usize::try_from(libc::c_int::from_ne_bytes(size)).ok().filter(|size| *size > 0)
}
