//! What was sent and has not been forgotten: a ring by transport-wide sequence number.

/// Microseconds since the estimator's beginning.
pub(crate) type Micros = i64;

/// Rings begin with this many places: 1.4 s of one picture and one voice.
const FIRST: usize = 256;
/// ... and grow up to this many: 1.6 s of 10,000 packets a second.
const MOST: usize = 16_384;
/// A packet whose result is out is kept at least this long where the ring may grow. Feedback comes every 50 to 250 ms
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 4), after one round trip.
const KEEP: Micros = 2_000_000;
/// What is older than this is forgotten even where its place was not needed again.
const FORGET: Micros = 10_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Empty,
    Flying,
    Lost,
    Arrived,
}

/// One packet as it left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    pub(crate) at: Micros,
    pub(crate) bytes: u16,
    /// Probe it belongs to; 0 for none.
    pub(crate) probe: u16,
    sequence: u16,
    state: State,
}

/// What a result says about a packet.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found {
    /// It arrived, and that is new.
    Arrived(Sent),
    /// It arrived, and had been reported lost.
    Recovered(Sent),
    /// It did not arrive, and that is new.
    Lost(Sent),
    /// Known already.
    Known,
    /// Never sent, or forgotten.
    Unknown,
}

#[derive(Debug, Clone)]
pub(crate) struct History {
    ring: Vec<Sent>,
}

const EMPTY: Sent = Sent { at: 0, bytes: 0, probe: 0, sequence: 0, state: State::Empty };

impl History {
    pub(crate) fn new() -> History {
        History { ring: vec![EMPTY; FIRST] }
    }

    pub(crate) fn sent(&mut self, at: Micros, sequence: u16, bytes: u16, probe: u16) {
        let old = self.ring[self.place(sequence)];
        let wanted = matches!(old.state, State::Flying | State::Lost) && at - old.at < KEEP;
        if wanted && self.ring.len() < MOST {
            self.grow();
        }
        let place = self.place(sequence);
        self.ring[place] = Sent { at, bytes, probe, sequence, state: State::Flying };
    }

    pub(crate) fn result(&mut self, now: Micros, sequence: u16, arrived: bool) -> Found {
        let place = self.place(sequence);
        let sent = &mut self.ring[place];
        if sent.state == State::Empty || sent.sequence != sequence || now - sent.at > FORGET {
            return Found::Unknown;
        }
        let before = sent.state;
        match (before, arrived) {
            (State::Flying | State::Lost, true) => sent.state = State::Arrived,
            (State::Flying, false) => sent.state = State::Lost,
            _ => return Found::Known,
        }
        match (before, arrived) {
            (State::Lost, _) => Found::Recovered(*sent),
            (_, true) => Found::Arrived(*sent),
            (_, false) => Found::Lost(*sent),
        }
    }

    fn place(&self, sequence: u16) -> usize {
        // The length is a power of two and divides the range of sequence numbers.
        usize::from(sequence) & (self.ring.len() - 1)
    }

    fn grow(&mut self) {
        let larger = vec![EMPTY; self.ring.len() * 2];
        let old = std::mem::replace(&mut self.ring, larger);
        for sent in old.into_iter().filter(|sent| sent.state != State::Empty) {
            let place = self.place(sent.sequence);
            self.ring[place] = sent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_counted_once_and_only_for_what_was_sent() {
        let mut history = History::new();
        history.sent(0, 65_535, 100, 0);
        history.sent(1000, 0, 200, 7);
        assert!(matches!(history.result(2000, 1, true), Found::Unknown));
        assert!(matches!(history.result(2000, 65_535, true), Found::Arrived(sent) if sent.bytes == 100));
        assert!(matches!(history.result(2000, 65_535, true), Found::Known));
        assert!(matches!(history.result(2000, 65_535, false), Found::Known), "what arrived is not lost later");
        assert!(matches!(history.result(2000, 0, false), Found::Lost(sent) if sent.probe == 7));
        assert!(matches!(history.result(2000, 0, true), Found::Recovered(_)));
        assert!(matches!(history.result(2000 + FORGET, 0, true), Found::Unknown), "an old number is another packet's");
    }

    #[test]
    fn the_ring_grows_while_results_are_out_and_then_no_more() {
        let mut history = History::new();
        for number in 0..2000_u16 {
            history.sent(i64::from(number) * 1000, number, 100, 0);
        }
        assert_eq!(history.ring.len(), 2048);
        for number in 0..2000_u16 {
            assert!(matches!(history.result(2_000_000, number, true), Found::Arrived(_)), "{number}");
        }
        for number in 2000..60_000_u16 {
            history.sent(i64::from(number) * 1000, number, 100, 0);
            history.result(i64::from(number) * 1000, number, true);
        }
        assert_eq!(history.ring.len(), 2048);
    }
}
