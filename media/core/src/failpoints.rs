//! What only tests may do to a core, or ask of it.

use crate::core::Core;

impl Core {
    /// Makes the next piece of work for a peer panic. For tests of containment.
    pub fn fail_peer(&mut self, peer: &str) {
        if let Some(peer) = self.peer_ids.get(peer).and_then(|key| self.peers.get_mut(*key)) {
            peer.fails = true;
        }
    }

    /// Peers that this core knows to live on others, in order.
    pub fn ghosts(&self) -> Vec<String> {
        let mut ghosts: Vec<String> = self.ghosts.iter().map(|ghost| ghost.id.to_string()).collect();
        ghosts.sort();
        ghosts
    }

    /// Takes this compound RTCP packet as if a peer had sealed it.
    pub fn hear(&mut self, peer: &str, compound: &[u8]) {
        let now = self.now;
        if let Some(key) = self.peer_ids.get(peer).copied() {
            self.guard(key, |peer, out| peer.transport.hear(now, compound, out));
            self.happened(now, key);
            self.schedule_peer(key);
        }
    }
}
