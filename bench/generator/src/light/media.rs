//! What a light participant does with its keys: packets told apart, opened, answered.

use echo_wire::datagram::{self, Kind};
use echo_wire::rtcp::{self, Message};
use echo_wire::{Opener, Sealer};

use super::receiver::Receiver;
use super::sender::Sender;
use crate::client::Happening;
use crate::measure::Beginning;

/// What works with the keys.
pub struct Media {
    pub keys: Option<(Opener, Sealer)>,
    pub receiver: Receiver,
    pub sender: Sender,
    pub happenings: Vec<Happening>,
    /// Sealed packets to be sent once more.
    pub repeats: Vec<Vec<u8>>,
    plain: Vec<u8>,
}

impl Media {
    /// No keys yet; `ssrc` is what feedback speaks for.
    pub fn new(ssrc: u32, sample: u32, now_ns: u64) -> Media {
        Media {
            keys: None,
            receiver: Receiver::new(ssrc, sample, now_ns),
            sender: Sender::default(),
            happenings: Vec::new(),
            repeats: Vec::new(),
            plain: Vec::new(),
        }
    }

    /// When there is something to say about media.
    pub fn due_ns(&self) -> u64 {
        self.sender.due_ns().unwrap_or(u64::MAX).min(self.receiver.due_ns())
    }

    /// Takes a datagram of media or about it; `false` for others.
    pub fn take(&mut self, now_ns: u64, datagram: &[u8], beginning: &mut Beginning) -> bool {
        match (datagram::kind(datagram), &mut self.keys) {
            (Kind::Rtp, Some((opener, _))) => self.receiver.packet(now_ns, datagram, opener, beginning),
            (Kind::Rtcp, Some((opener, sealer))) => {
                if let Ok(compound) = opener.open_rtcp(datagram, &mut self.plain) {
                    let mut hearing = Hearing {
                        receiver: &mut self.receiver,
                        sender: &mut self.sender,
                        happenings: &mut self.happenings,
                        repeats: &mut self.repeats,
                    };
                    rtcp::parse(compound).for_each(|message| hearing.hear(now_ns, message, sealer));
                }
            }
            (Kind::Rtp | Kind::Rtcp, None) => {}
            _ => return false,
        }
        true
    }
}

/// Whom the other side's reports and wishes concern.
struct Hearing<'a> {
    receiver: &'a mut Receiver,
    sender: &'a mut Sender,
    happenings: &'a mut Vec<Happening>,
    repeats: &'a mut Vec<Vec<u8>>,
}

impl Hearing<'_> {
    fn hear(&mut self, now_ns: u64, message: Message<'_>, sealer: &mut Sealer) {
        match message {
            Message::SenderReport { info, .. } => self.receiver.sender_report(now_ns, &info),
            Message::Nack { media, lost, .. } => {
                self.repeats.extend(lost.filter_map(|sequence| self.sender.repeat(media, sequence, sealer)));
            }
            Message::Pli { media, .. } => self.keyframe_wanted(media),
            Message::Fir { requests, .. } => requests.for_each(|(media, _)| self.keyframe_wanted(media)),
            _ => {}
        }
    }

    fn keyframe_wanted(&mut self, ssrc: u32) {
        if let Some((mid, rid)) = self.sender.stream(ssrc) {
            self.happenings.push(Happening::KeyframeWanted { mid, rid });
        }
    }
}
