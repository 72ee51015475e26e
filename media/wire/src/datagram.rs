//! What a datagram on a media port is, by its first bytes (RFC 7983, RFC 5761 section 4).

/// Protocols that share a media port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// First byte 0 to 3.
    Stun,
    /// First byte 20 to 63.
    Dtls,
    /// First byte 128 to 191 and a second one that is no RTCP packet type.
    Rtp,
    /// First byte 128 to 191, second one 192 to 223.
    Rtcp,
    /// Anything else, and what is empty.
    Other,
}

/// What this datagram claims to be. Nothing beyond its first two bytes is looked at.
pub fn kind(datagram: &[u8]) -> Kind {
    match *datagram {
        [0..=3, ..] => Kind::Stun,
        [20..=63, ..] => Kind::Dtls,
        [128..=191, 192..=223, ..] => Kind::Rtcp,
        [128..=191, _, ..] => Kind::Rtp,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_first_byte_is_of_one_kind() {
        let of = |first: u8, second: u8| kind(&[first, second, 0, 0]);
        assert_eq!([of(0, 1), of(3, 1), of(4, 1), of(19, 1)], [Kind::Stun, Kind::Stun, Kind::Other, Kind::Other]);
        assert_eq!([of(20, 254), of(63, 254), of(64, 0)], [Kind::Dtls, Kind::Dtls, Kind::Other]);
        assert_eq!([of(127, 200), of(192, 200)], [Kind::Other, Kind::Other]);
        assert_eq!([of(128, 96), of(191, 224), of(128, 191)], [Kind::Rtp; 3]);
        assert_eq!([of(128, 192), of(191, 206), of(128, 223)], [Kind::Rtcp; 3]);
        assert_eq!([kind(&[]), kind(&[128])], [Kind::Other; 2]);
    }
}
