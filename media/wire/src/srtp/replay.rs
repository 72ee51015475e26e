//! Which indexes of one SSRC have been opened (RFC 3711 section 3.3.2), and what index a sequence number stands for.

/// Indexes below the newest one that are told apart; what is older counts as opened. A second of the fastest stream.
const WIDTH: u64 = 1024;
const WORDS: usize = WIDTH as usize / 64;
/// Half the space of sequence numbers.
const HALF: i64 = 1 << 15;

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
        nearest(self.newest, sequence)
    }
}

/// The index nearest to `newest` that ends in `sequence`, if there is one.
pub(super) fn nearest(newest: u64, sequence: u16) -> Option<u64> {
    let newest = i64::try_from(newest).ok()?;
    let mut ahead = (i64::from(sequence) - newest).rem_euclid(2 * HALF);
    // Just half way round it is the one of the same rollover counter.
    if ahead > HALF || (ahead == HALF && newest % (2 * HALF) >= HALF) {
        ahead -= 2 * HALF;
    }
    u64::try_from(newest + ahead).ok().filter(|index| *index < 1 << super::INDEX_BITS)
}

fn place(index: u64) -> (usize, u64) {
    let at = index % WIDTH;
    ((at / 64) as usize, 1 << (at % 64))
}
