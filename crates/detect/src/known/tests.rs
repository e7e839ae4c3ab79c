//! However many come, in whatever order and size, the index is the same.

use std::collections::HashMap;

use proptest::prelude::*;

use super::{Known, KnownValues, seen::Seen, slot::Roles, table::Table, waiting::Waiting};

/// What happens to an index.
#[derive(Clone, Debug)]
enum Step {
    /// Record, given name, surname, firm.
    Upsert(usize, usize, usize, usize),
    Remove(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..80_usize, 0..9_usize, 0..60_usize, 0..5_usize)
            .prop_map(|(id, first, last, firm)| Step::Upsert(id, first, last, firm)),
        1 => (0..80_usize).prop_map(Step::Remove),
    ];
    proptest::collection::vec(step, 0..400)
}

fn take(index: &mut KnownValues, step: &Step) {
    match *step {
        Step::Upsert(id, first, last, firm) => upsert(index, id, first, last, firm),
        Step::Remove(id) => {
            index.remove(&id_of(id));
        }
    }
}

fn id_of(n: usize) -> String {
    format!("003{n:012}")
}

fn upsert(index: &mut KnownValues, id: usize, first: usize, last: usize, firm: usize) {
    // The same word can be a given name, a surname and the start of a firm's name.
    let (given, family) = (format!("Qu{first}x"), format!("Qu{last}x Münz{}", last / 2));
    let values = [
        Known::Person { first: &given, last: &family },
        Known::Email(&format!("{given}.{last}@x.example")),
        Known::Phone(&format!("+49 30 {}", last + 1_000_000)),
        Known::Org(&format!("Qu{firm}x und Söhne {firm} in der Langen Straße")),
    ];
    index.upsert(&id_of(id), &values).unwrap();
}

/// Whether two indexes hold the same, but for the room it takes.
fn same(a: &KnownValues, b: &KnownValues) -> bool {
    a.table == b.table && a.ids == b.ids && a.records == b.records && a.gone == b.gone
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn loading_is_learning_one_by_one(
        steps in steps(),
        sizes in (0..2_000_usize, 0..2_000_usize),
        threads in 1..4_usize,
    ) {
        let mut one = KnownValues::new([3; 16], sizes.0);
        for step in &steps {
            take(&mut one, step);
        }
        let mut many = KnownValues::new([3; 16], sizes.1);
        many.load_on(Some(threads), |index| steps.iter().for_each(|step| take(index, step)));
        prop_assert!(same(&one, &many));
        let mut slow = KnownValues::new([3; 16], sizes.1);
        slow.begin();
        for step in &steps {
            take(&mut slow, step);
        }
        slow.finish();
        prop_assert!(same(&one, &slow));
        // And both go on alike.
        for step in steps.iter().rev() {
            take(&mut one, step);
            take(&mut many, step);
        }
        prop_assert!(same(&one, &many));
    }

    #[test]
    fn records_that_come_once_come_in_any_order(
        order in Just((0..150_usize).collect::<Vec<_>>()).prop_shuffle(),
        size in 0..2_000_usize,
    ) {
        let load = |order: &[usize]| {
            let mut index = KnownValues::new([3; 16], size);
            index.load(|index| order.iter().for_each(|n| upsert(index, *n, n % 9, n % 60, n % 5)));
            index
        };
        let sorted: Vec<usize> = (0..150).collect();
        let (one, other) = (load(&sorted), load(&order));
        prop_assert_eq!((one.len(), one.entries()), (other.len(), other.entries()));
        for n in 0..150 {
            let text = format!("Qu{}x Qu{}x Münz{} of Qu{}x", n % 9, n % 60, n % 60 / 2, n % 5);
            prop_assert_eq!(one.matches(&text), other.matches(&text));
        }
    }
}

#[test]
fn a_large_index_is_the_same_from_any_size_on_any_number_of_threads() {
    let build = |size: usize, threads: Option<usize>| {
        let mut index = KnownValues::new([3; 16], size);
        let all = |index: &mut KnownValues| {
            for n in 0..11_000_usize {
                // Some records come again with other values, and some go.
                upsert(index, n % 9_000, n % 700, n * 7 % 8_999, n % 50);
                if n % 1_000 == 999 {
                    index.remove(&id_of(n % 9_000));
                }
            }
        };
        match threads {
            Some(threads) => index.load_on(Some(threads), all),
            None => all(&mut index),
        }
        index
    };
    let one = build(11_000, None);
    for (size, threads) in [(0, 1), (11_000, 2), (64, 5)] {
        assert!(same(&one, &build(size, Some(threads))), "{size} records, {threads} threads");
    }
}

/// Stands for a keyed hash (SplitMix64).
fn hash(n: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// However the table is filled, even in the order of the hashes, an entry is a few steps from its place.
#[test]
fn no_order_of_filling_makes_entries_hard_to_find() {
    let entries = 150_000_u64;
    let mut sorted: Vec<u64> = (0..entries).map(hash).collect();
    sorted.sort_unstable();
    let regions = sorted.chunks(1_000).rev().flatten().copied().collect();
    for (name, order) in [
        ("as they come", (0..entries).map(hash).collect()),
        ("in order", sorted.clone()),
        ("by region", regions),
    ] {
        let order: Vec<u64> = order;
        for late in [false, true] {
            let mut table = Table::new();
            let mut waiting = Waiting::new(Seen::new().shared);
            for h in &order {
                if late {
                    waiting.push(*h, Roles::ORG, 1);
                    if waiting.len() > 25_000 {
                        waiting.settle(&mut table, 2, |_, _| true);
                    }
                } else {
                    table.add(*h, Roles::ORG, 1, |_, _| true);
                }
            }
            waiting.settle(&mut table, 2, |_, _| true);
            assert_eq!(table.len(), order.len());
            let steps: Vec<usize> = order.iter().map(|h| table.steps(*h)).collect();
            let (most, all) = (steps.iter().max().unwrap(), steps.iter().sum::<usize>());
            assert!(*most <= 24, "{name}, late {late}: {most} steps");
            assert!(all <= 4 * order.len(), "{name}, late {late}: {all} steps in all");
        }
    }
}

#[test]
fn what_several_records_share_need_not_come_again() {
    let shared = Seen::new().shared;
    let (mut table, mut waiting) = (Table::new(), Waiting::new(shared.clone()));
    for record in 0..10 {
        waiting.push(hash(1), Roles::FIRST, record);
        waiting.push(hash(2), Roles::FIRST, 7);
    }
    assert!(!shared.holds(hash(1), Roles::FIRST));
    waiting.settle(&mut table, 2, |_, _| true);
    assert!(shared.holds(hash(1), Roles::FIRST));
    for other in [Roles::LAST, Roles::FIRST.or(Roles::LAST)] {
        assert!(!shared.holds(hash(1), other));
    }
    assert!(!shared.holds(hash(2), Roles::FIRST), "one record's");
    for record in 0..10 {
        waiting.push(hash(4), Roles::FIRST, record);
    }
    waiting.settle(&mut table, 2, |_, _| false);
    assert!(!shared.holds(hash(4), Roles::FIRST), "the last one's, for all others had gone");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The table against a plain map with the same rules.
    #[test]
    fn the_table_is_a_map(values in proptest::collection::vec((0..12_u64, 0..8_u8, prop::bool::weighted(0.99)), 0..300)) {
        let alive = |old: u32, _: u32| !old.is_multiple_of(5);
        let mut map: HashMap<u64, (u8, u32, bool)> = HashMap::new();
        let shared = Seen::new().shared;
        let (mut table, mut waiting) = (Table::new(), Waiting::new(shared.clone()));
        for (record, (value, role, late)) in (0_u32..).zip(&values) {
            let (hash, roles) = (hash(*value), 1 << role);
            let entry = map.entry(hash).or_insert((roles, record, false));
            *entry = match *entry {
                (all, owner, false) if owner == record => (all | roles, record, false),
                (all, owner, false) if !alive(owner, record) => {
                    (all & Roles::PREFIX.0 | roles, record, false)
                }
                (all, owner, _) => (all | roles, owner, true),
            };
            // What is left out changes nothing.
            if shared.holds(hash, Roles(roles)) {
                continue;
            }
            if *late {
                waiting.push(hash, Roles(roles), record);
            } else {
                waiting.settle(&mut table, 1, alive);
                table.add(hash, Roles(roles), record, alive);
            }
        }
        waiting.settle(&mut table, 3, alive);
        prop_assert_eq!(table.len(), map.len());
        for (hash, (roles, record, shared)) in map {
            let slot = table.find(hash).unwrap();
            prop_assert_eq!((slot.roles().0, slot.record()), (roles, (!shared).then_some(record)));
        }
        prop_assert_eq!(table.find(hash(41)), None);
    }
}
