//! A mark at the end of each payload: who sent it, what it is, and when it was written.

use crate::control::Source;

const MAGIC: [u8; 4] = *b"\x9dEcS";
const NAME: usize = 32;
/// Bytes of a stamp.
pub const SIZE: usize = MAGIC.len() + 3 + NAME + 8;

/// The layer of what has none.
pub const NO_LAYER: char = '-';

/// In the byte of the source: the packet belongs to a keyframe.
const KEY: u8 = 0x80;

/// What a stamp says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Participant, at most 32 bytes.
    pub peer: String,
    pub source: Source,
    /// `q`, `h` or `f`; `-` where there are no layers.
    pub layer: char,
    /// Whether the packet belongs to a keyframe.
    pub key: bool,
    /// CLOCK_MONOTONIC, which all processes of a machine share.
    pub at_ns: u64,
}

impl Stamp {
    /// The name of the publication, as reports have it.
    pub fn publication(&self) -> String {
        format!("{}/{}", self.peer, self.source.name())
    }

    /// Whether a publication of this name is the one.
    pub fn is_of(&self, publication: &str) -> bool {
        publication.rsplit_once('/').is_some_and(|(peer, source)| peer == self.peer && source == self.source.name())
    }
}

/// A payload with room for a stamp whose time is still to be written.
pub fn prepare(payload: &mut Vec<u8>, peer: &str, source: Source, layer: char, key: bool) {
    let name = &peer.as_bytes()[..peer.len().min(NAME)];
    payload.extend_from_slice(&MAGIC);
    payload.extend_from_slice(&[source as u8 | if key { KEY } else { 0 }, layer as u8, name.len() as u8]);
    payload.extend_from_slice(name);
    payload.resize(payload.len() + NAME - name.len() + 8, 0);
}

/// Writes the time into a prepared payload.
pub fn set_time(payload: &mut [u8], at_ns: u64) {
    let start = payload.len() - 8;
    payload[start..].copy_from_slice(&at_ns.to_be_bytes());
}

/// The stamp at the end of a payload, if there is one.
pub fn read(payload: &[u8]) -> Option<Stamp> {
    let (_, stamp) = payload.split_at(payload.len().checked_sub(SIZE)?);
    let (head, rest) = stamp.split_at(MAGIC.len() + 3);
    if head[..MAGIC.len()] != MAGIC {
        return None;
    }
    let source = [Source::Microphone, Source::Camera, Source::Screen, Source::ScreenSound];
    let name = rest[..NAME].get(..usize::from(head[6]))?;
    Some(Stamp {
        peer: String::from_utf8_lossy(name).into_owned(),
        source: *source.get(usize::from(head[4] & !KEY))?,
        layer: char::from(head[5]),
        key: head[4] & KEY != 0,
        at_ns: u64::from_be_bytes(rest[NAME..].try_into().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_back_and_foreign_payloads_have_none() {
        let mut payload = vec![1, 2, 3];
        prepare(&mut payload, "con_1", Source::Screen, 'h', true);
        assert_eq!(payload.len(), 3 + SIZE);
        set_time(&mut payload, 77);
        let stamp = Stamp { peer: "con_1".into(), source: Source::Screen, layer: 'h', key: true, at_ns: 77 };
        assert_eq!(read(&payload), Some(stamp));
        assert_eq!(read(&payload[..payload.len() - 1]), None);
        assert_eq!(read(b"short"), None);
    }
}
