//! Sequence numbers with their rollovers.

/// Half the space of sequence numbers.
const HALF: i64 = 1 << 15;
/// An index has a rollover counter of 32 bits and a sequence number of 16.
const INDEXES: u64 = 1 << 48;

/// The index (`roc << 16 | sequence`) nearest to `newest` that ends in `sequence`, as RFC 3711 section 3.3.1 and its appendix
/// A have it. `None` where that would be before the first rollover counter or after the last one.
pub fn extend(newest: u64, sequence: u16) -> Option<u64> {
    let newest = i64::try_from(newest).ok()?;
    let mut ahead = (i64::from(sequence) - newest).rem_euclid(2 * HALF);
    // Just half way round it is the one of the same rollover counter.
    if ahead > HALF || (ahead == HALF && newest % (2 * HALF) >= HALF) {
        ahead -= 2 * HALF;
    }
    u64::try_from(newest.checked_add(ahead)?).ok().filter(|index| *index < INDEXES)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix A of RFC 3711, word for word.
    fn appendix_a(newest: u64, sequence: u16) -> Option<u64> {
        let (roc, s_l, seq) = (newest as i64 >> 16, newest as i64 & 0xffff, i64::from(sequence));
        let v = if s_l < 32_768 {
            if seq - s_l > 32_768 { roc - 1 } else { roc }
        } else if s_l - 32_768 > seq {
            roc + 1
        } else {
            roc
        };
        u64::try_from(v << 16 | seq).ok().filter(|_| (0..1 << 32).contains(&v))
    }

    #[test]
    fn an_index_is_what_appendix_a_says() {
        for newest in
            [0, 1, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 98_304, 1 << 40, (1 << 48) - 1, (1 << 48) - 40_000]
        {
            for sequence in 0..=u16::MAX {
                assert_eq!(extend(newest, sequence), appendix_a(newest, sequence), "{sequence} after {newest}");
            }
        }
    }

    #[test]
    fn there_is_nothing_beyond_the_counter() {
        assert_eq!([extend(2, 65_535), extend(u64::MAX, 0), extend(i64::MAX as u64, 0)], [None; 3]);
        assert_eq!(extend((1 << 48) - 1, 0), None, "the last rollover");
    }
}
