//! The hash tree in memory: what is needed to extend it and to prove from it.
//!
//! Leaves stay in the storage. Kept here are the roots of all full tiles of 256 leaves with the
//! tree above them (about 0.25 bytes per entry), and the leaves of the last, unfinished tile.

use std::collections::BTreeMap;

use tlog_tiles::tlog::{
    Error, Hash, HashReader, record_hash, split_stored_hash_index, stored_hash_index,
    stored_hashes_for_record_hash, tree_hash,
};

use crate::{Flaw, Leaf, LedgerError, LogReader};

/// Levels in a tile; 256 leaves wide, as tlog-tiles fixes it.
pub(crate) const TILE_HEIGHT: u8 = 8;
pub(crate) const TILE_WIDTH: usize = 1 << TILE_HEIGHT;

/// Leaves fetched from the storage in one go.
const CHUNK: usize = 4096;

/// The leaf hash of an entry.
pub(crate) fn leaf_of(body: &[u8]) -> Leaf {
    record_hash(body).0
}

/// A tree that only grows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    size: u64,
    /// Hashes over the roots of full tiles, in the dense order of `stored_hash_index`.
    upper: Vec<Hash>,
    /// Hashes of the unfinished tile, in the same order.
    tail: Vec<Hash>,
}

impl Tree {
    /// Reads every leaf hash of a log, calling `at` before each leaf and once at the end.
    pub(crate) fn read(
        reader: &dyn LogReader,
        size: u64,
        mut at: impl FnMut(&Self) -> Result<(), LedgerError>,
    ) -> Result<Self, LedgerError> {
        let mut tree = Self::default();
        while tree.size < size {
            let left = usize::try_from(size - tree.size).unwrap_or(CHUNK).min(CHUNK);
            let leaves = reader.leaves(tree.size, left)?;
            if leaves.is_empty() {
                return Err(Flaw::Missing(tree.size).into());
            }
            for leaf in leaves {
                at(&tree)?;
                tree.push(leaf)?;
            }
        }
        at(&tree)?;
        Ok(tree)
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf at the end.
    pub(crate) fn push(&mut self, leaf: Leaf) -> Result<(), LedgerError> {
        let place = self.size % TILE_WIDTH as u64;
        let new = stored_hashes_for_record_hash(place, Hash(leaf), &Dense(&self.tail));
        self.tail.extend(new.map_err(bad_math)?);
        self.size += 1;
        if place + 1 == TILE_WIDTH as u64
            && let Some(root) = self.tail.last()
        {
            let tile = self.size / TILE_WIDTH as u64 - 1;
            let new = stored_hashes_for_record_hash(tile, *root, &Dense(&self.upper));
            self.upper.extend(new.map_err(bad_math)?);
            self.tail.clear();
        }
        Ok(())
    }

    /// Root of the first `size` leaves, read from the storage as far as they are not in memory.
    pub(crate) fn root_at(&self, size: u64, reader: &dyn LogReader) -> Result<Hash, LedgerError> {
        if size == self.size {
            return self.root();
        }
        let read = read_subtrees(reader, [size / TILE_WIDTH as u64])?;
        tree_hash(size, &Nodes::new(self, read)).map_err(bad_math)
    }

    /// Root of the whole tree; of the empty tree, the hash of nothing.
    pub(crate) fn root(&self) -> Result<Hash, LedgerError> {
        tree_hash(self.size, &Nodes::new(self, Subtrees::new())).map_err(bad_math)
    }
}

/// The nodes within tiles of 256 leaves, by the number of the tile.
pub(crate) type Subtrees = BTreeMap<u64, Vec<Hash>>;

/// Reads the leaves of some tiles, as far as they are there, and hashes upwards.
pub(crate) fn read_subtrees(
    reader: &dyn LogReader,
    tiles: impl IntoIterator<Item = u64>,
) -> Result<Subtrees, LedgerError> {
    let mut subtrees = Subtrees::new();
    for tile in tiles {
        let leaves = reader.leaves(tile * TILE_WIDTH as u64, TILE_WIDTH)?;
        let mut nodes = Vec::with_capacity(2 * leaves.len());
        for (n, leaf) in (0..).zip(leaves) {
            let new = stored_hashes_for_record_hash(n, Hash(leaf), &Dense(&nodes));
            nodes.extend(new.map_err(bad_math)?);
        }
        subtrees.insert(tile, nodes);
    }
    Ok(subtrees)
}

/// Nodes of a tree: those above the tiles and in the unfinished one from memory, those in full
/// tiles from what was read.
pub(crate) struct Nodes<'a> {
    tree: &'a Tree,
    read: Subtrees,
}

impl<'a> Nodes<'a> {
    pub(crate) fn new(tree: &'a Tree, read: Subtrees) -> Self {
        Self { tree, read }
    }

    fn node(&self, level: u8, n: u64) -> Option<Hash> {
        let find = |nodes: &[Hash], level, n| {
            nodes.get(usize::try_from(stored_hash_index(level, n)).ok()?).copied()
        };
        if level >= TILE_HEIGHT {
            return find(&self.tree.upper, level - TILE_HEIGHT, n);
        }
        let tile = n >> (TILE_HEIGHT - level);
        let within = n - (tile << (TILE_HEIGHT - level));
        match self.read.get(&tile) {
            Some(nodes) => find(nodes, level, within),
            None if tile == self.tree.size / TILE_WIDTH as u64 => {
                find(&self.tree.tail, level, within)
            }
            None => None,
        }
    }
}

impl HashReader for Nodes<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let node = |index: &u64| {
            let (level, n) = split_stored_hash_index(*index);
            self.node(level, n).ok_or(Error::IndexesNotInTree)
        };
        indexes.iter().map(node).collect()
    }
}

/// Hashes that lie in their dense order.
struct Dense<'a>(&'a [Hash]);

impl HashReader for Dense<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let node = |index: &u64| {
            let at = usize::try_from(*index).ok();
            at.and_then(|at| self.0.get(at)).copied().ok_or(Error::IndexesNotInTree)
        };
        indexes.iter().map(node).collect()
    }
}

/// The tree is asked only for nodes it has, so this speaks of a storage that changed meanwhile.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(crate) fn bad_math(error: Error) -> LedgerError {
    LedgerError::Storage(format!("a hash of the tree cannot be had: {error}"))
}

#[cfg(test)]
mod tests;
