//! Which sequence numbers of a stream were sent.

/// Numbers below the newest one that are told apart. What is older counts as sent.
const WIDTH: u64 = 1024;
const WORDS: usize = WIDTH as usize / 64;

/// Remembers the sequence numbers that one stream has used. Sealing one a second time would break the cipher, whoever's fault
/// it was: a publisher can change its stream in mid-sequence.
#[derive(Debug, Default)]
pub(crate) struct SentWindow {
    newest: Option<u64>,
    bits: [u64; WORDS],
}

impl SentWindow {
    /// The newest one sent.
    pub(crate) fn newest(&self) -> Option<u64> {
        self.newest
    }

    /// Uses a sequence number; false where it was used before, or is too old to know.
    pub(crate) fn use_up(&mut self, sequence: u64) -> bool {
        match self.newest {
            None => self.newest = Some(sequence),
            Some(newest) if sequence > newest => {
                if sequence - newest >= WIDTH {
                    self.bits = [0; WORDS];
                } else {
                    (newest + 1..sequence).for_each(|skipped| self.clear(skipped));
                }
                self.newest = Some(sequence);
                self.clear(sequence);
            }
            Some(newest) if newest - sequence >= WIDTH || self.has(sequence) => return false,
            Some(_) => {}
        }
        let (word, bit) = place(sequence);
        self.bits[word] |= bit;
        true
    }

    /// A number that was used up was not sealed after all. Nothing else is numbered so: a slot goes on above the newest.
    pub(crate) fn withdraw(&mut self, sequence: u64) {
        if self.sent(sequence) {
            self.clear(sequence);
        }
    }

    /// Whether a sequence number was sent, as far as that is remembered.
    pub(crate) fn sent(&self, sequence: u64) -> bool {
        self.newest.is_some_and(|newest| sequence <= newest && newest - sequence < WIDTH) && self.has(sequence)
    }

    fn has(&self, sequence: u64) -> bool {
        let (word, bit) = place(sequence);
        self.bits[word] & bit != 0
    }

    fn clear(&mut self, sequence: u64) {
        let (word, bit) = place(sequence);
        self.bits[word] &= !bit;
    }
}

fn place(sequence: u64) -> (usize, u64) {
    ((sequence % WIDTH) as usize / 64, 1 << (sequence % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_used_twice_in_any_order_and_over_any_leap() {
        let mut window = SentWindow::default();
        let mut used = std::collections::HashSet::new();
        let mut random = 7_u64;
        let mut at = 3000;
        for _ in 0..200_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let step = [1, 1, 1, 2, 5, 700, 1023, 1024, 1025, 5000][(random >> 33) as usize % 10];
            let back = [0, 0, 1, 3, 60, 1022, 1023, 1024, 2000][(random >> 45) as usize % 9];
            at += if random >> 60 == 0 { step } else { 1 };
            let sequence = at - back;
            let fresh = !used.contains(&sequence);
            let taken = window.use_up(sequence);
            assert!(fresh || !taken, "{sequence} a second time");
            if taken {
                used.insert(sequence);
            }
            assert!(taken || !fresh || window.newest().unwrap() - sequence >= WIDTH, "{sequence} was new");
            assert!(window.sent(sequence) || window.newest().unwrap() - sequence >= WIDTH);
        }
        assert!(!window.sent(at + 1));
    }

    #[test]
    fn what_is_withdrawn_was_not_sent_and_the_others_were() {
        let mut window = SentWindow::default();
        (100..2000).for_each(|sequence| assert!(window.use_up(sequence)));
        (1990..2000).for_each(|sequence| window.withdraw(sequence));
        // Too old to tell from 1999, which shares its place, and never used.
        [1990 - WIDTH + 2, 5000].into_iter().for_each(|sequence| window.withdraw(sequence));
        assert_eq!(window.newest(), Some(1999));
        assert!((1990..2000).all(|sequence| !window.sent(sequence)));
        assert!((1999 - WIDTH + 1..1990).all(|sequence| window.sent(sequence)));
        assert!(window.use_up(2000) && window.sent(2000) && !window.sent(1999));
    }
}
