//! Storage with keys that never resolve to a later tenant.

/// Names one entry of an [`Arena`] for its lifetime and nothing afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    index: u32,
    tenancy: u32,
}

/// The bit by which the key of a ghost differs from all keys of peers.
const GHOST: u32 = 1 << 31;

impl Key {
    pub(crate) fn is_ghost(self) -> bool {
        self.index & GHOST != 0
    }

    /// The key of a ghost, from its key in the arena of ghosts. In any arena it leads to nothing.
    pub(crate) fn of_ghost(self) -> Key {
        Key { index: self.index | GHOST, ..self }
    }

    /// The key in the arena of ghosts, of a ghost.
    pub(crate) fn ghostly(self) -> Option<Key> {
        self.is_ghost().then_some(Key { index: self.index & !GHOST, ..self })
    }
}

#[derive(Debug)]
struct Entry<T> {
    tenancy: u32,
    value: Option<T>,
}

/// Values addressed by [`Key`] in constant time.
#[derive(Debug)]
pub(crate) struct Arena<T> {
    entries: Vec<Entry<T>>,
    free: Vec<u32>,
    len: usize,
}

impl<T> Arena<T> {
    pub(crate) fn new() -> Arena<T> {
        Arena { entries: Vec::new(), free: Vec::new(), len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn insert(&mut self, value: T) -> Key {
        self.len += 1;
        if let Some(index) = self.free.pop() {
            let entry = &mut self.entries[index as usize];
            entry.value = Some(value);
            return Key { index, tenancy: entry.tenancy };
        }
        let index = u32::try_from(self.entries.len()).ok().filter(|index| *index < GHOST);
        let index = index.expect("fewer than 2^31 entries");
        self.entries.push(Entry { tenancy: 0, value: Some(value) });
        Key { index, tenancy: 0 }
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        let entry = self.entries.get_mut(key.index as usize).filter(|entry| entry.tenancy == key.tenancy)?;
        let value = entry.value.take()?;
        entry.tenancy = entry.tenancy.wrapping_add(1);
        self.free.push(key.index);
        self.len -= 1;
        Some(value)
    }

    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        self.entries.get(key.index as usize).filter(|entry| entry.tenancy == key.tenancy)?.value.as_ref()
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        self.entries.get_mut(key.index as usize).filter(|entry| entry.tenancy == key.tenancy)?.value.as_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_not_resolve_to_the_next_tenant_of_its_place() {
        let mut arena = Arena::new();
        let old = arena.insert("old");
        assert_eq!(arena.remove(old), Some("old"));
        let new = arena.insert("new");
        assert_eq!(arena.get(old), None);
        assert_eq!(arena.remove(old), None);
        assert_eq!(arena.get(new), Some(&"new"));
        assert_eq!(arena.len(), 1);
    }
}
