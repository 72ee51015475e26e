//! Ghosts: what a core knows of the peers of its rooms that live on other workers. A ghost has publications but no transport: its
//! packets come across from the worker on which the peer lives ([`crate::crossing`]).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use crate::arena::{Arena, Key};
use crate::core::Core;
use crate::deadlines::Alarm;
use crate::layers::index;
use crate::messages::{Layer, Source};
use crate::publication::Video;
use crate::publications::Publications;

/// Names a peer of another worker, for as long as it lives. Never another one, not even after that worker's core was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Remote {
    pub(crate) worker: u16,
    /// [`CoreConfig::life`](crate::CoreConfig::life) of the core that it lives in.
    pub(crate) life: u32,
    pub(crate) key: Key,
}

/// A set of layers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LayerSet(u8);

impl LayerSet {
    pub(crate) fn add(&mut self, layer: Layer) {
        if let Some(place) = index(layer) {
            self.0 |= 1 << place;
        }
    }

    pub(crate) fn has(self, layer: Layer) -> bool {
        index(layer).is_some_and(|place| self.0 & (1 << place) != 0)
    }
}

/// The stand-in of a peer that lives on another worker.
#[derive(Debug)]
pub(crate) struct Ghost {
    pub(crate) id: Arc<str>,
    pub(crate) room: Key,
    pub(crate) remote: Remote,
    pub(crate) publications: Publications,
    pub(crate) alarm: Alarm,
    /// Its last authentic packet, on the clock of events; 0 where there was none. Kept in a room's home only.
    pub(crate) seen_ns: u64,
    /// Layers of its camera and of its screen that its worker was told are wanted here.
    pub(crate) wanted: [LayerSet; 2],
    /// On the list of those whose wanted layers are to be looked at.
    pub(crate) restless: bool,
}

impl Ghost {
    /// When a keyframe has to be asked for again.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let videos = [&self.publications.camera, &self.publications.screen];
        videos.into_iter().flatten().filter_map(Video::deadline).min()
    }

    pub(crate) fn wanted(&mut self, source: Source) -> &mut LayerSet {
        &mut self.wanted[usize::from(source == Source::Screen)]
    }
}

/// All ghosts of a core. Their keys are no peer's.
#[derive(Debug)]
pub(crate) struct Ghosts {
    arena: Arena<Ghost>,
    ids: HashMap<Arc<str>, Key>,
    remotes: HashMap<Remote, Key>,
}

impl Ghosts {
    pub(crate) fn new() -> Ghosts {
        Ghosts { arena: Arena::new(), ids: HashMap::new(), remotes: HashMap::new() }
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Ghost> {
        self.arena.get(key.ghostly()?)
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut Ghost> {
        self.arena.get_mut(key.ghostly()?)
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<Key> {
        self.ids.get(id).copied()
    }

    pub(crate) fn by_remote(&self, remote: Remote) -> Option<Key> {
        self.remotes.get(&remote).copied()
    }

    #[cfg(feature = "failpoints")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Ghost> {
        self.remotes.values().filter_map(|key| self.get(*key))
    }

    pub(crate) fn insert(&mut self, ghost: Ghost) -> Key {
        let (id, remote) = (ghost.id.clone(), ghost.remote);
        let key = self.arena.insert(ghost).of_ghost();
        self.ids.insert(id, key);
        self.remotes.insert(remote, key);
        key
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<Ghost> {
        let ghost = self.arena.remove(key.ghostly()?)?;
        self.remotes.remove(&ghost.remote);
        if self.ids.get(&ghost.id) == Some(&key) {
            self.ids.remove(&ghost.id);
        }
        Some(ghost)
    }
}

impl Core {
    /// A publication with pictures of a peer or of a ghost, to be looked at.
    pub(crate) fn shown(&self, key: Key, source: Source) -> Option<&Video> {
        match key.is_ghost() {
            false => self.peers.get(key)?.shown(source),
            true => self.ghosts.get(key)?.publications.shown(source),
        }
    }

    /// A publication with pictures of a peer or of a ghost.
    pub(crate) fn video(&mut self, key: Key, source: Source) -> Option<&mut Video> {
        match key.is_ghost() {
            false => self.peers.get_mut(key)?.video(source),
            true => self.ghosts.get_mut(key)?.publications.video(source),
        }
    }

    /// Id and room of a peer or of a ghost.
    pub(crate) fn who(&self, key: Key) -> Option<(&Arc<str>, Key)> {
        match key.is_ghost() {
            false => self.peers.get(key).map(|peer| (&peer.id, peer.room)),
            true => self.ghosts.get(key).map(|ghost| (&ghost.id, ghost.room)),
        }
    }

    /// The peer of this id, or its ghost.
    pub(crate) fn known(&self, id: &str) -> Option<Key> {
        self.peer_ids.get(id).copied().or_else(|| self.ghosts.by_id(id))
    }
}
