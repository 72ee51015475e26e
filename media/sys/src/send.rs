//! Sending datagrams in batches: sendmmsg(2), with equal ones to one address as a single message that the kernel cuts apart
//! (UDP_SEGMENT, "GSO"). A frame of video is four or five equal packets to each viewer.

use std::mem;
use std::net::SocketAddr;
use std::ops::AddAssign;

use crate::delivery::Delivery;
use crate::message::{Message, Messages};
use crate::udp::UdpPort;

/// Segments in one message; the kernel takes 64 (UDP_MAX_SEGMENTS) on every version that knows GSO.
const MAX_SEGMENTS: usize = 32;
/// Bytes in one message: what an IP packet may hold before it is cut apart, with room for headers.
const MAX_MESSAGE_BYTES: usize = 60_000;

/// Datagrams from here on are pictures: sound, feedback and handshakes are smaller, and go first while the buffer is full.
pub(crate) const PICTURE_BYTES: usize = 400;

/// Datagrams to one address that lie behind each other: `bytes[start..end]`, each of `size` bytes but the last, which may be
/// shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendRun {
    /// Where they go.
    pub destination: SocketAddr,
    /// Where the first one begins.
    pub start: usize,
    /// Where the last one ends.
    pub end: usize,
    /// Bytes of each but the last; at least 1.
    pub size: usize,
}

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

/// Sends datagrams; reused, so that its scratch space is.
pub struct SendBatch {
    segmentation: bool,
    delivery: Delivery,
    /// The socket's buffer was full at the last call.
    pressed: bool,
    kernel: Messages,
    messages: Vec<Message>,
    gathered: Vec<u8>,
    runs: Vec<SendRun>,
}

impl SendBatch {
    /// A sender that uses segmentation offload, unless the kernel refuses it time after time.
    pub fn new() -> SendBatch {
        SendBatch::with(true)
    }

    /// A sender that hands over each datagram by itself.
    pub fn without_segmentation() -> SendBatch {
        SendBatch::with(false)
    }

    fn with(segmentation: bool) -> SendBatch {
        SendBatch {
            segmentation,
            delivery: Delivery::default(),
            pressed: false,
            kernel: Messages::new(),
            messages: Vec::new(),
            gathered: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// Sends runs of `bytes` in order, without ever waiting. After a call that found the socket's buffer full, pictures go last,
    /// so that they are what the next full buffer costs.
    ///
    /// # Panics
    /// Where a run does not lie in `bytes`, or has a `size` of 0.
    pub fn send_runs(&mut self, port: &UdpPort, bytes: &[u8], runs: &[SendRun]) -> SendReport {
        self.delivery.begin();
        let mut messages = mem::take(&mut self.messages);
        self.plan(runs, &mut messages);
        let kernel = &mut self.kernel;
        let report = self.delivery.deliver(&messages, |messages| kernel.send(port.fd(), bytes, messages));
        self.pressed = report.blocked > 0;
        self.messages = messages;
        report
    }

    /// Sends datagrams that lie anywhere. The order to each address is kept; between addresses it may change.
    pub fn send(&mut self, port: &UdpPort, datagrams: &[(SocketAddr, &[u8])]) -> SendReport {
        let (mut bytes, mut runs) = (mem::take(&mut self.gathered), mem::take(&mut self.runs));
        bytes.clear();
        runs.clear();
        let mut order: Vec<&(SocketAddr, &[u8])> =
            datagrams.iter().filter(|(_, datagram)| !datagram.is_empty()).collect();
        order.sort_by_key(|(destination, _)| *destination);
        for &&(destination, datagram) in &order {
            let (start, size) = (bytes.len(), datagram.len());
            bytes.extend_from_slice(datagram);
            match runs.last_mut() {
                Some(run) if run.takes(destination, size) => run.end = bytes.len(),
                _ => runs.push(SendRun { destination, start, end: bytes.len(), size }),
            }
        }
        let report = self.send_runs(port, &bytes, &runs);
        (self.gathered, self.runs) = (bytes, runs);
        report
    }

    /// The messages to send, in order.
    fn plan(&self, runs: &[SendRun], messages: &mut Vec<Message>) {
        messages.clear();
        let segmentation = self.segmentation && self.delivery.resting == 0 && !self.pressed;
        messages.extend(runs.iter().flat_map(|run| run.messages(segmentation)));
        if self.pressed {
            // The short last packet of a picture goes with the small ones, ahead of the rest; receivers reorder.
            messages.sort_by_key(|message| message.bytes() >= PICTURE_BYTES);
        }
    }
}

impl Default for SendBatch {
    fn default() -> SendBatch {
        SendBatch::new()
    }
}

impl SendRun {
    /// Whether a datagram may be appended: a shorter one than the others closes the run.
    fn takes(&self, destination: SocketAddr, size: usize) -> bool {
        let open = (self.end - self.start).is_multiple_of(self.size);
        open && destination == self.destination && size <= self.size
    }

    /// The run as messages that the kernel takes.
    fn messages(&self, segmentation: bool) -> impl Iterator<Item = Message> + use<> {
        let SendRun { destination, start, end, size } = *self;
        let most = if segmentation { (MAX_MESSAGE_BYTES / size).clamp(1, MAX_SEGMENTS) } else { 1 };
        Message { destination, start, end, size }.split(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{MAX_REFUSALS, REST};

    fn run(port: u16, start: usize, end: usize, size: usize) -> SendRun {
        SendRun { destination: SocketAddr::from(([192, 0, 2, 1], port)), start, end, size }
    }

    #[test]
    fn pictures_go_last_while_the_buffer_is_full() {
        let runs = [run(2, 0, 2500, 1100), run(2, 2500, 2600, 100), run(1, 2600, 3700, 1100), run(1, 3700, 3800, 100)];
        let plan = |sender: &SendBatch| -> Vec<(u16, usize)> {
            let mut messages = Vec::new();
            sender.plan(&runs, &mut messages);
            messages.iter().map(|message| (message.destination.port(), message.bytes())).collect()
        };
        let mut sender = SendBatch::new();
        assert_eq!(plan(&sender), [(2, 2500), (2, 100), (1, 1100), (1, 100)]);
        sender.pressed = true;
        assert_eq!(plan(&sender), [(2, 300), (2, 100), (1, 100), (2, 1100), (2, 1100), (1, 1100)]);
    }

    /// How the kernel takes a message that it is to cut apart; the port 0 it refuses like a path that is too small.
    fn send_pair(sender: &mut SendBatch, from: &UdpPort, port: u16) -> SendReport {
        let destination = SocketAddr::from(([127, 0, 0, 1], port));
        sender.send_runs(from, &[7; 200], &[SendRun { destination, start: 0, end: 200, size: 100 }])
    }

    #[test]
    fn one_small_path_does_not_end_segmentation_for_all() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let (from, to) = (UdpPort::bind(any).unwrap(), UdpPort::bind(any).unwrap());
        let mut sender = SendBatch::new();
        for _ in 0..4 * MAX_REFUSALS {
            assert_eq!(send_pair(&mut sender, &from, 0).failed, 2);
            assert_eq!(send_pair(&mut sender, &from, to.local().port()).sent, 2);
        }
        assert_eq!((sender.delivery.refusals, sender.delivery.resting), (0, 0));
    }

    #[test]
    fn a_kernel_that_refuses_all_is_asked_again_after_a_while() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let (from, to) = (UdpPort::bind(any).unwrap(), UdpPort::bind(any).unwrap());
        let mut sender = SendBatch::new();
        for _ in 0..MAX_REFUSALS {
            assert_eq!(sender.delivery.resting, 0);
            send_pair(&mut sender, &from, 0);
        }
        assert_eq!(sender.delivery.resting, REST);
        sender.delivery.resting = 2;
        assert_eq!(send_pair(&mut sender, &from, 0).failed, 2);
        assert_eq!(sender.delivery.resting, 1, "nothing was to be cut, so nothing was refused");
        send_pair(&mut sender, &from, 0);
        assert_eq!(sender.delivery.resting, REST, "one more refusal is enough");
        sender.delivery.resting = 1;
        assert_eq!(send_pair(&mut sender, &from, to.local().port()).sent, 2);
        assert_eq!((sender.delivery.refusals, sender.delivery.resting), (0, 0));
    }

    #[test]
    fn a_run_is_cut_into_messages_that_the_kernel_takes() {
        let cut = |run: SendRun, segmentation| -> Vec<(usize, usize)> {
            run.messages(segmentation).map(|message| (message.start, message.end)).collect()
        };
        assert_eq!(cut(run(1, 10, 35, 10), true), [(10, 35)]);
        assert_eq!(cut(run(1, 10, 35, 10), false), [(10, 20), (20, 30), (30, 35)]);
        assert_eq!(cut(run(1, 0, 70, 1), true), [(0, 32), (32, 64), (64, 70)]);
        assert_eq!(cut(run(1, 0, 60_000, 20_001), true), [(0, 40_002), (40_002, 60_000)]);
        assert_eq!(cut(run(1, 0, 70_000, 70_000), true), [(0, 70_000)]);
    }
}
