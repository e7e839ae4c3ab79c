//! Verifies an exported folder without the gate, its database or its configuration.

use std::fs;
use std::path::{Path, PathBuf};

use boundary::UnixMillis;
use tlog_tiles::tile::Tile;

use crate::tiles::{CHECKPOINT, bundle_of, path};
use crate::tree::{Nodes, Subtrees, TILE_HEIGHT, TILE_WIDTH, bad_math};
use crate::verify::verify_tree;
use crate::{
    Envelope, Flaw, KeptCheckpoint, Leaf, LedgerError, LogReader, Report, Row, StoredCheckpoint,
    VerifyingKeys,
};

/// Verifies a folder of tiles: as [`crate::verify`] does, and the tiles above the leaves too.
pub fn verify_offline(
    dir: &Path,
    keys: &VerifyingKeys,
    elsewhere: &[KeptCheckpoint],
) -> Result<Report, LedgerError> {
    let tiles = TileDirectory::open(dir, keys)?;
    let (report, tree) = verify_tree(&tiles, keys, elsewhere, None)?;
    for tile in Tile::new_tiles(TILE_HEIGHT, 0, report.size) {
        if tile.level() > 0 {
            let nodes = Nodes::new(&tree, Subtrees::new());
            if tiles.file(&tile)? != tile.read_data(&nodes).map_err(bad_math)? {
                return Err(Flaw::Tile(path(&tile)).into());
            }
        }
    }
    Ok(report)
}

/// An exported folder, read as a log.
#[derive(Debug)]
pub struct TileDirectory {
    dir: PathBuf,
    checkpoint: StoredCheckpoint,
    minimum: u64,
}

impl TileDirectory {
    /// Opens a folder by its checkpoint.
    pub fn open(dir: &Path, keys: &VerifyingKeys) -> Result<Self, LedgerError> {
        let file = dir.join(CHECKPOINT);
        let note = fs::read_to_string(&file)
            .map_err(|error| LedgerError::TileFile { path: file, reason: error.to_string() })?;
        let head = keys.open(&note).map_err(|reason| Flaw::Checkpoint { size: 0, reason })?;
        // When it was signed is not part of a checkpoint.
        let checkpoint = StoredCheckpoint { size: head.size, at: UnixMillis(0), note };
        let mut tiles = Self { dir: dir.to_owned(), checkpoint, minimum: 0 };
        tiles.minimum = tiles.first_bundle();
        Ok(tiles)
    }

    /// The first entry whose bundle is there. That those before it may be missing is for the log to say.
    fn first_bundle(&self) -> u64 {
        let mut first = 0;
        while let Some(tile) =
            self.tile_of(first).filter(|tile| tile.width() as usize == TILE_WIDTH)
        {
            if self.dir.join(path(&bundle_of(&tile))).exists() {
                break;
            }
            first += TILE_WIDTH as u64;
        }
        first
    }

    fn file(&self, tile: &Tile) -> Result<Vec<u8>, LedgerError> {
        let file = self.dir.join(path(tile));
        fs::read(&file)
            .map_err(|error| LedgerError::TileFile { path: file, reason: error.to_string() })
    }

    /// The leaf tile that holds an entry, as wide as the checkpoint says.
    fn tile_of(&self, index: u64) -> Option<Tile> {
        let left = self.checkpoint.size.checked_sub(index - index % TILE_WIDTH as u64)?;
        let width = u32::try_from(left.min(TILE_WIDTH as u64)).ok()?;
        (width > 0).then(|| Tile::new(TILE_HEIGHT, 0, index / TILE_WIDTH as u64, width, false))
    }

    fn tile_leaves(&self, tile: &Tile) -> Result<Vec<Leaf>, LedgerError> {
        let data = self.file(tile)?;
        let (leaves, rest) = data.as_chunks::<32>();
        if leaves.len() == tile.width() as usize && rest.is_empty() {
            Ok(leaves.to_vec())
        } else {
            Err(Flaw::Tile(path(tile)).into())
        }
    }

    fn tile_rows(&self, tile: &Tile) -> Result<Vec<Row>, LedgerError> {
        let flaw = || LedgerError::from(Flaw::Tile(path(&bundle_of(tile))));
        let bundle = self.file(&bundle_of(tile))?;
        let mut left = bundle.as_slice();
        let mut rows = Vec::new();
        let first = tile.level_index() * TILE_WIDTH as u64;
        for (index, leaf) in (first..).zip(self.tile_leaves(tile)?) {
            let (length, rest) = left.split_first_chunk::<2>().ok_or_else(flaw)?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (body, rest) = rest.split_at_checked(length).ok_or_else(flaw)?;
            left = rest;
            // A folder has no columns to search by; where the entry cannot be read, its form is
            // the flaw that is found.
            let (time, actor) = Envelope::parse(body)
                .map(|envelope| (envelope.time, envelope.facts.actor))
                .unwrap_or_default();
            rows.push(Row { index, leaf, body: body.to_vec(), time, actor });
        }
        if left.is_empty() { Ok(rows) } else { Err(flaw()) }
    }

    /// Collects from as many tiles as `count` needs.
    fn collect<T>(
        &self,
        first: u64,
        count: usize,
        read: impl Fn(&Tile) -> Result<Vec<T>, LedgerError>,
    ) -> Result<Vec<T>, LedgerError> {
        let mut all = Vec::new();
        let mut next = first;
        while all.len() < count && next < self.checkpoint.size {
            let Some(tile) = self.tile_of(next) else { break };
            let skip = usize::try_from(next % TILE_WIDTH as u64).unwrap_or(0);
            let found = read(&tile)?;
            let taken = found.into_iter().skip(skip).take(count - all.len());
            let before = all.len();
            all.extend(taken);
            next += (all.len() - before) as u64;
        }
        Ok(all)
    }
}

impl LogReader for TileDirectory {
    fn size(&self) -> Result<u64, LedgerError> {
        Ok(self.checkpoint.size)
    }

    fn minimum(&self) -> Result<u64, LedgerError> {
        Ok(self.minimum)
    }

    fn rows(&self, first: u64, count: usize) -> Result<Vec<Row>, LedgerError> {
        self.collect(first.max(self.minimum), count, |tile| self.tile_rows(tile))
    }

    fn leaves(&self, first: u64, count: usize) -> Result<Vec<Leaf>, LedgerError> {
        self.collect(first, count, |tile| self.tile_leaves(tile))
    }

    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, LedgerError> {
        Ok(Some(self.checkpoint.clone()))
    }

    fn checkpoints(&self, skip: u64, count: usize) -> Result<Vec<StoredCheckpoint>, LedgerError> {
        let one = std::iter::once(self.checkpoint.clone());
        Ok(one.skip(usize::try_from(skip).unwrap_or(usize::MAX)).take(count).collect())
    }
}
