//! What a peer sends, and what it is told of that: the shell round [`crate::ingress`], with the keys.

use std::time::{Duration, Instant};

use str0m::media::{Mid, Rid};
use str0m::rtp::Ssrc;

use super::Direct;
use crate::happening::{Happening, Out, Taken};
use crate::ingress::Replier;
use crate::outbox::{Outbox, Route};

/// SSRC of a message that str0m is made to send to itself, to learn from it where it would send; it is never sent.
pub(crate) const POKE: u32 = 1;
/// Who speaks to a client that is sent nothing.
const NOBODY: u32 = 1;
/// What was asked for may be asked for again after a round trip, and no sooner or later than this.
const SOONEST: Duration = Duration::from_millis(30);
const LATEST: Duration = Duration::from_millis(250);
/// Messages that are sent in a row; what is left goes with the next flush.
const MOST_REPLIES: usize = 8;

impl Direct {
    /// Opens a packet of SRTP and hands it on.
    pub(crate) fn take(&mut self, now: Instant, datagram: &[u8], out: &mut Out<'_>) -> Taken {
        let mut scratch = std::mem::take(out.scratch);
        let taken = match self.opener.open_rtp(datagram, &mut scratch) {
            Ok(opened) => {
                out.happenings.extend(self.ingress.take(now, &opened).map(Happening::Packet));
                Taken::Authentic
            }
            Err(_) => Taken::Handled,
        };
        *out.scratch = scratch;
        if let Some(route) = self.route {
            self.reply(now, route, out.outbox);
        }
        taken
    }

    /// Tells the peer what it is to be told now of what it sends.
    pub(super) fn reply(&mut self, now: Instant, route: Route, outbox: &mut Outbox) {
        for _ in 0..MOST_REPLIES {
            if !self.ingress.is_due(now) {
                return;
            }
            let round_trip = self.round_trip().clamp(SOONEST, LATEST);
            let ssrc = self.lanes.first().map_or(NOBODY, |lane| *lane.form.line.ssrc);
            outbox.write(route, |buffer| {
                let start = buffer.len();
                let said = self.ingress.reply(now, Replier { ssrc, round_trip }, buffer);
                said.then(|| self.sealer.seal_rtcp(buffer, start).ok()).flatten()
            });
        }
    }

    /// Which m-line and layer a received stream belongs to.
    pub(crate) fn origin(&self, ssrc: Ssrc) -> Option<(Mid, Option<Rid>)> {
        self.ingress.origin(ssrc)
    }

    /// Asks for a keyframe with the next flush; false where there is no such stream.
    pub(crate) fn request_keyframe(&mut self, ssrc: Ssrc) -> bool {
        self.ingress.request_keyframe(ssrc)
    }
}
