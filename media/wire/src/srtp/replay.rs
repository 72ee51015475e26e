//! Which indexes of one SSRC have been opened (RFC 3711 section 3.3.2), and what index a sequence number stands for.

use crate::rtp::extend;

/// Indexes below the newest one that are told apart; what is older counts as opened. A second of the fastest stream.
const WIDTH: u64 = 1024;
const WORDS: usize = WIDTH as usize / 64;

/// A window over the indexes of one SSRC. It moves only by [`Window::note`], for what has proven authentic.
#[derive(Debug, Clone)]
pub(super) struct Window {
    newest: u64,
    /// A bit for each index in (newest - WIDTH, newest], at its remainder.
    bits: [u64; WORDS],
}

impl Window {
    /// A window whose first index has just been opened.
    pub(super) fn new(first: u64) -> Window {
        let mut window = Window { newest: first, bits: [0; WORDS] };
        window.note(first);
        window
    }

    /// If this index may be opened still.
    pub(super) fn is_fresh(&self, index: u64) -> bool {
        let (word, bit) = place(index);
        index > self.newest || (self.newest - index < WIDTH && self.bits[word] & bit == 0)
    }

    /// Notes that a packet with this index was authentic.
    pub(super) fn note(&mut self, index: u64) {
        if index > self.newest {
            if index - self.newest >= WIDTH {
                self.bits.fill(0);
            } else {
                for passed in self.newest + 1..index {
                    let (word, bit) = place(passed);
                    self.bits[word] &= !bit;
                }
            }
            self.newest = index;
        }
        let (word, bit) = place(index);
        self.bits[word] |= bit;
    }

    /// The index nearest to the newest one that ends in this sequence number (RFC 3711 section 3.3.1, appendix A). `None`
    /// where that would be before the first rollover counter or after the last one.
    pub(super) fn index_of(&self, sequence: u16) -> Option<u64> {
        extend(self.newest, sequence)
    }
}

fn place(index: u64) -> (usize, u64) {
    let at = index % WIDTH;
    ((at / 64) as usize, 1 << (at % 64))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::testing::Random;

    #[test]
    fn a_window_forgets_nothing_that_it_would_let_in_again() {
        let mut random = Random::new(1);
        for _ in 0..200 {
            let first = random.below(1 << 20);
            let mut window = Window::new(first);
            let (mut opened, mut newest) = (HashSet::from([first]), first);
            for _ in 0..500 {
                let spread = [3, 40, WIDTH, 3 * WIDTH][random.below(4) as usize];
                let index = (newest + random.below(spread)).saturating_sub(random.below(spread));
                let fresh = index > newest || (newest - index < WIDTH && !opened.contains(&index));
                assert_eq!(window.is_fresh(index), fresh, "{index} after {newest}");
                if fresh {
                    window.note(index);
                    opened.insert(index);
                    newest = newest.max(index);
                }
            }
        }
    }
}
