//! The log as files that never change: what a write-once store keeps and a stranger verifies.
//!
//! `checkpoint`, `tile/<level>/<n>[.p/<width>]` and `tile/entries/<n>[.p/<width>]` (c2sp.org/tlog-tiles).

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tlog_tiles::tile::Tile;
use tlog_tiles::tlog::{Hash, tree_hash};

use crate::tree::{Nodes, Subtrees, TILE_HEIGHT, TILE_WIDTH, Tree, bad_math, read_subtrees};
use crate::verify::{check_row, compare_root};
use crate::{Flaw, Head, LedgerError, LogReader, StoredCheckpoint, VerifyingKeys};

/// Name of the file that holds the last checkpoint, the only one that is replaced.
pub(crate) const CHECKPOINT: &str = "checkpoint";

/// What an export did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Entries under the exported checkpoint.
    pub size: u64,
    /// Files written. Those that were there already are not.
    pub files: u64,
}

/// A file of a copy, by its path in it.
#[derive(Clone, PartialEq, Eq)]
pub struct TileFile {
    /// Such as `tile/0/x001/002`.
    pub path: String,
    /// Its content, which never changes.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for TileFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TileFile({}, {} bytes)", self.path, self.bytes.len())
    }
}

/// What a copy lacks: from the checkpoint that it holds to a later one.
#[derive(Debug)]
pub struct Growth {
    tree: Tree,
    tiles: Vec<Tile>,
    minimum: u64,
    checkpoint: StoredCheckpoint,
}

impl Growth {
    /// `held` is the checkpoint that the copy holds. Refuses to go on from another history.
    pub(crate) fn new(
        reader: &dyn LogReader,
        keys: &VerifyingKeys,
        tree: Tree,
        checkpoint: StoredCheckpoint,
        held: Option<&str>,
    ) -> Result<Self, LedgerError> {
        let head = keys.open_stored(&checkpoint)?;
        let before = match held {
            Some(note) => keys.open(note).map_err(|reason| Flaw::Checkpoint { size: 0, reason })?,
            None => Head { size: 0, root: Tree::default().root()?.0 },
        };
        if before.size > head.size {
            return Err(Flaw::Cut { signed: before.size, held: head.size }.into());
        }
        for (good, signed) in [(0, before), (before.size, head)] {
            let root = root_at(reader, &tree, signed.size)?;
            compare_root(root, signed, good)?;
        }
        let tiles = Tile::new_tiles(TILE_HEIGHT, before.size, head.size);
        Ok(Self { tree, tiles, minimum: reader.minimum()?, checkpoint })
    }

    /// The checkpoint to publish once every file is there.
    pub fn checkpoint(&self) -> &StoredCheckpoint {
        &self.checkpoint
    }

    /// Number of tiles that the copy lacks.
    pub fn tiles(&self) -> usize {
        self.tiles.len()
    }

    /// The files of one of them: its hashes, and where these are leaves the entries.
    pub fn files(
        &self,
        reader: &dyn LogReader,
        number: usize,
    ) -> Result<Vec<TileFile>, LedgerError> {
        let Some(tile) = self.tiles.get(number) else { return Ok(Vec::new()) };
        let path_of = |tile: &Tile| path(tile);
        if tile.level() > 0 {
            let bytes = tile.read_data(&Nodes::new(&self.tree, Subtrees::new()));
            return Ok(vec![TileFile { path: path_of(tile), bytes: bytes.map_err(bad_math)? }]);
        }
        if end_of(tile) <= self.minimum {
            // Its entries were pruned; its hashes stay, for proofs.
            let leaves = reader.leaves(first_of(tile), tile.width() as usize)?;
            if leaves.len() < tile.width() as usize {
                return Err(Flaw::Missing(first_of(tile) + leaves.len() as u64).into());
            }
            return Ok(vec![TileFile { path: path_of(tile), bytes: leaves.concat() }]);
        }
        let (hashes, bundle) = leaf_tile(reader, tile)?;
        let bundle = TileFile { path: path_of(&bundle_of(tile)), bytes: bundle };
        Ok(vec![TileFile { path: path_of(tile), bytes: hashes }, bundle])
    }
}

/// The paths of all files of a copy of so many entries, but for its checkpoint: hashes, then entries.
pub fn tile_paths(size: u64) -> (Vec<String>, Vec<String>) {
    let tiles = Tile::new_tiles(TILE_HEIGHT, 0, size);
    let leaves = tiles.iter().filter(|tile| tile.level() == 0);
    (tiles.iter().map(path).collect(), leaves.map(|tile| path(&bundle_of(tile))).collect())
}

/// Brings a folder up to the log's last checkpoint.
///
/// Adds files and never changes one, except `checkpoint`, which is written last: a reader finds every
/// tile of the checkpoint it reads. Refuses to go on from a folder that holds another history.
pub fn export_tiles(
    reader: &dyn LogReader,
    keys: &VerifyingKeys,
    dir: &Path,
) -> Result<Exported, LedgerError> {
    let stored = reader.last_checkpoint()?.ok_or(Flaw::Unsigned)?;
    let tree = Tree::read(reader, stored.size, |_| Ok(()))?;
    let held = held_in(dir)?;
    Growth::new(reader, keys, tree, stored, held.as_deref())?.into_folder(reader, dir)
}

impl Growth {
    /// Adds the files to a folder, and then the checkpoint. A partial tile goes once its full one is there
    /// (tlog-tiles, "Partial Tiles"), and entries below the log's minimum index go.
    pub fn into_folder(self, reader: &dyn LogReader, dir: &Path) -> Result<Exported, LedgerError> {
        let mut files = 0;
        for number in 0..self.tiles() {
            for file in self.files(reader, number)? {
                files += add(dir, &file.path, &file.bytes)?;
                if !file.path.contains(".p/") {
                    drop_folder(&dir.join(file.path + ".p"))?;
                }
            }
        }
        let checkpoint = self.checkpoint;
        if held_in(dir)?.as_ref() != Some(&checkpoint.note) {
            write(dir, CHECKPOINT, checkpoint.note.as_bytes(), true)?;
        }
        drop_bundles(dir, self.minimum)?;
        Ok(Exported { size: checkpoint.size, files })
    }
}

/// The checkpoint that a folder was exported for; `None` where there is none.
pub fn held_in(dir: &Path) -> Result<Option<String>, LedgerError> {
    let path = dir.join(CHECKPOINT);
    match fs::read_to_string(&path) {
        Ok(note) => Ok(Some(note)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(LedgerError::TileFile { path, reason: error.to_string() }),
    }
}

fn drop_folder(path: &Path) -> Result<(), LedgerError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(LedgerError::TileFile { path: path.to_owned(), reason: error.to_string() })
        }
        _ => Ok(()),
    }
}

/// Removes the bundles that end at the minimum index or below. Stops at the first that is gone already,
/// going down: those below it went with it.
fn drop_bundles(dir: &Path, minimum: u64) -> Result<(), LedgerError> {
    let width = TILE_WIDTH as u64;
    for number in (0..minimum / width).rev() {
        let bundle = bundle_of(&Tile::new(TILE_HEIGHT, 0, number, 1 << TILE_HEIGHT, false));
        let file = dir.join(path(&bundle));
        match fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => {
                return Err(LedgerError::TileFile { path: file, reason: error.to_string() });
            }
        }
    }
    Ok(())
}

/// Root of the first `size` entries of a log whose tree has at least as many.
fn root_at(reader: &dyn LogReader, tree: &Tree, size: u64) -> Result<Hash, LedgerError> {
    let Some(last) = size.checked_sub(1) else { return Tree::default().root() };
    let subtrees = read_subtrees(reader, [last / TILE_WIDTH as u64])?;
    tree_hash(size, &Nodes::new(tree, subtrees)).map_err(bad_math)
}

fn first_of(tile: &Tile) -> u64 {
    tile.level_index() * TILE_WIDTH as u64
}

fn end_of(tile: &Tile) -> u64 {
    first_of(tile) + u64::from(tile.width())
}

/// Leaf hashes of a tile, and its entries, each after its length in two bytes.
fn leaf_tile(reader: &dyn LogReader, tile: &Tile) -> Result<(Vec<u8>, Vec<u8>), LedgerError> {
    let first = first_of(tile);
    let width = tile.width() as usize;
    let rows = reader.rows(first, width)?;
    if rows.len() < width {
        return Err(Flaw::Missing(first + rows.len() as u64).into());
    }
    let (mut hashes, mut bundle) = (Vec::with_capacity(width * 32), Vec::new());
    for (index, row) in (first..).zip(&rows) {
        check_row(row, index)?;
        let length =
            u16::try_from(row.body.len()).map_err(|_| LedgerError::TooLong(row.body.len()))?;
        hashes.extend_from_slice(&row.leaf);
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(&row.body);
    }
    Ok((hashes, bundle))
}

/// The bundle of entries that belongs to a tile of leaf hashes.
pub(crate) fn bundle_of(tile: &Tile) -> Tile {
    let mut bundle = *tile;
    bundle.set_is_data();
    bundle
}

/// The path as tlog-tiles has it. The crate's own paths are those of Go's module mirror, which name
/// the tile's height and say `data` where this says `entries`.
pub(crate) fn path(tile: &Tile) -> String {
    let go = tile.path();
    let rest = go.strip_prefix("tile/8/").unwrap_or(&go);
    match rest.strip_prefix("data/") {
        Some(number) => format!("tile/entries/{number}"),
        None => format!("tile/{rest}"),
    }
}

fn add(dir: &Path, path: &str, data: &[u8]) -> Result<u64, LedgerError> {
    let file = dir.join(path);
    match fs::read(&file) {
        Ok(held) if held == data => Ok(0),
        Ok(_) => Err(Flaw::Tile(path.to_owned()).into()),
        Err(_) => write(dir, path, data, false).map(|()| 1),
    }
}

/// Writes a whole file or none. `hard_link` refuses to replace one that appeared meanwhile.
fn write(dir: &Path, path: &str, data: &[u8], replace: bool) -> Result<(), LedgerError> {
    let file = dir.join(path);
    let attempt = || {
        let parent = file.parent().unwrap_or(dir);
        fs::create_dir_all(parent)?;
        let draft = parent.join(".draft");
        let mut writer = File::create(&draft)?;
        writer.write_all(data)?;
        writer.sync_all()?;
        if replace {
            fs::rename(&draft, &file)?;
        } else {
            fs::hard_link(&draft, &file)?;
            fs::remove_file(&draft)?;
        }
        File::open(parent)?.sync_all()
    };
    attempt().map_err(|error: io::Error| LedgerError::TileFile {
        path: file.clone(),
        reason: error.to_string(),
    })
}
