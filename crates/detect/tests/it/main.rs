//! What the detectors find and leave alone, through the public door.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a failing test may panic")]

mod abroad;
mod countries;
mod in_context;
mod known;
mod known_forms;
mod names;
mod nobody;
mod patterns;
mod places;
mod properties;
mod scale;
mod second_opinion;
mod spoken_of;

use std::sync::{Arc, RwLock};

use boundary::{Detector, Kind};
use detect::{Detectors, Known, KnownValues};

/// Findings as kind and text.
fn found<'t>(detectors: &Detectors, text: &'t str) -> Vec<(Kind, &'t str)> {
    detectors.detect(text).unwrap().iter().map(|f| (f.kind, &text[f.start..f.end])).collect()
}

/// Findings of the layers that need no CRM.
fn plain(text: &str) -> Vec<(Kind, &str)> {
    found(&Detectors::standard(&[]), text)
}

/// A CRM with a few people, firms and numbers.
fn crm() -> Arc<RwLock<KnownValues>> {
    let mut known = KnownValues::new([9; 16], 16);
    let person = |first, last| Known::Person { first, last };
    let records: &[(&str, &[Known<'_>])] = &[
        (
            "0035g00000AAAAAAA1",
            &[
                person("William", "Ashdown"),
                Known::Email("w.ashdown@brightwater.example"),
                Known::Phone("+44 20 7946 0018"),
                Known::Org("Brightwater Pumps"),
            ],
        ),
        ("0035g00000BBBBBBB2", &[person("Grace", "Okonjo"), Known::Phone("(415) 555-0172")]),
        (
            "0035g00000CCCCCCC3",
            &[
                person("Jürgen", "Möllenkamp"),
                Known::Street("Amselstieg 14"),
                Known::Town("Wedel"),
                Known::Postcode("22880"),
            ],
        ),
        ("0035g00000DDDDDDD4", &[person("Máire", "O'Shaughnessy")]),
        ("0035g00000EEEEEEE5", &[person("Mark", "Will")]),
        ("0035g00000FFFFFFF6", &[person("裕樹", "高橋"), Known::Org("有限会社林食品")]),
        ("0035g00000GGGGGGG7", &[person("Rosa María", "Perales Ibáñez")]),
        ("0035g00000HHHHHHH8", &[person("Chase", "Hunter"), Known::AccountNumber("AC-884-21907")]),
    ];
    for (id, values) in records {
        known.upsert(id, values).unwrap();
    }
    Arc::new(RwLock::new(known))
}

/// All layers, with the CRM of [`crm`].
fn knowing() -> Detectors {
    Detectors::standard(&[]).with_known(crm())
}
