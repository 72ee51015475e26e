//! When to look at what has time of what comes in.
//!
//! Reports of what has arrived come to sockets of their own ([`UdpPort::set_reports_aside`](echo_sys::UdpPort::set_reports_aside)).
//! Fifty viewers send five hundred of them a second, and to wake up for a message costs several times what it takes to read it:
//! so they are read whenever something else has woken the worker, media mostly.

use std::time::{Duration, Instant};

/// Looked for no oftener than this ...
const APART: Duration = Duration::from_millis(5);
/// ... and woken up for after this where nothing else wakes the worker; a voice does every 20 ms. What feedback tells of has
/// waited longer than that for feedback to be sent.
const LONGEST: Duration = Duration::from_millis(25);
/// Where nothing has come for so long, the next message wakes the worker.
const QUIET: Duration = Duration::from_millis(500);

/// When to look, and whether the sockets are watched meanwhile.
#[derive(Debug)]
pub(crate) struct Aside {
    watched: bool,
    looked: Instant,
    found: Instant,
}

impl Aside {
    /// Sockets that are watched, and have had nothing yet.
    pub(crate) fn new(now: Instant) -> Aside {
        Aside { watched: true, looked: now, found: now }
    }

    /// When to wake up for a look; `None` while the sockets do that themselves.
    pub(crate) fn due(&self) -> Option<Instant> {
        (!self.watched).then(|| self.looked + LONGEST)
    }

    /// Whether to look, now that the worker is awake.
    pub(crate) fn wants(&self, now: Instant) -> bool {
        !self.watched && now >= self.looked + APART
    }

    /// A look has found so many datagrams. Whether the sockets are to be watched from now on, where that changes.
    pub(crate) fn looked(&mut self, now: Instant, found: usize) -> Option<bool> {
        self.looked = now;
        if found > 0 {
            self.found = now;
        }
        let watched = now.saturating_duration_since(self.found) >= QUIET;
        (std::mem::replace(&mut self.watched, watched) != watched).then_some(watched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_message_wakes_the_worker_and_the_last_one_lets_the_sockets_do_so_again() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut aside = Aside::new(start);
        assert_eq!((aside.due(), aside.wants(at(9000))), (None, false), "nobody is woken where nothing comes");
        assert_eq!(aside.looked(at(9000), 1), Some(false));
        assert_eq!(aside.due(), Some(at(9000) + LONGEST));
        assert_eq!([aside.wants(at(9004)), aside.wants(at(9005))], [false, true]);
        assert_eq!(aside.looked(at(9005), 3), None);
        assert_eq!(aside.looked(at(9504), 0), None);
        assert_eq!(aside.looked(at(9505), 0), Some(true));
        assert_eq!(aside.due(), None);
    }
}
