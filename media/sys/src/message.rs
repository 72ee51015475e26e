//! Messages for sendmmsg(2), each one datagram or several that the kernel cuts apart, and the memory in which it reads them.

use std::io;
use std::mem;
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::ptr;

use crate::sockaddr::RawAddr;

/// Messages in one system call.
const MAX_MESSAGES: usize = 64;

/// Room for one control message with a u16, aligned as `cmsghdr` wants.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Control([u8; 24]);

/// Datagrams to one address that the kernel gets in one piece: `bytes[start..end]`, each of `size` bytes but the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Message {
    pub destination: SocketAddr,
    pub start: usize,
    pub end: usize,
    pub size: usize,
}

impl Message {
    pub fn bytes(&self) -> usize {
        self.end - self.start
    }

    pub fn datagrams(&self) -> usize {
        self.bytes().div_ceil(self.size)
    }

    /// The same datagrams in messages of at most so many.
    pub fn split(self, most: usize) -> impl Iterator<Item = Message> {
        let step = most * self.size;
        (self.start..self.end).step_by(step).map(move |start| Message {
            start,
            end: self.end.min(start + step),
            ..self
        })
    }
}

/// What the kernel reads during a call. Nothing in it points anywhere between calls.
pub(crate) struct Messages {
    headers: Vec<libc::mmsghdr>,
    slices: Vec<libc::iovec>,
    addresses: Vec<RawAddr>,
    controls: Vec<Control>,
}

impl Messages {
    pub fn new() -> Messages {
        // SAFETY: mmsghdr is plain data, for which all zeroes is a valid value (no name, no buffers).
        let header: libc::mmsghdr = unsafe { mem::zeroed() };
        Messages {
            headers: vec![header; MAX_MESSAGES],
            slices: vec![libc::iovec { iov_base: ptr::null_mut(), iov_len: 0 }; MAX_MESSAGES],
            addresses: vec![RawAddr::empty(); MAX_MESSAGES],
            controls: vec![Control([0; 24]); MAX_MESSAGES],
        }
    }

    /// One sendmmsg of the first of `messages`; how many of them the kernel took. The error is that of the first one.
    ///
    /// # Panics
    /// Where a message does not lie in `bytes`.
    pub fn send(&mut self, fd: RawFd, bytes: &[u8], messages: &[Message]) -> io::Result<usize> {
        let count = messages.len().min(MAX_MESSAGES);
        for (index, message) in messages[..count].iter().enumerate() {
            let piece = &bytes[message.start..message.end];
            self.slices[index] = libc::iovec { iov_base: piece.as_ptr().cast_mut().cast(), iov_len: piece.len() };
            self.addresses[index].set(message.destination);
            let header = &mut self.headers[index].msg_hdr;
            header.msg_name = (&raw mut self.addresses[index].storage).cast();
            header.msg_namelen = self.addresses[index].length;
            header.msg_iov = &raw mut self.slices[index];
            header.msg_iovlen = 1;
            (header.msg_control, header.msg_controllen) = (ptr::null_mut(), 0);
            if message.datagrams() > 1 {
                write_segment_size(&mut self.controls[index], message.size as u16);
                header.msg_control = (&raw mut self.controls[index]).cast();
                header.msg_controllen = mem::size_of::<Control>();
            }
        }
        // SAFETY: the first `count` headers were just pointed at slices, addresses and control blocks of ours and at bytes of the
        // caller, all of which live and stay in place over the call. The kernel only reads through them.
        let taken = unsafe { libc::sendmmsg(fd, self.headers.as_mut_ptr(), count as libc::c_uint, libc::MSG_DONTWAIT) };
        if taken < 0 { Err(io::Error::last_os_error()) } else { Ok(taken as usize) }
    }
}

/// Writes the control message that names the size of the segments (udp(7), UDP_SEGMENT).
fn write_segment_size(control: &mut Control, size: u16) {
    let form = libc::cmsghdr {
        // SAFETY: CMSG_LEN only computes.
        cmsg_len: unsafe { libc::CMSG_LEN(mem::size_of::<u16>() as libc::c_uint) } as usize,
        cmsg_level: libc::SOL_UDP,
        cmsg_type: libc::UDP_SEGMENT,
    };
    // SAFETY: Control is aligned for a cmsghdr and has CMSG_SPACE(2) = 24 bytes: 16 of header, 8 of padded data.
    unsafe {
        let place: *mut libc::cmsghdr = (&raw mut *control).cast();
        place.write(form);
        ptr::copy_nonoverlapping(size.to_ne_bytes().as_ptr(), libc::CMSG_DATA(place), mem::size_of::<u16>());
    }
}
