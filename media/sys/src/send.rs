//! Sending datagrams in batches: sendmmsg(2), with equal ones to one address folded into a single message that the kernel
//! cuts apart (UDP_SEGMENT, "GSO"). A frame of video is four or five equal packets to each viewer.

use std::io;
use std::mem;
use std::net::SocketAddr;
use std::ops::AddAssign;
use std::ptr;

use crate::sockaddr::RawAddr;
use crate::udp::UdpPort;

/// Messages in one system call.
const MAX_MESSAGES: usize = 64;
/// Segments in one message; the kernel takes 64 (UDP_MAX_SEGMENTS) on every version that knows GSO.
const MAX_SEGMENTS: usize = 32;
/// Bytes in one message: what an IP packet may hold before it is cut apart, with room for headers.
const MAX_MESSAGE_BYTES: usize = 60_000;

/// Datagrams from here on are pictures: sound, feedback and handshakes are smaller, and go first while the buffer is full.
const PICTURE_BYTES: usize = 400;

/// A path whose packets must be smaller refuses segments; a kernel that cannot cut at all refuses every message. After so many
/// refusals it is the kernel.
const MAX_REFUSALS: u32 = 64;

/// Room for one control message with a u16, aligned as `cmsghdr` wants.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Control([u8; 24]);

/// What became of a batch, in datagrams.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SendReport {
    /// Taken by the kernel.
    pub sent: usize,
    /// Dropped since the socket's buffer was full.
    pub blocked: usize,
    /// Dropped since the kernel refused them (no route, too long).
    pub failed: usize,
}

impl AddAssign for SendReport {
    fn add_assign(&mut self, other: SendReport) {
        self.sent += other.sent;
        self.blocked += other.blocked;
        self.failed += other.failed;
    }
}

/// Sends datagrams of one socket; reused, so that its scratch space is.
pub struct SendBatch {
    segmentation: bool,
    refusals: u32,
    /// The socket's buffer was full at the last call.
    pressed: bool,
}

/// A run of datagrams to one address: `[start, end)` of the order, all of `size` bytes but the last, which may be shorter.
struct Run {
    start: usize,
    end: usize,
    size: usize,
}

impl SendBatch {
    /// A sender that uses segmentation offload until the kernel refuses it.
    pub fn new() -> SendBatch {
        SendBatch { segmentation: true, refusals: 0, pressed: false }
    }

    /// A sender that hands over each datagram by itself.
    pub fn without_segmentation() -> SendBatch {
        SendBatch { segmentation: false, refusals: 0, pressed: false }
    }

    /// Sends datagrams without ever waiting. The order to each address is kept; between addresses it may change. After a call
    /// that found the socket's buffer full, pictures go last, so that they are what the next full buffer costs.
    pub fn send(&mut self, port: &UdpPort, datagrams: &[(SocketAddr, &[u8])]) -> SendReport {
        let order = self.order(datagrams);
        let runs = self.runs(datagrams, &order);
        let slices: Vec<libc::iovec> = order
            .iter()
            .map(|&index| {
                let bytes = datagrams[index].1;
                libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() }
            })
            .collect();
        let addresses: Vec<RawAddr> = runs.iter().map(|run| datagrams[order[run.start]].0.into()).collect();
        let mut controls: Vec<Control> = vec![Control([0; 24]); runs.len()];
        let mut headers: Vec<libc::mmsghdr> = runs
            .iter()
            .zip(&addresses)
            .zip(&mut controls)
            .map(|((run, address), control)| message(run, &slices, address, control))
            .collect();
        let mut report = SendReport::default();
        let mut next = 0;
        while next < headers.len() {
            let upto = (next + MAX_MESSAGES).min(headers.len());
            // SAFETY: every header points at iovecs, buffers, an address and a control block that live over the call.
            let result = unsafe {
                libc::sendmmsg(
                    port.fd(),
                    headers[next..upto].as_mut_ptr(),
                    (upto - next) as libc::c_uint,
                    libc::MSG_DONTWAIT,
                )
            };
            if result >= 0 {
                let taken = result as usize;
                report.sent += count(&runs[next..next + taken]);
                next += taken;
                continue;
            }
            let error = io::Error::last_os_error();
            match error.raw_os_error() {
                Some(libc::EINTR) => {}
                Some(libc::EAGAIN | libc::ENOBUFS) => {
                    report.blocked += count(&runs[next..]);
                    break;
                }
                Some(libc::EIO | libc::EINVAL) if runs[next].end - runs[next].start > 1 => {
                    self.refused();
                    let alone: Vec<_> =
                        order[runs[next].start..runs[next].end].iter().map(|&index| datagrams[index]).collect();
                    report += SendBatch::without_segmentation().send(port, &alone);
                    next += 1;
                }
                _ => {
                    report.failed += count(&runs[next..=next]);
                    next += 1;
                }
            }
        }
        self.pressed = report.blocked > 0;
        report
    }

    /// The order of sending, as indices: by address, so that runs form.
    fn order(&self, datagrams: &[(SocketAddr, &[u8])]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..datagrams.len()).collect();
        let picture = |index: usize| self.pressed && datagrams[index].1.len() >= PICTURE_BYTES;
        match self.segmentation {
            true => order.sort_by_key(|&index| (picture(index), datagrams[index].0)),
            false => order.sort_by_key(|&index| picture(index)),
        }
        order
    }

    /// Takes note of a message that the kernel would not cut apart; gives up on doing so after many.
    fn refused(&mut self) {
        self.refusals += 1;
        self.segmentation = self.refusals < MAX_REFUSALS;
    }

    /// Folds what lies together in the order into runs.
    fn runs(&self, datagrams: &[(SocketAddr, &[u8])], order: &[usize]) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::with_capacity(order.len());
        let mut closed = true;
        for (position, &index) in order.iter().enumerate() {
            let (address, bytes) = datagrams[index];
            if let Some(run) = runs.last_mut()
                && !closed
                && datagrams[order[run.start]].0 == address
                && bytes.len() <= run.size
                && !bytes.is_empty()
                && run.end - run.start < MAX_SEGMENTS
                && (run.end - run.start + 1) * run.size <= MAX_MESSAGE_BYTES
            {
                run.end = position + 1;
                closed = bytes.len() < run.size;
                continue;
            }
            runs.push(Run { start: position, end: position + 1, size: bytes.len() });
            closed = !self.segmentation || bytes.is_empty();
        }
        runs
    }
}

impl Default for SendBatch {
    fn default() -> SendBatch {
        SendBatch::new()
    }
}

fn count(runs: &[Run]) -> usize {
    runs.iter().map(|run| run.end - run.start).sum()
}

fn message(run: &Run, slices: &[libc::iovec], address: &RawAddr, control: &mut Control) -> libc::mmsghdr {
    // SAFETY: mmsghdr is plain data, for which all zeroes is a valid value (no name, no buffers).
    let mut header: libc::mmsghdr = unsafe { mem::zeroed() };
    header.msg_hdr.msg_name = (&raw const address.storage).cast_mut().cast();
    header.msg_hdr.msg_namelen = address.length;
    header.msg_hdr.msg_iov = slices[run.start..run.end].as_ptr().cast_mut();
    header.msg_hdr.msg_iovlen = run.end - run.start;
    if run.end - run.start > 1 {
        write_segment_size(control, run.size as u16);
        header.msg_hdr.msg_control = (&raw mut *control).cast();
        header.msg_hdr.msg_controllen = mem::size_of::<Control>();
    }
    header
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_go_last_while_the_buffer_is_full() {
        let (one, two) = ("192.0.2.1:1".parse().unwrap(), "192.0.2.2:1".parse().unwrap());
        let (sound, picture) = ([0u8; 100], [0u8; 1100]);
        let datagrams: [(SocketAddr, &[u8]); 4] = [(two, &picture), (two, &sound), (one, &picture), (one, &sound)];
        let mut sender = SendBatch::new();
        assert_eq!(sender.order(&datagrams), [2, 3, 0, 1]);
        sender.pressed = true;
        assert_eq!(sender.order(&datagrams), [3, 1, 2, 0]);
        let mut plain = SendBatch::without_segmentation();
        assert_eq!(plain.order(&datagrams), [0, 1, 2, 3]);
        plain.pressed = true;
        assert_eq!(plain.order(&datagrams), [1, 3, 0, 2]);
    }
}
