//! Cheap mutations, the same in every run: for where no fuzzer is at hand.

/// Numbers at which lengths and counters like to break.
const EDGES: [u8; 8] = [0, 1, 0x7f, 0x80, 0xfe, 0xff, 0x3f, 0x10];
/// Bytes beyond which an input is not grown.
const LONGEST: usize = 2048;

/// Makes new inputs from old ones.
#[derive(Debug)]
pub struct Mutator {
    state: u64,
}

impl Mutator {
    /// The same seed makes the same inputs.
    pub fn new(seed: u64) -> Mutator {
        Mutator { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// One of `pool` with a few changes, or garbage where there is none.
    pub fn next(&mut self, pool: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = match self.below(pool.len() + 1) {
            0 => (0..self.below(300)).map(|_| self.random() as u8).collect(),
            at => pool[at - 1].clone(),
        };
        for _ in 0..=self.below(6) {
            self.change(&mut bytes, pool);
        }
        bytes.truncate(LONGEST);
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, pool: &[Vec<u8>]) {
        let (from, to) = (self.below(bytes.len() + 1), self.below(bytes.len() + 1));
        let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 64));
        match self.below(9) {
            0 => bytes.truncate(from),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let copy = bytes[from..to].to_vec();
                bytes.splice(from..from, copy);
            }
            3 => {
                let fresh: Vec<u8> = (0..self.below(9)).map(|_| self.random() as u8).collect();
                bytes.splice(from..from, fresh);
            }
            4 if !pool.is_empty() => {
                let other = &pool[self.below(pool.len())];
                let tail = other[self.below(other.len() + 1)..].to_vec();
                bytes.truncate(from);
                bytes.extend(tail);
            }
            5 if !pool.is_empty() => bytes.extend_from_slice(&pool[self.below(pool.len())]),
            _ if from < bytes.len() => {
                bytes[from] = match self.below(4) {
                    0 => self.random() as u8,
                    1 => bytes[from] ^ 1 << self.below(8),
                    2 => bytes[from].wrapping_add(1),
                    _ => EDGES[self.below(EDGES.len())],
                };
            }
            _ => {}
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.random() % limit.max(1) as u64) as usize
    }

    /// xorshift64*
    fn random(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}
