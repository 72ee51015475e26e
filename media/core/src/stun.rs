//! As much of STUN (RFC 8489) as demultiplexing needs. Whether a message is genuine is for the peer's transport to say.

const HEADER: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const BINDING_SUCCESS: [u8; 2] = [0x01, 0x01];
const USERNAME: u16 = 0x0006;

/// Whether a datagram looks like STUN at all (RFC 7983).
pub(crate) fn is_stun(datagram: &[u8]) -> bool {
    datagram.len() >= HEADER && datagram[0] < 4 && datagram[4..8] == MAGIC_COOKIE
}

/// Whether it is a binding request.
pub(crate) fn is_request(datagram: &[u8]) -> bool {
    is_stun(datagram) && datagram[..2] == BINDING_REQUEST
}

/// Whether it is an answer that only a request with the right integrity gets.
pub(crate) fn is_success(datagram: &[u8]) -> bool {
    is_stun(datagram) && datagram[..2] == BINDING_SUCCESS
}

/// Our half of the username of a binding request.
pub(crate) fn local_ufrag(datagram: &[u8]) -> Option<&str> {
    if !is_request(datagram) {
        return None;
    }
    let mut rest = &datagram[HEADER..];
    while let [t0, t1, l0, l1, value @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        let value_bytes = value.get(..length)?;
        if u16::from_be_bytes([*t0, *t1]) == USERNAME {
            let name = std::str::from_utf8(value_bytes).ok()?;
            return name.split_once(':').map(|(local, _)| local);
        }
        rest = value.get(length.next_multiple_of(4)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0x00, 0x01, 0, 0];
        bytes.extend(MAGIC_COOKIE);
        bytes.extend([7; 12]);
        for (kind, value) in attributes {
            bytes.extend(kind.to_be_bytes());
            bytes.extend((value.len() as u16).to_be_bytes());
            bytes.extend(*value);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    #[test]
    fn the_username_is_found_behind_other_attributes() {
        let bytes = request(&[(0x8022, b"tests"), (USERNAME, b"ours:theirs")]);
        assert_eq!(local_ufrag(&bytes), Some("ours"));
    }

    #[test]
    fn mutilated_requests_have_no_username() {
        let whole = request(&[(0x8022, b"tests"), (USERNAME, b"ours:theirs")]);
        for length in 0..whole.len() - 1 {
            assert_eq!(local_ufrag(&whole[..length]), None, "{length}");
        }
        assert_eq!(local_ufrag(&request(&[(USERNAME, b"nocolon")])), None);
    }
}
