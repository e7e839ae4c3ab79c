//! The plans held against libphonenumber's metadata, as the crate `phonenumber` carries it.

use std::collections::{BTreeMap, BTreeSet};

use boundary::{Detector as _, Kind};
use phonenumber::{
    Mode,
    metadata::{DATABASE, Descriptor, Metadata},
};

use super::{Lengths, READ, international, of};
use crate::Detectors;

/// Codes of no country: free numbers, satellites, networks.
const NOWHERE: [u16; 9] = [800, 808, 870, 878, 881, 882, 883, 888, 979];

/// What people still dial and libphonenumber's national prefix no longer says.
const HABITS: &[(&str, &str)] = &[
    ("MX", "01"),
    ("MX", "044"),
    ("MX", "045"),
    ("LT", "8"),
    ("BY", "80"),
    ("BY", "0"),
    ("GA", "0"),
];
/// Codes and lengths of numbers that were given new ones: Mexico's mobiles lost a 1, the others got more digits.
const FORMERLY: [(u32, usize); 4] = [(52, 11), (56, 8), (225, 8), (234, 8)];

fn countries() -> Vec<&'static Metadata> {
    let mut all: Vec<_> = DATABASE.iter().filter(|it| it.id() != "001").collect();
    all.sort_by_key(|it| (it.country_code(), !it.is_main_country_for_code(), it.id().to_owned()));
    all
}

/// Regions by calling code, those of no country too.
fn codes() -> BTreeMap<u16, Vec<&'static Metadata>> {
    let nowhere = NOWHERE.map(|code| (code, DATABASE.by_code(&code).unwrap()));
    let mut codes = BTreeMap::from(nowhere);
    for country in countries() {
        codes.entry(country.country_code()).or_default().push(country);
    }
    codes
}

/// Fixed lines and mobiles.
fn usual(of: &Metadata) -> impl Iterator<Item = &Descriptor> {
    let all = of.descriptors();
    [all.fixed_line(), all.mobile()].into_iter().flatten()
}

/// Numbers of services and firms.
fn also(of: &Metadata) -> impl Iterator<Item = &Descriptor> {
    let all = of.descriptors();
    let services = [all.toll_free(), all.premium_rate(), all.shared_cost(), all.uan()];
    services.into_iter().chain([all.personal_number(), all.voip(), all.pager()]).flatten()
}

/// How the example numbers of a country are written, each once.
fn examples(of: &Metadata) -> BTreeSet<(&'static str, String)> {
    let mut written = BTreeSet::new();
    for example in usual(of).chain(also(of)).filter_map(Descriptor::example) {
        let plus = format!("+{}{example}", of.country_code());
        let number = phonenumber::parse(None, &plus).unwrap();
        let mode = |mode| number.format().mode(mode).to_string();
        if mode(Mode::E164) == plus {
            let national = mode(Mode::National);
            let bare = national.replace(['(', ')'], "");
            for separator in ["-", ".", " ", ""] {
                written.insert(("national", bare.replace([' ', '-', '.'], separator)));
            }
            written.insert(("national", national));
            written.insert(("international", mode(Mode::International)));
        } else {
            // The crate takes `8 001234567` of Russia's +7 800 1234567 for a number with its trunk prefix.
            written.insert(("national", example.to_owned()));
            written.insert(("international", format!("+{} {example}", of.country_code())));
        }
        written.insert(("E.164", plus));
    }
    let digits = |number: &str| number.bytes().all(|it| it.is_ascii_digit());
    written.into_iter().map(|(how, it)| (if digits(&it) { "digits" } else { how }, it)).collect()
}

/// Why a number without a country code is not taken for a telephone.
fn reason(number: &str, cued: bool) -> Option<&'static str> {
    let groups: Vec<&str> = number.split(|c: char| !c.is_ascii_digit()).collect();
    let digits: usize = groups.iter().map(|it| it.len()).sum();
    let thousands = groups.iter().skip(1).all(|it| it.len() == 3) && !number.contains('-');
    let ledger = groups[0].len() == 4 && groups.len() > 2 && number.contains('-');
    if number.starts_with('+') {
        return (digits < 7).then_some("six digits with the country's");
    }
    match digits {
        ..=5 => Some("five digits or fewer"),
        6 if cued => Some("six digits, where people have more or fewer"),
        _ if cued => None,
        _ if groups.len() == 1 => Some("digits without a sign"),
        6 | 7 if thousands => Some("thousands"),
        6 | 7 => Some("seven digits or fewer, where people have more"),
        13.. => Some("more than twelve digits"),
        _ => ledger.then_some("an account of a ledger"),
    }
}

#[test]
fn numbers_of_every_country_are_found_as_they_are_written() {
    // How many there are, as (telephones, hidden as something else, in the clear).
    let mut counts: BTreeMap<_, [usize; 3]> = BTreeMap::new();
    let mut unexplained = Vec::new();
    let stranger = Detectors::standard(&[]);
    for country in countries() {
        let at_home = Detectors::standard(&[country.id()]);
        for (how, number) in examples(country) {
            let detectors = if number.starts_with('+') { &stranger } else { &at_home };
            for (cued, before, after) in
                [(true, "Call me on ", " please."), (false, "It says ", " on the door.")]
            {
                let text = format!("{before}{number}{after}");
                let (start, end) = (before.len(), before.len() + number.len());
                let found = detectors.detect(&text).unwrap();
                let whole = found.iter().find(|it| it.start <= start && it.end >= end);
                let count = counts.entry((how, cued)).or_default();
                match whole.map(|it| it.kind) {
                    Some(Kind::Phone) => count[0] += 1,
                    // `20.30.40.50` is an address of a machine, `372-12-3456` a social security number.
                    Some(_) => count[1] += 1,
                    None => {
                        count[2] += 1;
                        if reason(&number, cued).is_none() {
                            unexplained.push(format!("{} {number} {cued}", country.id()));
                        }
                    }
                }
            }
        }
    }
    assert_eq!(unexplained, [""; 0]);
    // With libphonenumber 9.0.33. Digits without a separator and without a word beside them are a number of anything, unless
    // they begin with a trunk prefix.
    for (how, cued, [telephones, other, clear]) in [
        ("E.164", true, [1109, 0, 1]),
        ("E.164", false, [1109, 0, 1]),
        ("international", true, [1109, 0, 1]),
        ("international", false, [1109, 0, 1]),
        ("national", true, [3286, 79, 6]),
        ("national", false, [3186, 79, 106]),
        ("digits", true, [1093, 4, 13]),
        ("digits", false, [598, 4, 508]),
    ] {
        let found = counts[&(how, cued)];
        assert!(
            found[0] >= telephones && found[1] <= other && found[2] <= clear,
            "{how} {cued}: {counts:?}"
        );
    }
}

#[test]
fn codes_countries_and_lengths_are_those_of_libphonenumber() {
    let codes = codes();
    assert_eq!(
        READ.plans.iter().map(|it| it.code).collect::<Vec<_>>(),
        codes.keys().map(|it| u32::from(*it)).collect::<Vec<_>>(),
    );
    assert_eq!(READ.countries.len(), countries().len());
    for (plan, (code, regions)) in READ.plans.iter().zip(&codes) {
        for region in regions.iter().filter(|_| !NOWHERE.contains(code)) {
            let country = region.id().as_bytes().try_into().unwrap();
            assert_eq!(of(country).unwrap().code, plan.code, "{}", region.id());
        }
        let shortest = 7 - code.to_string().len();
        let possible = |of: &mut dyn Iterator<Item = &Descriptor>| {
            let lengths = of.flat_map(|it| it.possible_length().iter().map(|it| usize::from(*it)));
            lengths.filter(|it| (shortest..=shortest + 8).contains(it)).collect::<BTreeSet<_>>()
        };
        let listed = |of: Lengths| (0..32).filter(|it| of.has(*it)).collect::<BTreeSet<_>>();
        let people = possible(&mut regions.iter().flat_map(|it| usual(it)));
        let others = possible(&mut regions.iter().flat_map(|it| also(it)));
        assert_eq!(listed(plan.usual), people, "+{code}");
        assert_eq!(listed(plan.also), &others - &people, "+{code}");
        let formerly = FORMERLY.iter().filter(|it| it.0 == plan.code).map(|it| it.1);
        assert_eq!(listed(plan.formerly), formerly.collect(), "+{code}");
    }
}

#[test]
fn trunk_prefixes_are_those_of_libphonenumber() {
    for country in countries() {
        let id = country.id();
        let plan = of(id.as_bytes().try_into().unwrap()).unwrap();
        let ours: BTreeSet<String> =
            plan.trunks.iter().map(|it| it.iter().map(u8::to_string).collect()).collect();
        let prefix = country.national_prefix().into_iter();
        let habits = HABITS.iter().filter(|it| it.0 == id).map(|it| it.1);
        let theirs: BTreeSet<String> = prefix.chain(habits).map(str::to_owned).collect();
        // Some countries have a prefix by the metadata, and write no number with it.
        let unused = ours.is_empty()
            && examples(country).iter().all(|(_, number)| {
                !theirs.iter().any(|it| number.trim_start_matches('(').starts_with(it))
            });
        assert!(ours == theirs || unused, "{id}: {ours:?}, {theirs:?}");
    }
}

#[test]
fn lengths_that_libphonenumber_knows_for_impossible_are_none() {
    for (code, regions) in codes() {
        let possible: BTreeSet<usize> = regions
            .iter()
            .flat_map(|it| usual(it).chain(also(it)))
            .flat_map(|it| it.possible_length().iter().map(|it| usize::from(*it)))
            .collect();
        let formerly = |length: &usize| FORMERLY.contains(&(u32::from(code), *length));
        for length in (1..=20).filter(|it| !possible.contains(it) && !formerly(it)) {
            let number = vec![2; length];
            let digits: Vec<u8> = code.to_string().bytes().map(|it| it - b'0').collect();
            let whole = [digits, number.clone()].concat();
            assert_eq!(international(&whole), None, "+{code} and {length} digits");
            for region in regions.iter().filter(|_| !NOWHERE.contains(&code)) {
                let plan = of(region.id().as_bytes().try_into().unwrap()).unwrap();
                assert_eq!(plan.national(&number), None, "{} {length}", region.id());
            }
        }
    }
}

#[test]
fn the_same_digits_are_a_number_in_one_country_and_none_in_another() {
    for (number, yes, no) in [
        ("6234 5678", "SG", "FR"),
        ("410-1234", "IS", "DE"),
        ("8 912 345 67 89", "RU", "DK"),
        ("80294911911", "BY", "PT"),
        ("9 435 1234", "CW", "ES"),
        ("0 312 34567", "LT", "GR"),
        ("20 12 34", "FO", "NO"),
        ("011 15-2345-6789", "AR", "CL"),
        ("89123456789", "KZ", "PT"),
        ("1800 123 4567", "SG", "NO"),
        ("059216011", "IT", "ES"),
        ("077123456", "GA", "ES"),
        ("012770700", "NG", "ES"),
        ("1 55 1234 5678", "MX", "FR"),
        ("2345 6789", "CL", "ES"),
    ] {
        let text = format!("It says {number} on the door.");
        for (country, found) in [(yes, 1), (no, 0)] {
            let all = Detectors::standard(&[country]).detect(&text).unwrap();
            let phones = all.iter().filter(|it| it.kind == Kind::Phone).count();
            assert_eq!(phones, found, "{number} in {country}");
        }
    }
}
