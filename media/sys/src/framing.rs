//! Datagrams in a byte stream: RFC 4571, section 2 (a two-byte length before each), as ICE-TCP uses it (RFC 6544).

use std::error::Error;
use std::fmt;

/// Longest frame taken: an Ethernet frame with room to spare. What WebRTC sends fits a UDP packet.
pub const MAX_FRAME: usize = 2048;

/// A frame announced itself as longer than [`MAX_FRAME`]. The stream is of no use any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameTooLong(
    /// The announced length in bytes.
    pub usize,
);

impl fmt::Display for FrameTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a frame of {} bytes; at most {MAX_FRAME} are allowed", self.0)
    }
}

impl Error for FrameTooLong {}

/// The length prefix of a frame. `length` is at most 65,535.
pub fn frame_header(length: usize) -> [u8; 2] {
    debug_assert!(length <= usize::from(u16::MAX));
    (length as u16).to_be_bytes()
}

/// Takes a stream apart. Holds at most one unfinished frame.
#[derive(Debug, Default)]
pub struct FrameDecoder {
    partial: Vec<u8>,
}

impl FrameDecoder {
    /// Calls `each` with every frame that `bytes` completes, in order. Empty frames are passed on as such.
    pub fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(&[u8])) -> Result<(), FrameTooLong> {
        while !bytes.is_empty() {
            if self.partial.is_empty()
                && let Some((frame, rest)) = split_frame(bytes)?
            {
                each(frame);
                bytes = rest;
                continue;
            }
            // The frame spans reads: take just what it lacks, so that the buffer never grows past one frame.
            let lacking = match self.partial.len() {
                have @ 0..2 => 2 - have,
                have => 2 + announced(&self.partial)? - have,
            };
            let (taken, rest) = bytes.split_at(lacking.min(bytes.len()));
            self.partial.extend_from_slice(taken);
            bytes = rest;
            if let Some((frame, _)) = split_frame(&self.partial)? {
                each(frame);
                self.partial.clear();
            }
        }
        Ok(())
    }
}

/// The length that the first two bytes announce.
fn announced(bytes: &[u8]) -> Result<usize, FrameTooLong> {
    let length = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    if length > MAX_FRAME { Err(FrameTooLong(length)) } else { Ok(length) }
}

/// A frame and what follows it.
type Split<'a> = (&'a [u8], &'a [u8]);

/// The first frame, if it is complete.
fn split_frame(bytes: &[u8]) -> Result<Option<Split<'_>>, FrameTooLong> {
    if bytes.len() < 2 {
        return Ok(None);
    }
    let length = announced(bytes)?;
    Ok(bytes[2..].split_at_checked(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(payloads: &[&[u8]]) -> Vec<u8> {
        payloads.iter().flat_map(|p| [&frame_header(p.len())[..], p].concat()).collect()
    }

    #[test]
    fn frames_come_out_whole_however_the_stream_is_cut() {
        let long = [7u8; MAX_FRAME];
        let payloads: [&[u8]; 4] = [b"stun", b"", &long, b"x"];
        let stream = framed(&payloads);
        for step in [1, 2, 3, 5, 1000, stream.len()] {
            let (mut decoder, mut out) = (FrameDecoder::default(), Vec::new());
            for chunk in stream.chunks(step) {
                decoder.feed(chunk, |frame| out.push(frame.to_vec())).unwrap();
            }
            assert_eq!(out, payloads, "in steps of {step}");
        }
    }

    #[test]
    fn an_overlong_frame_is_refused_before_it_is_stored() {
        for step in [1, 100] {
            let mut decoder = FrameDecoder::default();
            let header = frame_header(MAX_FRAME + 1);
            let outcome = header.chunks(step).try_for_each(|c| decoder.feed(c, |_| panic!("no frame in here")));
            let outcome = outcome.and_then(|()| decoder.feed(b"more", |_| panic!("no frame in here")));
            assert_eq!(outcome, Err(FrameTooLong(MAX_FRAME + 1)));
        }
    }
}
