//! Handing a batch of messages to the kernel: what it refuses, what it has no room for, and what is then offered once more.

use std::io;

use crate::message::Message;
use crate::send::{PICTURE_BYTES, SendReport};

/// A path whose packets must be smaller refuses segments; a kernel that cannot cut at all refuses every message. After so many
/// refusals in a row, with no message cut in between, it may be the kernel.
pub(crate) const MAX_REFUSALS: u32 = 64;
/// ... which is tried again after so many batches: it may have been one viewer on a small path who was alone.
pub(crate) const REST: u32 = 10_000;

/// Delivers batches, and remembers how the kernel took them.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    /// Messages in a row that the kernel would not cut apart.
    pub refusals: u32,
    /// Batches to go without segmentation before it is tried again.
    pub resting: u32,
    /// What there was no room for.
    left: Vec<Message>,
}

impl Delivery {
    /// Another batch begins.
    pub fn begin(&mut self) {
        self.resting = self.resting.saturating_sub(1);
    }

    /// Hands messages to the kernel, in order. Where it has no room for one, those of small datagrams are offered once more before
    /// the rest is dropped: other receivers' sound lies behind one's pictures, and there may be room for it a moment later.
    pub fn deliver(
        &mut self,
        messages: &[Message],
        mut send: impl FnMut(&[Message]) -> io::Result<usize>,
    ) -> SendReport {
        let mut report = self.offer(messages, &mut send);
        let mut left = std::mem::take(&mut self.left);
        report.blocked = count(&left);
        left.retain(|message| message.size < PICTURE_BYTES);
        if !left.is_empty() {
            report.blocked -= count(&left);
            report += self.offer(&left, &mut send);
            report.blocked += count(&self.left);
        }
        left.clear();
        self.left = left;
        report
    }

    /// Hands messages to the kernel until it has taken or refused all of them, or has no room; keeps what is left then.
    fn offer(&mut self, messages: &[Message], send: &mut impl FnMut(&[Message]) -> io::Result<usize>) -> SendReport {
        let mut report = SendReport::default();
        let mut rest = messages;
        while let Some(next) = rest.first() {
            match send(rest) {
                Ok(taken) => {
                    report.sent += count(&rest[..taken]);
                    if self.refusals > 0 && rest[..taken].iter().any(|message| message.datagrams() > 1) {
                        self.refusals = 0;
                    }
                    rest = &rest[taken..];
                }
                Err(error) => match error.raw_os_error() {
                    Some(libc::EINTR) => {}
                    Some(libc::EAGAIN | libc::ENOBUFS) => {
                        self.left.extend_from_slice(rest);
                        return report;
                    }
                    Some(libc::EIO | libc::EINVAL) if next.datagrams() > 1 => {
                        self.refused();
                        let alone: Vec<Message> = next.split(1).collect();
                        report += self.offer(&alone, send);
                        rest = &rest[1..];
                    }
                    _ => {
                        report.failed += next.datagrams();
                        rest = &rest[1..];
                    }
                },
            }
        }
        report
    }

    /// Takes note of a message that the kernel would not cut apart; gives up for a while after many in a row. When that time is
    /// over, one more refusal is enough.
    fn refused(&mut self) {
        self.refusals = (self.refusals + 1).min(MAX_REFUSALS);
        if self.refusals == MAX_REFUSALS {
            self.resting = REST;
        }
    }
}

fn count(messages: &[Message]) -> usize {
    messages.iter().map(Message::datagrams).sum()
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn message(datagrams: usize, size: usize) -> Message {
        Message { destination: SocketAddr::from(([192, 0, 2, 1], 1)), start: 0, end: datagrams * size, size }
    }

    /// A kernel with room for so many bytes.
    fn kernel(mut room: usize) -> impl FnMut(&[Message]) -> io::Result<usize> {
        move |messages| {
            if messages[0].bytes() > room {
                return Err(io::Error::from_raw_os_error(libc::EAGAIN));
            }
            room -= messages[0].bytes();
            Ok(1)
        }
    }

    #[test]
    fn sound_behind_a_picture_that_finds_no_room_still_goes_out() {
        let batch =
            [message(3, 1100), message(1, 100), message(20, 1100), message(2, 100), message(1, 1100), message(1, 90)];
        let mut delivery = Delivery::default();
        for _ in 0..2 {
            let report = delivery.deliver(&batch, kernel(4000));
            assert_eq!(report, SendReport { sent: 7, blocked: 21, failed: 0 });
        }
        let report = delivery.deliver(&batch, kernel(3450));
        assert_eq!(report, SendReport { sent: 4, blocked: 24, failed: 0 }, "offered once more, not again and again");
        assert_eq!(delivery.deliver(&batch, kernel(50)), SendReport { sent: 0, blocked: 28, failed: 0 });
        assert_eq!(delivery.deliver(&batch, kernel(100_000)), SendReport { sent: 28, blocked: 0, failed: 0 });
    }
}
