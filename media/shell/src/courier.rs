//! Takes crossings from a worker's core to the mailboxes of the others, and from its own mailbox to its core.

use std::iter;
use std::sync::Arc;
use std::time::Instant;

use echo_core::Crossing;

use crate::machine::Machine;
use crate::mailbox::Mailbox;
use crate::tally::Tally;

/// One worker's courier.
pub(crate) struct Courier {
    here: u16,
    /// Of all workers, by index.
    mailboxes: Arc<[Mailbox<Crossing>]>,
    /// Of others, while it is read.
    mail: Vec<(u16, Crossing)>,
    /// For others, while it is sorted.
    crossings: Vec<(u16, Crossing)>,
}

impl Courier {
    pub fn new(here: u16, mailboxes: Arc<[Mailbox<Crossing>]>) -> Courier {
        Courier { here, mailboxes, mail: Vec::new(), crossings: Vec::new() }
    }

    /// Gives the core what others have to tell it.
    pub fn fetch<M: Machine>(&mut self, now: Instant, core: &mut M) {
        self.mailboxes[usize::from(self.here)].take(&mut self.mail);
        if !self.mail.is_empty() {
            core.take_in(now, &mut self.mail);
        }
    }

    /// Posts what the core has to tell others, all for one of them at once.
    pub fn carry<M: Machine>(&mut self, core: &mut M, tally: &mut Tally) {
        core.take_crossings(&mut self.crossings);
        if self.crossings.is_empty() {
            return;
        }
        self.crossings.sort_by_key(|(to, _)| *to);
        let mut rest = self.crossings.drain(..).peekable();
        while let Some(to) = rest.peek().map(|(to, _)| *to) {
            let its = iter::from_fn(|| rest.next_if(|(next, _)| *next == to).map(|(_, crossing)| crossing));
            let dropped = self.mailboxes[usize::from(to)].post(self.here, its.map(|c| (c.freight(), c)));
            tally.crossings_dropped_pictures += dropped.pictures;
            tally.crossings_dropped_sounds += dropped.sounds;
        }
    }

    /// The core was replaced: what it still had to tell is gone with it, and the others are told.
    pub fn replaced(&mut self) {
        self.crossings.clear();
        for (index, mailbox) in self.mailboxes.iter().enumerate() {
            if index != usize::from(self.here) {
                let replaced = Crossing::replaced();
                mailbox.post(self.here, iter::once((replaced.freight(), replaced)));
            }
        }
    }
}
