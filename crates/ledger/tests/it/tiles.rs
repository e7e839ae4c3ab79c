use std::fs;
use std::path::{Path, PathBuf};

use ledger::{
    Flaw, KeptCheckpoint, LedgerError, LogReader, LogStorage, MemoryLog, export_tiles,
    verify_offline,
};
use tempfile::TempDir;

use crate::fixtures::*;

fn export(log: &MemoryLog) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    export_tiles(log, &keys(), dir.path()).unwrap();
    dir
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn names(dir: &Path) -> Vec<String> {
    let name = |path: PathBuf| path.strip_prefix(dir).unwrap().display().to_string();
    files(dir).into_iter().map(name).collect()
}

#[test]
fn the_layout_is_the_one_of_the_specification() {
    let dir = export(&log_of(530));
    assert_eq!(
        names(dir.path()),
        [
            "checkpoint",
            "tile/0/000",
            "tile/0/001",
            "tile/0/002.p/18",
            "tile/1/000.p/2",
            "tile/entries/000",
            "tile/entries/001",
            "tile/entries/002.p/18",
        ]
    );
    assert_eq!(fs::read(dir.path().join("tile/0/002.p/18")).unwrap().len(), 18 * 32);
    let bundle = fs::read(dir.path().join("tile/entries/000")).unwrap();
    let length = usize::from(u16::from_be_bytes([bundle[0], bundle[1]]));
    assert!(bundle[2..2 + length].starts_with(b"{\"v\":1,\"seq\":0,"));
    let report = verify_offline(dir.path(), &keys(), &[]).unwrap();
    assert_eq!((report.size, report.open.len()), (530, 530));
}

#[test]
fn an_empty_log_is_exported_and_verified() {
    let log = MemoryLog::default();
    drop(start(&log));
    let dir = export(&log);
    assert_eq!(names(dir.path()), ["checkpoint"]);
    assert_eq!(verify_offline(dir.path(), &keys(), &[]).unwrap().size, 0);
}

#[test]
fn a_later_export_adds_and_never_changes() {
    let log = log_of(300);
    let dir = export(&log);
    let before: Vec<_> = files(dir.path())
        .into_iter()
        .filter(|path| !path.ends_with("checkpoint") && !path.display().to_string().contains(".p/"))
        .map(|path| (fs::read(&path).unwrap(), path))
        .collect();
    let again = export_tiles(&log, &keys(), dir.path()).unwrap();
    assert_eq!((again.size, again.files), (300, 0));
    let sequencer = start(&log);
    for number in 0..400 {
        sequencer.append(intent(number)).wait(LONG).unwrap();
    }
    sequencer.close().unwrap();
    let more = export_tiles(&log, &keys(), dir.path()).unwrap();
    assert_eq!((more.size, more.files), (700, 5));
    for (content, path) in before {
        assert_eq!(fs::read(&path).unwrap(), content, "{}", path.display());
    }
    // A partial tile stands for itself until its full one is there.
    assert_eq!(
        names(dir.path()),
        [
            "checkpoint",
            "tile/0/000",
            "tile/0/001",
            "tile/0/002.p/188",
            "tile/1/000.p/1",
            "tile/1/000.p/2",
            "tile/entries/000",
            "tile/entries/001",
            "tile/entries/002.p/188",
        ]
    );
    assert_eq!(verify_offline(dir.path(), &keys(), &[]).unwrap().size, 700);
}

#[test]
fn the_sequencer_tells_what_a_copy_lacks() {
    let log = log_of(300);
    let dir = export(&log);
    let sequencer = start(&log);
    for number in 0..100 {
        sequencer.append(intent(number)).wait(LONG).unwrap();
    }
    sequencer.sign_now().unwrap();
    // Entries after the checkpoint are no part of it.
    sequencer.append(intent(1)).wait(LONG).unwrap();
    let held = ledger::held_in(dir.path()).unwrap();
    let growth = sequencer.growth(&log, held.as_deref()).unwrap();
    assert_eq!((growth.checkpoint().size, growth.tiles()), (400, 1));
    assert_eq!(growth.into_folder(&log, dir.path()).unwrap().files, 2);
    assert_eq!(verify_offline(dir.path(), &keys(), &[]).unwrap().size, 400);
    let growth = sequencer.growth(&log, ledger::held_in(dir.path()).unwrap().as_deref()).unwrap();
    assert_eq!(growth.tiles(), 0);
    let (hashes, bundles) = ledger::tile_paths(400);
    assert_eq!(hashes, ["tile/0/000", "tile/0/001.p/144", "tile/1/000.p/1"]);
    assert_eq!(bundles, ["tile/entries/000", "tile/entries/001.p/144"]);
    let fork = log_of(320);
    let other = start(&fork).growth(&fork, held.as_deref());
    assert!(other.is_ok(), "the same history so far");
    let mut forged = MemoryLog::default();
    drop(start(&forged));
    let mut changed = rows(&log);
    forge(&mut changed[15], "allowed", "refused");
    forged.append(&changed).unwrap();
    let refused = start(&forged).growth(&forged, held.as_deref()).unwrap_err();
    assert!(matches!(refused, LedgerError::Flawed(Flaw::Root { size: 300, .. })), "{refused}");
}

#[test]
fn a_flipped_byte_in_any_file_is_found() {
    let dir = export(&log_of(530));
    for path in files(dir.path()) {
        let good = fs::read(&path).unwrap();
        for at in [0, good.len() / 3, good.len() / 2, good.len() - 2] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&path, bad).unwrap();
            let found = verify_offline(dir.path(), &keys(), &[]);
            assert!(found.is_err(), "byte {at} of {}", path.display());
        }
        fs::write(&path, &good[..good.len() - 1]).unwrap();
        assert!(verify_offline(dir.path(), &keys(), &[]).is_err(), "cut {}", path.display());
        fs::remove_file(&path).unwrap();
        assert!(verify_offline(dir.path(), &keys(), &[]).is_err(), "gone {}", path.display());
        fs::write(&path, &good).unwrap();
    }
    assert!(verify_offline(dir.path(), &keys(), &[]).is_ok());
}

#[test]
fn an_export_does_not_continue_another_history() {
    let honest = log_of(30);
    let dir = export(&honest);
    let mut fork = MemoryLog::default();
    drop(start(&fork));
    let mut forged = rows(&honest);
    forge(&mut forged[15], "allowed", "refused");
    fork.append(&forged).unwrap();
    let sequencer = start(&fork);
    sequencer.append(intent(1)).wait(LONG).unwrap();
    sequencer.close().unwrap();
    let refused = export_tiles(&fork, &keys(), dir.path()).unwrap_err();
    assert!(matches!(refused, LedgerError::Flawed(Flaw::Root { size: 30, .. })), "{refused}");
    let older = log_of(20);
    let refused = export_tiles(&older, &keys(), dir.path()).unwrap_err();
    assert_eq!(refused, Flaw::Cut { signed: 30, held: 20 }.into());
    assert_eq!(verify_offline(dir.path(), &keys(), &[]).unwrap().size, 30);
}

#[test]
fn a_folder_that_was_put_back_is_found_by_a_later_checkpoint() {
    let log = log_of(30);
    let later = log.last_checkpoint().unwrap().unwrap().note;
    let dir = export(&log_of(20));
    let later = [KeptCheckpoint::new("a witness", later)];
    let found = verify_offline(dir.path(), &keys(), &later).unwrap_err();
    let flaw = Box::new(Flaw::Cut { signed: 30, held: 20 });
    assert_eq!(found, Flaw::Kept { place: "a witness".into(), flaw }.into());
}

#[test]
fn an_altered_entry_is_not_exported() {
    let log = log_of(30);
    log.tamper(|rows, _| rows[3].body[60] ^= 1);
    let dir = tempfile::tempdir().unwrap();
    let refused = export_tiles(&log, &keys(), dir.path()).unwrap_err();
    assert_eq!(refused, Flaw::Altered(3).into());
    assert!(!dir.path().join("checkpoint").exists());
}
