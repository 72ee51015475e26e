//! What the owner is told: events on change, and a snapshot of everything.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::arena::Key;
use crate::core::Core;
use crate::messages::{
    Event, Layer, PeerState, PeersSeen, PictureSlot as PictureSlotEvent, PublicationFlow, RoomState, Source,
    SpeakersNow, VoiceSlots,
};
use crate::peer::Peer;
use crate::picture_slot::Told;
use crate::publication::Viewer;
use crate::room::Room;

impl Core {
    /// Tells what a video slot does, if that is news.
    pub(crate) fn report_picture(&mut self, viewer: Viewer) {
        let Some(peer) = self.peers.get_mut(viewer.peer) else { return };
        let Some(slot) = peer.pictures.get_mut(viewer.slot) else { return };
        let Some(wanted) = &slot.wanted else { return };
        let told = Told {
            publisher: wanted.publisher.clone(),
            source: wanted.source,
            state: slot.state(),
            layer: slot.current().filter(|_| !slot.paused).unwrap_or(Layer::None),
        };
        if slot.told.as_ref() == Some(&told) {
            return;
        }
        slot.told = Some(told.clone());
        let Some(room) = self.rooms.get(peer.room) else { return };
        self.events.push(Event::PictureSlot(picture_event(room, peer, viewer.slot, &told)));
    }

    /// Tells whether a publication flows.
    pub(crate) fn report_flow(&mut self, key: Key, source: Source, flowing: bool) {
        let Some(peer) = self.peers.get(key) else { return };
        let Some(room) = self.rooms.get(peer.room) else { return };
        self.events.push(Event::PublicationFlow(PublicationFlow {
            room: room.id.to_string(),
            peer: peer.id.to_string(),
            source,
            flowing,
        }));
        if !source.is_audio() {
            self.tell_standing(key, source);
        }
    }

    /// Tells about the voice slots of every listener where they changed.
    pub(crate) fn report_voices(&mut self) {
        for key in std::mem::take(&mut self.voices_changed) {
            let Some(peer) = self.peers.get_mut(key) else { continue };
            peer.voices_changed = false;
            let Some(peer) = self.peers.get(key) else { continue };
            let Some(room) = self.rooms.get(peer.room) else { continue };
            self.events.push(Event::VoiceSlots(VoiceSlots {
                room: room.id.to_string(),
                peer: peer.id.to_string(),
                voices: self.voices_of(peer),
                share_sound: self.share_sound_of(peer),
            }));
        }
    }

    pub(crate) fn report_seen(&mut self, key: Key) {
        // Whoever lives elsewhere is told of by the room's home, so that the owner hears of all at once.
        let Some(room) = self.rooms.get(key).filter(|room| room.at_home) else { return };
        let here = room
            .members
            .iter()
            .filter_map(|member| self.peers.get(*member))
            .filter(|peer| peer.connected)
            .filter_map(|peer| Some((peer.id.to_string(), self.clock.ns(peer.seen?))));
        let ghosts = room.ghosts.iter().filter_map(|ghost| self.ghosts.get(*ghost)).filter(|ghost| ghost.seen_ns > 0);
        let seen: BTreeMap<String, u64> =
            here.chain(ghosts.map(|ghost| (ghost.id.to_string(), ghost.seen_ns))).collect();
        if !seen.is_empty() {
            self.events.push(Event::PeersSeen(PeersSeen { room: room.id.to_string(), seen }));
        }
    }

    pub(crate) fn report_speakers(&mut self, now: Instant, key: Key) {
        let Some(room) = self.rooms.get_mut(key) else { return };
        let Some(speakers) = room.news_of_speakers(now) else { return };
        let room = room.id.to_string();
        let dominant = speakers.dominant.and_then(|key| self.name(key));
        let speaking = speakers.speaking.into_iter().filter_map(|key| self.name(key)).collect();
        self.events.push(Event::Speakers(SpeakersNow { room, dominant, speaking }));
    }

    pub(crate) fn room_states(&self) -> Vec<RoomState> {
        let mut keys: Vec<&Key> = self.room_ids.values().collect();
        keys.sort();
        keys.into_iter().filter_map(|key| self.rooms.get(*key)).map(|room| self.room_state(room)).collect()
    }

    fn room_state(&self, room: &Room) -> RoomState {
        RoomState {
            room: room.id.to_string(),
            max_peers: room.max_peers,
            echo_delay_ms: room.echo_delay.map(|delay| delay.as_millis() as u64),
            peers: room
                .members
                .iter()
                .filter_map(|key| self.peers.get(*key))
                .map(|p| self.peer_state(room, p))
                .collect(),
        }
    }

    fn peer_state(&self, room: &Room, peer: &Peer) -> PeerState {
        let pictures = peer.pictures.iter().enumerate().map(|(index, slot)| {
            slot.wanted.as_ref()?;
            Some(picture_event(room, peer, index, slot.told.as_ref()?))
        });
        PeerState {
            peer: peer.id.to_string(),
            generation: peer.generation,
            connected: peer.connected,
            boottime_ns: peer.seen.map_or(0, |seen| self.clock.ns(seen)),
            flowing: Source::ALL.into_iter().filter(|source| peer.is_flowing(*source)).collect(),
            muted: Source::ALL.into_iter().filter(|source| peer.is_muted(*source)).collect(),
            voices: self.voices_of(peer),
            share_sound: self.share_sound_of(peer),
            pictures: pictures.collect(),
            estimate_bps: peer.transport.estimate().map(|estimate| estimate.as_bps()),
        }
    }

    fn voices_of(&self, peer: &Peer) -> Vec<Option<String>> {
        peer.voices.iter().map(|slot| slot.holder().and_then(|holder| self.name(holder))).collect()
    }

    fn share_sound_of(&self, peer: &Peer) -> Option<String> {
        peer.share_sound.as_ref()?.holder().and_then(|holder| self.name(holder))
    }

    fn name(&self, key: Key) -> Option<String> {
        self.who(key).map(|(id, _)| id.to_string())
    }
}

fn picture_event(room: &Room, peer: &Peer, slot: usize, told: &Told) -> PictureSlotEvent {
    PictureSlotEvent {
        room: room.id.to_string(),
        peer: peer.id.to_string(),
        slot,
        publisher: told.publisher.to_string(),
        source: told.source,
        state: told.state,
        layer: told.layer,
    }
}
