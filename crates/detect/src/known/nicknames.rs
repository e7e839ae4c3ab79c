//! Names that stand for one another. A line is a group.

use std::{collections::HashMap, hash::BuildHasherDefault, sync::LazyLock};

use crate::{
    lexicon::{ByHash, Entries, Hashed, NICKNAME},
    text::hash_word,
};

const GROUPS: &str = include_str!("../../lists/nicknames.txt");

type Map = HashMap<u64, Vec<u64>, BuildHasherDefault<Hashed>>;

static OTHERS: LazyLock<ByHash<Vec<u64>>> = LazyLock::new(|| {
    let mut map = Map::default();
    for line in GROUPS.lines().filter(|line| !line.starts_with('#')) {
        // The first name of a line is the formal one: its short forms stand for it, not for one another.
        let names: Vec<u64> = line.split(' ').map(hash_word).collect();
        let Some((formal, short)) = names.split_first() else { continue };
        for name in short {
            map.entry(*name).or_default().push(*formal);
            map.entry(*formal).or_default().push(*name);
        }
    }
    for others in map.values_mut() {
        others.sort_unstable();
        others.dedup();
    }
    map.into()
});

pub(super) fn enter_lists(entries: &mut Entries) {
    entries.add(NICKNAME, OTHERS.hashes());
}

/// The word hashes of names that stand for the name with this word hash.
pub(super) fn others(word: u64) -> &'static [u64] {
    OTHERS.get(word).map_or(&[], Vec::as_slice)
}
