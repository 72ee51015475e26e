//! An eventfd: wakes a thread that sleeps in epoll, or an asyncio loop that watches the descriptor.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use crate::check;

/// A flag that makes a descriptor readable until it is cleared.
#[derive(Debug)]
pub struct Wake(OwnedFd);

impl Wake {
    /// A flag that is not set.
    pub fn new() -> io::Result<Wake> {
        // SAFETY: no pointers involved.
        let fd = check(unsafe { libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC) })?;
        // SAFETY: the kernel just gave us this descriptor and nobody else owns it.
        Ok(Wake(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// Sets the flag. Setting a set flag changes nothing.
    pub fn set(&self) {
        let one = 1u64.to_ne_bytes();
        // SAFETY: the buffer is 8 bytes long, as an eventfd wants. A full counter (EAGAIN) is a set flag.
        unsafe { libc::write(self.0.as_raw_fd(), one.as_ptr().cast(), one.len()) };
    }

    /// Clears the flag.
    pub fn clear(&self) {
        let mut count = [0u8; 8];
        // SAFETY: the buffer is 8 bytes long. An unset flag gives EAGAIN, which is as good.
        unsafe { libc::read(self.0.as_raw_fd(), count.as_mut_ptr().cast(), count.len()) };
    }

    /// The descriptor that becomes readable.
    pub fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Poller, Ready};
    use std::time::Duration;

    #[test]
    fn a_set_flag_is_readable_until_cleared() {
        let (wake, poller) = (Wake::new().unwrap(), Poller::new().unwrap());
        let mut ready: Vec<Ready> = Vec::new();
        poller.add(wake.fd(), 7, false).unwrap();
        poller.wait(Some(Duration::ZERO), &mut ready).unwrap();
        assert!(ready.is_empty());
        wake.set();
        wake.set();
        poller.wait(None, &mut ready).unwrap();
        assert_eq!(ready.iter().map(|r| r.token).collect::<Vec<_>>(), [7]);
        wake.clear();
        poller.wait(Some(Duration::ZERO), &mut ready).unwrap();
        assert!(ready.is_empty());
    }
}
