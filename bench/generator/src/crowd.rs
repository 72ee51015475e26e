//! All participants: whose socket is ready, whose time has come. Nobody is looked at who has nothing to do.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::io;
use std::time::Instant;

use echo_sys::{Poller, ReceiveBatch, SendBatch};

use crate::line::BATCH;
use crate::output::say;
use crate::participant::Participant;

struct Member {
    participant: Participant,
    /// The earliest of its deadlines in the heap.
    armed: Option<Instant>,
    watched: bool,
}

/// All participants.
pub struct Crowd {
    poller: Poller,
    tokens: BTreeMap<String, u64>,
    members: HashMap<u64, Member>,
    next_token: u64,
    /// Deadlines; those that a member is no longer armed for are passed over.
    deadlines: BinaryHeap<Reverse<(Instant, u64)>>,
    receiving: ReceiveBatch,
    sending: SendBatch,
}

impl Crowd {
    /// Nobody yet. Tokens of `poller` from `first_token` on are for participants.
    pub fn new(poller: Poller, first_token: u64) -> Crowd {
        Crowd {
            poller,
            tokens: BTreeMap::new(),
            members: HashMap::new(),
            next_token: first_token,
            deadlines: BinaryHeap::new(),
            receiving: ReceiveBatch::of_runs(BATCH),
            sending: SendBatch::new(),
        }
    }

    /// What waits for all sockets.
    pub fn poller(&self) -> &Poller {
        &self.poller
    }

    /// Whether there is somebody of that name.
    pub fn has(&self, name: &str) -> bool {
        self.tokens.contains_key(name)
    }

    /// Adds somebody, in the place of whoever had the name.
    pub fn add(&mut self, name: &str, participant: Participant) -> Result<(), String> {
        self.remove(name);
        let token = self.next_token;
        self.next_token += 1;
        self.tokens.insert(name.to_owned(), token);
        self.members.insert(token, Member { participant, armed: None, watched: false });
        self.settle(token).map_err(|error| error.to_string())
    }

    /// Forgets somebody, without a word to the other side.
    pub fn remove(&mut self, name: &str) {
        if let Some(token) = self.tokens.remove(name) {
            self.members.remove(&token);
        }
    }

    /// Does something with somebody, and sends what comes of it.
    pub fn with<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Participant) -> Result<T, String>,
    ) -> Result<T, String> {
        let token = *self.tokens.get(name).ok_or_else(|| format!("there is no participant {name:?}"))?;
        let member = self.members.get_mut(&token).expect("tokens are of members");
        let outcome = work(&mut member.participant).map_err(|reason| format!("{name}: {reason}"));
        member.participant.client.flush(&mut self.sending);
        self.settle(token).map_err(|error| error.to_string())?;
        outcome
    }

    /// Takes in what waits at a socket.
    pub fn receive(&mut self, token: u64) -> io::Result<()> {
        if let Some(member) = self.members.get_mut(&token) {
            member.participant.receive(&mut self.receiving, &mut self.sending)?;
            self.settle(token)?;
        }
        Ok(())
    }

    /// When [`Crowd::tick`] is due.
    pub fn due(&self) -> Option<Instant> {
        self.deadlines.peek().map(|Reverse((at, _))| *at)
    }

    /// Lets everybody work whose time has come.
    pub fn tick(&mut self, now: Instant) -> io::Result<()> {
        while let Some(&Reverse((at, token))) = self.deadlines.peek()
            && at <= now
        {
            self.deadlines.pop();
            if let Some(member) = self.members.get_mut(&token)
                && member.armed == Some(at)
            {
                member.armed = None;
                member.participant.tick(now, &mut self.sending);
                self.settle(token)?;
            }
        }
        Ok(())
    }

    /// Everybody, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Participant)> {
        self.tokens.iter().map(|(name, token)| (name, &self.members[token].participant))
    }

    /// Everybody, in no order.
    pub fn everybody(&mut self) -> impl Iterator<Item = &mut Participant> {
        self.members.values_mut().map(|member| &mut member.participant)
    }

    /// Says what happened to somebody, and sees to its socket and its next deadline.
    fn settle(&mut self, token: u64) -> io::Result<()> {
        let Some(member) = self.members.get_mut(&token) else { return Ok(()) };
        member.participant.notices().iter().for_each(say);
        if let (false, Some(fd)) = (member.watched, member.participant.client.fd()) {
            self.poller.add(fd, token, false)?;
            member.watched = true;
        }
        let due = member.participant.due();
        if member.armed.is_none_or(|armed| due < armed) {
            member.armed = Some(due);
            self.deadlines.push(Reverse((due, token)));
        }
        Ok(())
    }
}
