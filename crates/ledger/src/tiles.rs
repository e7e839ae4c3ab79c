//! The log as files that never change: what a write-once store keeps and a stranger verifies.
//!
//! `checkpoint`, `tile/<level>/<n>[.p/<width>]` and `tile/entries/<n>[.p/<width>]` (c2sp.org/tlog-tiles).

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tlog_tiles::tile::Tile;

use crate::tree::{Nodes, Subtrees, TILE_HEIGHT, TILE_WIDTH, Tree, bad_math};
use crate::verify::{check_row, compare};
use crate::{Flaw, Head, LedgerError, LogReader, VerifyingKeys};

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
    let head = keys.open_stored(&stored)?;
    let before = exported(dir, keys)?;
    if before.size > head.size {
        return Err(Flaw::Cut { signed: before.size, held: head.size }.into());
    }
    let tree = Tree::read(reader, head.size, |tree| {
        compare(tree, before, 0).and_then(|()| compare(tree, head, before.size))
    })?;
    let mut files = 0;
    for tile in Tile::new_tiles(TILE_HEIGHT, before.size, head.size) {
        if tile.level() > 0 {
            let data = tile.read_data(&Nodes::new(&tree, Subtrees::new())).map_err(bad_math)?;
            files += add(dir, &path(&tile), &data)?;
        } else {
            let (hashes, bundle) = leaf_tile(reader, &tile)?;
            files += add(dir, &path(&tile), &hashes)?;
            files += add(dir, &path(&bundle_of(&tile)), &bundle)?;
        }
    }
    write(dir, CHECKPOINT, stored.note.as_bytes(), true)?;
    Ok(Exported { size: head.size, files })
}

/// The head that a folder was exported for; the empty one where there is nothing.
fn exported(dir: &Path, keys: &VerifyingKeys) -> Result<Head, LedgerError> {
    let path = dir.join(CHECKPOINT);
    match fs::read_to_string(&path) {
        Ok(note) => Ok(keys.open(&note).map_err(|reason| Flaw::Checkpoint { size: 0, reason })?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Head { size: 0, root: Tree::default().root()?.0 })
        }
        Err(error) => Err(LedgerError::TileFile { path, reason: error.to_string() }),
    }
}

/// Leaf hashes of a tile, and its entries, each after its length in two bytes.
fn leaf_tile(reader: &dyn LogReader, tile: &Tile) -> Result<(Vec<u8>, Vec<u8>), LedgerError> {
    let first = tile.level_index() * TILE_WIDTH as u64;
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
