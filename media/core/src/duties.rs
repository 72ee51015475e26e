//! What time brings: silence, keyframe retries, echoes that are due, and reports.

use std::time::Instant;

use crate::arena::Key;
use crate::core::Core;
use crate::layers::LAYERS;
use crate::messages::{CloseReason, Source};
use crate::peer::Origin;
use crate::publications::PICTURES;

impl Core {
    /// Everything that is due for a peer.
    pub(crate) fn peer_duties(&mut self, now: Instant, key: Key) {
        self.guard(key, |peer, out| {
            if peer.transport.timeout() <= now {
                peer.transport.flush(now, out);
            }
        });
        self.happened(now, key);
        let Some(peer) = self.peers.get(key) else { return };
        if peer.never_connected(now) {
            self.close_peer(now, key, CloseReason::NeverConnected);
            return;
        }
        if !peer.broken && !peer.transport.is_alive() {
            // DTLS failed for good, for instance by a wrong fingerprint.
            self.close_peer(now, key, CloseReason::Failed);
            return;
        }
        self.sound_duties(now, key);
        for source in PICTURES {
            self.video_duties(now, key, source);
        }
        self.echo_duties(now, key);
        self.allotment_duties(now, key);
    }

    /// Everything that is due for a ghost: keyframes that were asked for in vain.
    pub(crate) fn ghost_duties(&mut self, now: Instant, key: Key) {
        for source in PICTURES {
            self.video_duties(now, key, source);
        }
    }

    /// Everything that is due in a room.
    pub(crate) fn room_duties(&mut self, now: Instant, key: Key) {
        let Some(room) = self.rooms.get_mut(key) else { return };
        let due = room.due(now);
        if due.seen {
            self.report_seen(key);
            self.tell_regularly(key);
        }
        if due.speakers {
            self.report_speakers(now, key);
        }
    }

    fn sound_duties(&mut self, now: Instant, key: Key) {
        for source in [Source::Microphone, Source::ScreenSound] {
            let sound = self.peers.get_mut(key).and_then(|peer| peer.sound(source));
            if sound.is_some_and(|sound| sound.flow.stopped(now)) {
                self.leave_voice(key, source);
                self.report_flow(key, source, false);
            }
        }
    }

    fn video_duties(&mut self, now: Instant, key: Key, source: Source) {
        let Some(video) = self.video(key, source) else { return };
        let stopped = video.flow.stopped(now);
        if !stopped && !video.wants_keyframes(now) {
            return;
        }
        let viewers = video.viewers.clone();
        if stopped {
            self.aim_all(now, &viewers);
            self.report_flow(key, source, false);
        }
        let waited = LAYERS.map(|layer| self.waited_for(&viewers, layer));
        let Some(video) = self.video(key, source) else { return };
        let waited_for = |layer| LAYERS.iter().zip(waited).any(|(known, waited)| *known == layer && waited);
        for layer in video.keyframes_due(now, waited_for) {
            self.ask_keyframe(key, Origin { source, layer });
        }
    }

    fn echo_duties(&mut self, now: Instant, key: Key) {
        loop {
            let Some(peer) = self.peers.get_mut(key) else { return };
            if peer.echo.front().is_none_or(|(due, _)| *due > now) {
                return;
            }
            let Some((_, packet)) = peer.echo.pop_front() else { return };
            self.echo_to(now, key, &packet);
        }
    }
}
