//! Waiting for several descriptors at once: level-triggered epoll.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::Duration;

use crate::check;

/// Descriptors reported by one wait; the rest is reported by the next.
const BATCH: usize = 64;

/// A descriptor that has something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// The token it was added with.
    pub token: u64,
    /// Something to read, or the other end is gone (then a read says so).
    pub readable: bool,
    /// Room to write again.
    pub writable: bool,
}

/// An epoll instance.
#[derive(Debug)]
pub struct Poller(OwnedFd);

impl Poller {
    /// An instance that watches nothing.
    pub fn new() -> io::Result<Poller> {
        // SAFETY: no pointers involved.
        let fd = check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: the kernel just gave us this descriptor and nobody else owns it.
        Ok(Poller(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    fn control(&self, operation: libc::c_int, fd: RawFd, token: u64, writable: bool) -> io::Result<()> {
        let wanted = libc::EPOLLIN | if writable { libc::EPOLLOUT } else { 0 };
        let mut event = libc::epoll_event { events: wanted as u32, u64: token };
        // SAFETY: `event` lives over the call; a bad descriptor gives EBADF.
        check(unsafe { libc::epoll_ctl(self.0.as_raw_fd(), operation, fd, &mut event) })?;
        Ok(())
    }

    /// Watches a descriptor for reading, and for writing too if `writable`. Closing it ends the watch.
    pub fn add(&self, fd: RawFd, token: u64, writable: bool) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_ADD, fd, token, writable)
    }

    /// Changes whether a watched descriptor is watched for writing.
    pub fn change(&self, fd: RawFd, token: u64, writable: bool) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_MOD, fd, token, writable)
    }

    /// Ends the watch of a descriptor that stays open.
    pub fn remove(&self, fd: RawFd) -> io::Result<()> {
        self.control(libc::EPOLL_CTL_DEL, fd, 0, false)
    }

    /// Waits until a watched descriptor is ready or `timeout` has passed; `None` waits for ever.
    ///
    /// Fills `ready`, which is empty after a timeout or a signal. Timeouts are rounded up to whole milliseconds, so that a
    /// timer is never found early and polled again.
    pub fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let milliseconds = match timeout {
            None => -1,
            Some(time) => time.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as libc::c_int,
        };
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; BATCH];
        ready.clear();
        // SAFETY: `events` has room for BATCH entries.
        let count =
            unsafe { libc::epoll_wait(self.0.as_raw_fd(), events.as_mut_ptr(), BATCH as libc::c_int, milliseconds) };
        let count = match check(count) {
            Ok(count) => count as usize,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            Err(error) => return Err(error),
        };
        const GONE: i32 = libc::EPOLLERR | libc::EPOLLHUP | libc::EPOLLRDHUP;
        ready.extend(events[..count].iter().map(|event| {
            let bits = event.events as i32;
            Ready {
                token: event.u64,
                readable: bits & (libc::EPOLLIN | GONE) != 0,
                writable: bits & libc::EPOLLOUT != 0,
            }
        }));
        Ok(())
    }
}
