//! The way of sound: the loudest voices to each listener, shared sound to all, an echo in a practice room.

use std::time::Instant;

use crate::arena::Key;
use crate::core::Core;
use crate::egress::Outgoing;
use crate::forward::Shown;
use crate::messages::Source;
use crate::packet::MediaPacket;
use crate::peer::Peer;
use crate::voice_slots::{DEAD_TIME, VoiceSlot, in_top, slot_for};
use crate::voices::loudness;

/// Packets of an echo that wait: twice what a browser sends in ten seconds. Further ones are not played back.
const MOST_ECHOED: usize = 1000;

impl Core {
    /// Takes a packet of a microphone or of shared sound to those who are to hear it.
    pub(crate) fn forward_sound(&mut self, now: Instant, key: Key, source: Source, packet: &MediaPacket) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        let room = peer.room;
        let Some(sound) = peer.sound(source) else { return };
        let (began, muted) = (sound.flow.packet(now), sound.muted);
        if began {
            self.report_flow(key, source, true);
        }
        if muted {
            self.counters.dropped_muted += 1;
            return;
        }
        self.sound_to_room(now, room, (key, source), packet);
    }

    /// Takes a packet of a peer's or of a ghost's to those of a room who are to hear it.
    pub(crate) fn sound_to_room(
        &mut self,
        now: Instant,
        room: Key,
        (key, source): (Key, Source),
        packet: &MediaPacket,
    ) {
        match source {
            Source::Microphone => self.forward_voice(now, room, key, packet),
            _ => self.forward_share_sound(room, key, packet),
        }
    }

    fn forward_voice(&mut self, now: Instant, room_key: Key, key: Key, packet: &MediaPacket) {
        let Some(room) = self.rooms.get_mut(room_key) else { return };
        let was_silent = room.at_home && room.dominant.is_empty();
        room.voices.heard(now, key, packet.extensions.audio_level);
        if room.at_home {
            room.dominant.heard(now, key, loudness(packet.extensions.audio_level));
        }
        let (echo, awake) = (room.echo_delay, room.awake);
        if was_silent {
            self.schedule_room(room_key);
        }
        if !awake.is_empty() && !key.is_ghost() {
            self.carry_sound(key, Source::Microphone, packet, awake);
        }
        if let Some(delay) = echo
            && let Some(peer) = self.peers.get_mut(key).filter(|peer| peer.echo.len() < MOST_ECHOED)
        {
            peer.echo.push_back((now + delay, packet.clone()));
        }
        let Some(room) = self.rooms.get_mut(room_key) else { return };
        if !room.voices.ranking().contains(&key) {
            self.counters.dropped_quiet += 1;
            return;
        }
        let members = std::mem::take(&mut room.members);
        for listener in members.iter().filter(|listener| **listener != key) {
            self.voice_to(now, room_key, *listener, key, packet);
        }
        if let Some(room) = self.rooms.get_mut(room_key) {
            room.members = members;
        }
    }

    /// Sends a voice packet to one listener, if there is a slot for it.
    fn voice_to(&mut self, now: Instant, room_key: Key, listener: Key, speaker: Key, packet: &MediaPacket) {
        let Some(peer) = self.peers.get_mut(listener).filter(|peer| peer.connected) else { return };
        let Some(room) = self.rooms.get(room_key) else { return };
        let (ranking, slots) = (room.voices.ranking(), peer.voices.len());
        let taken = slot_for(
            &mut peer.voices,
            speaker,
            now,
            |voice| in_top(ranking, listener, slots, voice),
            |holder| room.voices.spoke_within(now, holder, DEAD_TIME),
        );
        let Some((slot, new)) = taken else {
            self.counters.dropped_quiet += 1;
            return;
        };
        if new {
            self.voices_have_changed(listener);
        }
        self.sound_to(listener, packet, |peer| peer.voices.get_mut(slot));
    }

    /// Plays a peer's own voice back to it, late.
    pub(crate) fn echo_to(&mut self, now: Instant, key: Key, packet: &MediaPacket) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        let Some((slot, new)) = slot_for(&mut peer.voices, key, now, |voice| voice == key, |_| true) else { return };
        if new {
            self.voices_have_changed(key);
        }
        self.sound_to(key, packet, |peer| peer.voices.get_mut(slot));
    }

    fn forward_share_sound(&mut self, room_key: Key, key: Key, packet: &MediaPacket) {
        let Some(room) = self.rooms.get_mut(room_key) else { return };
        // Whoever comes later is not carried across. So both began at once on workers that had not heard of each other, and all
        // settle on the lower one.
        let worker = |key| self.ghosts.get(key).map_or(self.config.worker, |ghost| ghost.remote.worker);
        if key.is_ghost() && room.share_sound.is_some_and(|holder| worker(key) < worker(holder)) {
            room.share_sound = Some(key);
        }
        if *room.share_sound.get_or_insert(key) != key {
            self.counters.dropped_quiet += 1;
            return;
        }
        let awake = room.awake;
        let members = std::mem::take(&mut room.members);
        if !awake.is_empty() && !key.is_ghost() {
            self.carry_sound(key, Source::ScreenSound, packet, awake);
        }
        for listener in members.iter().filter(|listener| **listener != key) {
            let peer = self.peers.get_mut(*listener).filter(|peer| peer.connected);
            let Some(slot) = peer.and_then(|peer| peer.share_sound.as_mut()) else { continue };
            if slot.holder() != Some(key) {
                slot.give(Some(key));
                self.voices_have_changed(*listener);
            }
            self.sound_to(*listener, packet, |peer| peer.share_sound.as_mut());
        }
        if let Some(room) = self.rooms.get_mut(room_key) {
            room.members = members;
        }
    }

    fn sound_to(
        &mut self,
        listener: Key,
        packet: &MediaPacket,
        slot: impl FnOnce(&mut Peer) -> Option<&mut VoiceSlot>,
    ) {
        let sent = self.guard(listener, |peer, _| {
            let Some(slot) = slot(peer) else { return Shown::Passed };
            let line = slot.line;
            let Some(placed) = slot.place(packet) else { return Shown::Late };
            if peer.send(Outgoing::sound(line, &placed, packet)) { Shown::Sent } else { Shown::Passed }
        });
        match sent {
            Some(Shown::Sent) => {
                self.counters.media_out += 1;
                self.mark(listener);
            }
            Some(Shown::Late) => self.counters.dropped_late += 1,
            _ => {}
        }
    }

    /// A publication of sound stopped or is held back: its slots are free for others.
    pub(crate) fn leave_voice(&mut self, key: Key, source: Source) {
        let Some((_, room_key)) = self.who(key) else { return };
        let awake = self.awake(room_key);
        if !awake.is_empty() && !key.is_ghost() {
            self.tell_silent(key, source, awake);
        }
        let Some(room) = self.rooms.get_mut(room_key) else { return };
        let shared = source == Source::ScreenSound;
        if shared {
            if room.share_sound != Some(key) {
                return;
            }
            room.share_sound = None;
        } else {
            room.silence(key);
        }
        for listener in room.members.clone() {
            let Some(peer) = self.peers.get_mut(listener) else { continue };
            let slots = if shared { peer.share_sound.as_mut_slice() } else { peer.voices.as_mut_slice() };
            let held = slots.iter_mut().find(|slot| slot.holder() == Some(key));
            if let Some(slot) = held {
                slot.give(None);
                self.voices_have_changed(listener);
            }
        }
        if !shared && let Some(peer) = self.peers.get_mut(key) {
            peer.echo.clear();
        }
    }

    /// Everything of a leaving peer that can be heard.
    pub(crate) fn leave_voices(&mut self, key: Key) {
        self.leave_voice(key, Source::Microphone);
        self.leave_voice(key, Source::ScreenSound);
    }

    /// The owner is to be told about a listener's voice slots.
    fn voices_have_changed(&mut self, listener: Key) {
        if let Some(peer) = self.peers.get_mut(listener)
            && !std::mem::replace(&mut peer.voices_changed, true)
        {
            self.voices_changed.push(listener);
        }
    }
}
