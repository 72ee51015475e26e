//! The way between workers: what others have to tell a worker waits here until it looks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use echo_core::Freight;
use echo_sys::Wake;

/// With so many crossings waiting no more pictures are taken, so that sound still is: some hundredths of a second of a full worker.
const MOST_WITH_PICTURES: usize = 4096;
/// With so many waiting no more sound is taken either. What says how things stand always is.
const MOST_WITH_SOUND: usize = 8192;

/// What one posting had no room for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dropped {
    pub pictures: u64,
    pub sounds: u64,
}

/// Crossings on their way to one worker, each with the worker that it is from. Any thread may post.
pub(crate) struct Mailbox<T> {
    waiting: Mutex<Vec<(u16, T)>>,
    wake: Arc<Wake>,
}

impl<T> Mailbox<T> {
    /// An empty one, whose owner is woken by this.
    pub fn new(wake: Arc<Wake>) -> Mailbox<T> {
        Mailbox { waiting: Mutex::new(Vec::new()), wake }
    }

    /// Takes what there is room for, and wakes the owner unless it was woken by what waits already.
    pub fn post(&self, from: u16, crossings: impl Iterator<Item = (Freight, T)>) -> Dropped {
        let mut dropped = Dropped::default();
        let wakes = {
            let mut waiting = self.lock();
            let was_empty = waiting.is_empty();
            for (freight, crossing) in crossings {
                match freight {
                    Freight::Picture if waiting.len() >= MOST_WITH_PICTURES => dropped.pictures += 1,
                    Freight::Sound if waiting.len() >= MOST_WITH_SOUND => dropped.sounds += 1,
                    _ => waiting.push((from, crossing)),
                }
            }
            was_empty && !waiting.is_empty()
        };
        if wakes {
            self.wake.set();
        }
        dropped
    }

    /// Exchanges an empty list for everything that waits, in the order in which it was posted.
    pub fn take(&self, into: &mut Vec<(u16, T)>) {
        into.clear();
        std::mem::swap(&mut *self.lock(), into);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(u16, T)>> {
        // Nothing between lock and unlock can leave the list half changed.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use echo_sys::{Poller, Ready};
    use std::time::Duration;

    fn woken(wake: &Wake) -> bool {
        let (poller, mut ready) = (Poller::new().unwrap(), Vec::<Ready>::new());
        poller.add(wake.fd(), 0, false).unwrap();
        poller.wait(Some(Duration::ZERO), &mut ready).unwrap();
        wake.clear();
        !ready.is_empty()
    }

    #[test]
    fn whoever_has_mail_is_woken_once() {
        let wake = Arc::new(Wake::new().unwrap());
        let mailbox = Mailbox::new(wake.clone());
        mailbox.post(1, std::iter::empty::<(Freight, u32)>());
        assert!(!woken(&wake));
        mailbox.post(1, [(Freight::State, 1), (Freight::Sound, 2)].into_iter());
        assert!(woken(&wake));
        mailbox.post(2, [(Freight::Picture, 3)].into_iter());
        assert!(!woken(&wake), "it knows already");
        let mut mail = vec![(9, 9)];
        mailbox.take(&mut mail);
        assert_eq!(mail, [(1, 1), (1, 2), (2, 3)]);
        mailbox.post(2, [(Freight::Picture, 4)].into_iter());
        assert!(woken(&wake));
    }

    #[test]
    fn pictures_are_dropped_before_sound_and_state_never() {
        let mailbox = Mailbox::new(Arc::new(Wake::new().unwrap()));
        let many = |freight| (0..10_000).map(move |number| (freight, number));
        let some = |freight| (0..100).map(move |number| (freight, number));
        let dropped = mailbox.post(1, many(Freight::Picture));
        assert_eq!(dropped, Dropped { pictures: 10_000 - MOST_WITH_PICTURES as u64, sounds: 0 });
        assert_eq!(mailbox.post(1, some(Freight::Sound)), Dropped::default());
        assert_eq!(mailbox.post(1, many(Freight::State)), Dropped::default());
        assert_eq!(mailbox.post(1, some(Freight::Sound)), Dropped { pictures: 0, sounds: 100 });
        assert_eq!(mailbox.post(1, some(Freight::State)), Dropped::default());
        let mut mail = Vec::new();
        mailbox.take(&mut mail);
        assert_eq!(mail.len(), MOST_WITH_PICTURES + 100 + 10_000 + 100);
    }
}
