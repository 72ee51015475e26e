//! Proof, while testing, that no nonce is used twice.
//!
//! A GCM nonce is made of SSRC and index; a second use under one key gives the key stream away and lets others forge
//! packets (RFC 7714 section 15). Nothing in a sealed packet shows it, so a test has to.

use std::collections::HashMap;

/// Indexes below the newest one of an SSRC whose use is remembered exactly. What is older counts as used.
const REMEMBERED: u64 = 1 << 16;

/// Which (SSRC, index) one key has sealed.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    used: HashMap<u32, Used>,
}

#[derive(Debug)]
struct Used {
    newest: u64,
    /// A bit for each index in (newest - REMEMBERED, newest], at its remainder.
    bits: Box<[u64]>,
}

impl Ledger {
    /// Notes a use.
    ///
    /// # Panics
    /// Where this index was used before, or is too old to know.
    pub(super) fn note(&mut self, ssrc: u32, index: u64) {
        let fresh = || Used { newest: index, bits: vec![0; REMEMBERED as usize / 64].into_boxed_slice() };
        let used = self.used.entry(ssrc).or_insert_with(fresh);
        assert!(index + REMEMBERED > used.newest, "nonce of SSRC {ssrc:#x}, index {index} is older than what is known");
        if index - used.newest.min(index) >= REMEMBERED {
            used.bits.fill(0);
            used.newest = index;
        }
        while used.newest < index {
            used.newest += 1;
            let (word, bit) = place(used.newest);
            used.bits[word] &= !bit;
        }
        let (word, bit) = place(index);
        assert!(used.bits[word] & bit == 0, "nonce of SSRC {ssrc:#x}, index {index} is used a second time");
        used.bits[word] |= bit;
    }
}

fn place(index: u64) -> (usize, u64) {
    let at = index % REMEMBERED;
    ((at / 64) as usize, 1 << (at % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panics(ledger: &mut Ledger, ssrc: u32, index: u64) -> bool {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| ledger.note(ssrc, index))).is_err()
    }

    #[test]
    fn a_second_use_is_noticed_in_any_order_and_across_leaps() {
        let mut ledger = Ledger::default();
        for index in [70_000, 69_999, 70_001, 70_000 + 65_535, 70_002, 70_003] {
            assert!(!panics(&mut ledger, 1, index), "{index}");
            assert!(panics(&mut ledger, 1, index), "{index} again");
        }
        assert!(!panics(&mut ledger, 2, 70_000), "another SSRC has indexes of its own");
        assert!(panics(&mut ledger, 1, 69_999), "older than what is remembered");
        assert!(!panics(&mut ledger, 1, 1 << 40));
        assert!(panics(&mut ledger, 1, 70_002), "older than what is remembered");
        assert!(!panics(&mut ledger, 1, (1 << 40) - 65_535), "the last that is remembered");
    }
}
