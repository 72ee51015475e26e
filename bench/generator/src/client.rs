//! What a participant needs of its transport, be it a whole client or a light one.

use std::io;
use std::os::fd::RawFd;
use std::time::Instant;

use str0m::media::{Mid, Rid};

use echo_sys::{ReceiveBatch, SendBatch};

use crate::control::Manner;
use crate::measure::{Beginning, PublicationMeter, SlotMeter};

/// What happened in a transport.
#[derive(Debug, PartialEq, Eq)]
pub enum Happening {
    Connected,
    Closed,
    /// It cannot go on; why.
    Failed(String),
    /// A keyframe of a publication, or of one of its layers.
    KeyframeWanted {
        mid: Mid,
        rid: Option<Rid>,
    },
}

/// A packet to be sent.
pub struct Outgoing {
    pub mid: Mid,
    pub rid: Option<Rid>,
    pub audio: bool,
    /// Extended sequence number.
    pub sequence: u64,
    /// RTP timestamp.
    pub time: u32,
    pub marker: bool,
    /// Loudness of sound in dBov, and whether it is a voice (RFC 6464).
    pub level: Option<(i8, bool)>,
    pub payload: Vec<u8>,
}

/// An answer, and the m-lines that may be sent on as (name, is audio), in their order.
pub type Answered = (String, Vec<(Mid, bool)>);

/// A transport with its socket: datagrams and timers in, meters and happenings out.
pub trait Client {
    /// Takes the answer to its offer.
    fn answer(&mut self, now: Instant, sdp: &str) -> Result<(), String>;

    /// Answers an offer, the first one or a later one. `sounds` and `pictures` are to be sent.
    fn accept(&mut self, now: Instant, sdp: &str, sounds: usize, pictures: usize) -> Result<Answered, String>;

    /// Takes one more candidate of the other side.
    fn candidate(&mut self, candidate: &str) -> Result<(), String>;

    /// When [`Client::tick`] is due.
    fn due(&self) -> Instant;

    /// Whether media can flow.
    fn connected(&self) -> bool;

    /// Runs the timers that are due.
    fn tick(&mut self, now: Instant);

    /// The descriptor to watch, once there is one.
    fn fd(&self) -> Option<RawFd>;

    /// Takes in everything that waits.
    fn receive(&mut self, batch: &mut ReceiveBatch) -> io::Result<()>;

    /// Writes one packet of a publication.
    fn write(&mut self, now: Instant, packet: Outgoing);

    /// Asks for a keyframe in a receive slot.
    fn request_keyframe(&mut self, mid: &str);

    /// Misbehaves from now on, so many datagrams a second; 0 ends it.
    fn misbehave(&mut self, _manner: Manner, _per_second: u32) -> Result<(), String> {
        Err("only light participants know how to misbehave".to_owned())
    }

    /// Says goodbye.
    fn close(&mut self);

    /// Sends what waits.
    fn flush(&mut self, batch: &mut SendBatch);

    /// What happened since the last call.
    fn happenings(&mut self) -> Vec<Happening>;

    /// What arrived, by slot.
    fn slots(&self) -> Vec<(Mid, &SlotMeter)>;

    /// What arrived, by publication.
    fn from(&self) -> Vec<(&str, &PublicationMeter)>;

    /// How it came in.
    fn beginning(&self) -> &Beginning;

    /// How packets are sealed, where that is known.
    fn profile(&self) -> Option<String>;

    /// Packets of media that were opened, and that could not be.
    fn opened(&self) -> (u64, u64);

    /// Datagrams that did not fit the socket's buffer.
    fn overflowed(&self) -> u64;

    /// Sets the figures back.
    fn reset(&mut self);
}
