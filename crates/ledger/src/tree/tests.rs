use proptest::prelude::*;
use sha2::{Digest, Sha256};
use tlog_tiles::tlog::{check_record, prove_record};

use super::*;
use crate::{LogStorage, MemoryLog, Row};

/// RFC 6962, section 2.1, word for word and slow.
fn plain_root(leaves: &[Leaf]) -> Leaf {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let whole = [&[1][..], &plain_root(left), &plain_root(right)].concat();
            Sha256::digest(whole).into()
        }
    }
}

fn leaf(n: u64) -> Leaf {
    leaf_of(&n.to_be_bytes())
}

fn log(size: u64) -> MemoryLog {
    let row = |index| Row {
        index,
        leaf: leaf(index),
        body: index.to_be_bytes().to_vec(),
        time: boundary::UnixMillis(0),
        actor: String::new(),
    };
    let mut log = MemoryLog::default();
    log.append(&(0..size).map(row).collect::<Vec<_>>()).unwrap();
    log
}

#[test]
fn leaves_are_hashed_as_the_standard_says() {
    let expected: Leaf = Sha256::digest(b"\0entry").into();
    assert_eq!(leaf_of(b"entry"), expected);
}

#[test]
fn the_root_is_the_plain_one_at_every_size() {
    let mut tree = Tree::default();
    let mut leaves = Vec::new();
    for n in 0..1100 {
        if n < 40 || (250..262).contains(&n) || (510..516).contains(&n) || n % 97 == 0 {
            assert_eq!(tree.root().unwrap().0, plain_root(&leaves), "at {n}");
        }
        tree.push(leaf(n)).unwrap();
        leaves.push(leaf(n));
    }
    assert_eq!(tree.root().unwrap().0, plain_root(&leaves));
}

#[test]
fn reading_a_log_gives_the_tree_that_pushing_gave() {
    let mut seen = Vec::new();
    let read = Tree::read(&log(700), 700, |tree| {
        seen.push(tree.size());
        Ok(())
    });
    let mut pushed = Tree::default();
    for n in 0..700 {
        pushed.push(leaf(n)).unwrap();
    }
    assert_eq!(read.unwrap().root().unwrap(), pushed.root().unwrap());
    assert_eq!(seen, (0..=700).collect::<Vec<_>>());
    let missing = Tree::read(&log(5), 6, |_| Ok(())).unwrap_err();
    assert_eq!(missing, Flaw::Missing(5).into());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// A proof in a tree that has grown since the size it speaks of.
    #[test]
    fn every_entry_is_proven_and_nothing_else(
        signed in 1_u64..1200, grown in 0_u64..400, at in 0.0..1.0_f64
    ) {
        #[expect(
            clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
            reason = "a share of a small number"
        )]
        let index = (at * signed as f64) as u64;
        let log = log(signed + grown);
        let tree = Tree::read(&log, signed + grown, |_| Ok(())).unwrap();
        let root = Hash(plain_root(&log.leaves(0, usize::try_from(signed).unwrap()).unwrap()));
        let tiles = [index, signed - 1].map(|entry| entry / 256);
        let nodes = Nodes::new(&tree, read_subtrees(&log, tiles).unwrap());
        let proof = prove_record(signed, index, &nodes).unwrap();
        check_record(&proof, signed, root, index, Hash(leaf(index))).unwrap();
        prop_assert!(check_record(&proof, signed, root, index, Hash(leaf(index + 1))).is_err());
        if index > 0 {
            prop_assert!(check_record(&proof, signed, root, index - 1, Hash(leaf(index))).is_err());
        }
    }
}

#[test]
fn the_root_of_an_earlier_size_is_the_plain_one() {
    let (log, mut tree) = (log(1100), Tree::default());
    let leaves: Vec<Leaf> = (0..1100).map(leaf).collect();
    for leaf in &leaves {
        tree.push(*leaf).unwrap();
    }
    for size in [0, 1, 5, 255, 256, 257, 511, 512, 700, 1024, 1025, 1099, 1100] {
        let root = tree.root_at(size as u64, &log).unwrap().0;
        assert_eq!(root, plain_root(&leaves[..size]), "at {size}");
    }
}
